package import DSS
internal import Diagnostics
internal import JSON
package import Resources

/// Drift: the comparison that plans are made of, told resource by resource.
extension Planner {
    /// Takes what `plan` takes. What is pending, missing or unhealthy is told as a plan would find it.
    package static func drift(
        desired: DesiredState, live: LiveState, state: StateSnapshot, options: PlanOptions, selection: Selection,
        dialect: Dialect, targets: PlanTargets, now: PlanTime, secrets: SecretKnowledge, held: [HeldResource] = []
    ) -> DriftReport {
        var options = options
        options.purpose = .apply
        var planner = Planner(
            desired: desired, live: live, state: state, options: options, selection: selection, dialect: dialect,
            targets: targets, now: now, secrets: secrets, held: held)
        planner.plansDespiteProblems = true
        planner.checkSelection()
        planner.addDeclared()
        planner.addDeletes()
        let judge = DriftJudge(planner)
        let rows = judge.declared() + judge.departed() + judge.unmanaged()
        return DriftReport(
            environment: planner.plan.environment, targets: targets,
            rows: rows.sorted { $0.address < $1.address }, diagnostics: judge.diagnostics,
            checkedHealth: options.checksHealth, made: now.seconds * 1000)
    }
}

/// Sorts resources by how they stand, from what a planner found.
struct DriftJudge {
    let planner: Planner
    private let changes: [Address: Change]
    private let ignored: [Address: [IgnoredField]]
    private let held: [Address: Hold]
    private let unrecorded: Set<Address>
    private let problems: [Address: [Diagnostic]]

    /// Why something can't be planned: it differs all the same, and says how.
    private static let planningProblems: Set<String> = ["unknown-version", "stage-missing", "version-missing"]

    init(_ planner: Planner) {
        self.planner = planner
        let plan = planner.plan
        changes = Dictionary(plan.changes.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        ignored = Dictionary(grouping: plan.ignored, by: \.address)
        held = Dictionary(plan.held.map { ($0.address, $0.hold) }, uniquingKeysWith: { first, _ in first })
        unrecorded = Set(plan.adopted.map(\.withoutVersion))
        var problems: [Address: [Diagnostic]] = [:]
        for problem in plan.diagnostics where DriftJudge.planningProblems.contains(problem.code) {
            if let address = problem.address.flatMap(Address.init) { problems[address, default: []].append(problem) }
        }
        self.problems = problems
    }

    private var live: LiveState { planner.live }

    /// What the rows tell as a finding is none of a failure of the comparison.
    var diagnostics: [Diagnostic] {
        planner.plan.diagnostics.filter { !DriftJudge.planningProblems.contains($0.code) && $0.code != "not-healthy" }
    }

    func declared() -> [DriftReport.Row] {
        planner.desired.resources.filter {
            !$0.isExternal && !$0.isReference(in: planner.desired.environment)
                && planner.selection.contains($0.address)
        }.map(row)
    }

    private func row(_ resource: Resource) -> DriftReport.Row {
        let address = resource.address
        var finding = Finding(resource)
        if let problem = live.unreadable[address.kind == .endpoint ? address.service ?? address : address] {
            finding.verdict = .unknown
            finding.details.append(problem.message)
            return finding.row(planner)
        }
        let change = changes[address]
        if let change, change.action == .create || address.kind == .package {
            judgeMissing(change, &finding)
        } else if let change {
            judgeFields(change, &finding)
        } else if !planner.unchanged.contains(address), planner.liveDocument(of: resource) == nil {
            let isRemembered = planner.record(of: resource) != nil
            finding.add(isRemembered ? .missing : .pending, isRemembered ? address.kind.layer : .git)
        }
        judgeProblems(resource, &finding)
        if address.kind == .deployment { judgeRunning(resource, change, &finding) }
        if let fields = ignored[address] {
            finding.ignored = fields
            finding.add(.ignored, nil)
        }
        if unrecorded.contains(address) || change?.adoptsExisting ?? false {
            finding.details.append("it is not remembered yet: the next apply adopts it")
        }
        if let hold = held[address] { finding.details.append("held by \(hold.by): \(hold.reason)") }
        return finding.row(planner)
    }

    /// What is not there: never made, or deleted since.
    private func judgeMissing(_ change: Change, _ finding: inout Finding) {
        if let text = change.cause.text { finding.details.append(text) }
        guard change.cause.kind == .drift else {
            finding.add(.pending, .git)
            if change.address.kind == .package {
                finding.details.append("version '\(PackageSpec(change.resource).version)' is to be made or published")
            }
            return
        }
        guard change.address.kind == .package else { return finding.add(.missing, change.address.kind.layer) }
        for step in change.steps {
            finding.add(.missing, step.kind == .createPackage ? .designer : .deployer)
        }
    }

    private func judgeFields(_ change: Change, _ finding: inout Finding) {
        // A roll-out that follows from another change is no difference in itself.
        guard change.action != .rollout else { return }
        let record = planner.record(of: change.resource)
        for field in change.fields {
            finding.fields.append(DriftReport.Field(field, isRemembered: !(record?.applied.isNone ?? true)))
            if field.origin != .drift { finding.add(field.origin == .manifest ? .pending : .conflict, .git) }
            if field.origin != .manifest {
                finding.add(field.origin == .drift ? .drifted : .conflict, change.address.kind.layer)
            }
        }
    }

    /// Versions that are nowhere, and what a manifest lacks to make an object.
    private func judgeProblems(_ resource: Resource, _ finding: inout Finding) {
        for problem in problems[resource.address] ?? [] {
            finding.details.append(problem.message)
            let applied = planner.record(of: resource).map { DeploymentSpec.appliedMapping(resource, $0) }
            if problem.code == "unknown-version", let applied, applied == DeploymentSpec(resource).mapping {
                finding.add(.drifted, .deployer)
            } else {
                finding.add(.pending, .git)
            }
        }
    }

    private func judgeRunning(_ resource: Resource, _ change: Change?, _ finding: inout Finding) {
        guard let running = live.rollouts[resource.address.name] else { return }
        let spec = DeploymentSpec(resource)
        if let problem = running.problem {
            finding.add(.unknown, nil)
            finding.details.append(problem.message)
        } else if let reason = running.outOfSyncReason {
            finding.add(.outOfSync, .nodes)
            finding.details.append(reason)
            finding.details += running.messages
        } else if running.status(accepted: spec.rollout.health) != .healthy, planner.isEnabled(resource, spec) {
            finding.add(.unhealthy, nil)
            finding.details.append("it is \(running.health ?? "UNKNOWN")")
            finding.details += running.messages
        }
    }

    /// What is remembered and not declared, and what is promoted for what is declared.
    func departed() -> [DriftReport.Row] {
        let orphans = planner.plan.orphaned.map { orphan in
            row(orphan.address, .orphaned, [], [orphan.reason], orphan.mark)
        }
        let others = planner.plan.changes.filter { $0.action == .delete || planner.desired[$0.address] == nil }
        return orphans
            + others.map { change in
                guard change.action == .delete else {
                    let fields = change.fields.map { "\($0.path) is to be promoted" }
                    return row(change.address, .pending, [.git], fields, change.cause.mark)
                }
                let reasons = [change.cause.text, "the next apply deletes it"].compactMap(\.self)
                return row(change.address, .orphaned, [.git], reasons, planner.state[change.address]?.mark)
            }
    }

    private func row(
        _ address: Address, _ verdict: DriftReport.Verdict, _ layers: [DriftReport.Layer], _ details: [String],
        _ mark: SourceMark?
    ) -> DriftReport.Row {
        var row = DriftReport.Row(address, verdict)
        row.layers = layers
        row.details = details
        row.mark = mark
        return row
    }

    /// What was listed and is neither declared nor remembered. What declared packages publish to comes with them.
    func unmanaged() -> [DriftReport.Row] {
        let desired = planner.desired
        var known: Set<Address> = []
        for resource in desired.resources {
            if let service = resource.address.service { known.insert(service) }
            if !resource.isExternal, resource.kind == .package {
                if let service = PackageSpec(resource).publishedService {
                    known.insert(Address(.publishedService, service))
                }
            } else if !resource.isExternal, resource.kind == .deployment {
                known.insert(Address(.publishedService, DeploymentSpec(resource).publishedService))
            }
        }
        let listed = live.listed.filter {
            desired[$0] == nil && planner.state[$0] == nil && !known.contains($0) && planner.options.means($0)
        }
        return Set(planner.plan.unmanaged).union(listed).map { address in
            var row = row(address, .unmanaged, [], [], nil)
            row.author = DriftReport.Author(live.documents[address])
            return row
        }
    }
}

extension Kind {
    /// Where its objects live.
    fileprivate var layer: DriftReport.Layer { isDesignSide ? .designer : .deployer }
}

extension DeploymentSpec {
    fileprivate static func appliedMapping(_ resource: Resource, _ record: Record) -> GenerationsMapping? {
        DeploymentSpec(resource.applied(record)).mapping
    }
}
