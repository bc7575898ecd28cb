package import DSS
internal import Diagnostics
package import Files
internal import HTTP
internal import JSON
package import Planning
package import Resources
package import StateStorage

/// Reads, plans and applies for one environment: the place that orders side effects.
package struct Reconciler: Sendable {
    let environment: Environment
    let nodes: Nodes
    let targets: PlanTargets
    let secrets: SecretResolver
    let dialect: Dialect
    let root: String
    let store: any StateStore
    let prints: SecretPrints?
    let commit: String?
    let time: Timekeeper
    let zones: TimeZoneDatabase
    /// Whether every deployment that ends unhealthy goes back to what it was, whatever its manifest says.
    let rollsBack: Bool

    /// `root` is the workspace's folder, which archives' paths start from; `fingerprintKey` is what the digests of secrets
    /// are keyed by; `commit` the one that the workspace stands at; `zones` where freezes' time zones are looked up.
    package init(
        environment: Environment, nodes: Nodes, targets: PlanTargets, secrets: SecretResolver, dialect: Dialect,
        root: String, store: any StateStore, fingerprintKey: Secret?, commit: String?, time: Timekeeper = .system,
        zones: TimeZoneDatabase = TimeZoneDatabase(variables: [:]), rollsBack: Bool = false
    ) {
        self.environment = environment
        self.nodes = nodes
        self.targets = targets
        self.secrets = secrets
        self.dialect = dialect
        self.root = root
        self.store = store
        self.commit = commit
        self.time = time
        self.zones = zones
        self.rollsBack = rollsBack
        prints = SecretPrints(fingerprintKey)
    }

    var refresh: Refresh {
        Refresh(nodes: nodes, dialect: dialect, concurrency: environment.limits.concurrency)
    }

    /// Reads what is live and what is remembered, and computes the difference. Writes nothing and needs no lock.
    package func plan(
        _ desired: DesiredState, _ options: PlanOptions = PlanOptions()
    ) async throws(ReconcileError) -> (plan: Plan, live: LiveState, state: StateSnapshot) {
        let reading = try await read(desired, options)
        return (try await plan(reading, of: desired, options), reading.live, reading.state)
    }

    func plan(
        _ reading: Reading, of desired: DesiredState, _ options: PlanOptions
    ) async throws(ReconcileError) -> Plan {
        var plan = Planner.plan(
            desired: reading.wanted, live: reading.live, state: reading.state, options: options,
            selection: reading.selection, dialect: dialect, targets: targets, now: try moment(),
            secrets: reading.secrets, held: reading.held)
        plan.commit = commit
        plan.diagnostics += reading.notes
        goOn(with: Unfinished.all(in: reading.state), in: reading.wanted, reading.live, &plan)
        if options.purpose == .heal { plan.diagnostics += healingNotes(desired) }
        if options.purpose == .apply { plan.diagnostics += await changedArchives(reading) }
        plan.diagnostics += await misnamedArchives(in: plan, reading.state)
        plan.diagnostics += await unknownStages(in: plan)
        plan.diagnostics += await governStatus(of: plan, reading)
        return plan
    }

    /// Compares what is declared, what was last applied and what is live. Writes nothing and needs no lock.
    package func drift(
        _ desired: DesiredState, _ options: PlanOptions = PlanOptions()
    ) async throws(ReconcileError) -> DriftReport {
        try await drift(try await read(desired, options, everything: true), options)
    }

    func drift(_ reading: Reading, _ options: PlanOptions) async throws(ReconcileError) -> DriftReport {
        var report = Planner.drift(
            desired: reading.wanted, live: reading.live, state: reading.state, options: options,
            selection: reading.selection, dialect: dialect, targets: targets, now: try moment(),
            secrets: reading.secrets, held: reading.held)
        report.commit = commit
        report.diagnostics += reading.notes
        await addRequesters(&report)
        return report
    }

    /// The names of what moved since a saved plan was made, sorted; empty when it still holds.
    package func moved(since plan: Plan, _ desired: DesiredState) async throws(ReconcileError) -> [String] {
        var moved: [String] = []
        if plan.targets.designer != targets.designer { moved.append("the designer's URL") }
        if plan.targets.deployer != targets.deployer { moved.append("the deployer's URL") }
        if plan.targets.source != targets.source { moved.append("the URL of the deployer that is promoted from") }
        guard moved.isEmpty else { return moved }
        let (state, _) = try await remembered()
        for change in plan.changes where change.action == .delete {
            // Adopted by now, or protected, or not ours any more.
            guard let record = state[change.address], record.ownership == .owned, !record.protect else {
                moved.append("what is remembered of '\(change.address)'")
                continue
            }
        }
        let live = try await refresh.read(ReadScope(plan, hasDesigner: nodes.designer != nil))
        for (address, print) in plan.fingerprints.sorted(by: { $0.key < $1.key })
        where live.fingerprint(of: address, since: print, dialect) != print {
            moved.append(address.description)
        }
        moved += manifestsMoved(since: plan, withHolds(desired, state).0, live, state)
        for change in plan.changes {
            let service = change.address.name
            for step in change.steps where step.kind == .promoteVersion {
                guard let version = step.subject else { continue }
                if live.versions[service]?.contains(version) ?? false {
                    moved.append("version '\(version)' of '\(service)'")
                }
                if !(live.sourceVersions?[service]?.contains(version) ?? false) {
                    moved.append("version '\(version)' of '\(service)' where it is promoted from")
                }
            }
        }
        return moved
    }

    /// The manifests of what the plan only records or forgets that are not what they were: live is not as they say.
    private func manifestsMoved(
        since plan: Plan, _ desired: DesiredState, _ live: LiveState, _ state: StateSnapshot
    ) -> [String] {
        let isOther = (plan.adopted + plan.rerecorded).filter { address in
            guard let resource = desired[address.withoutVersion], !resource.isExternal,
                resource.recordAddress == address
            else { return true }
            guard address.kind == .package else { return !isLive(resource, live) }
            // Another archive was not published under this version.
            guard let applied = state[address].flatMap(resource.archiveDigest(appliedIn:)),
                let declared = PackageSpec(resource).archive?.sha256?.lowercased()
            else { return false }
            return applied != declared
        }
        let isBack = plan.forgotten.filter { address in
            guard let resource = desired[address.withoutVersion] else { return false }
            return !resource.isExternal && resource.recordAddress == address
        }
        return (isOther + isBack).sorted().map { "the manifest of '\($0)'" }
    }

    /// A plan that pushes one deployment's saved settings again, whatever its state.
    package func rolloutPlan(_ address: Address, in desired: DesiredState) async throws(ReconcileError) -> Plan {
        guard let resource = desired[address], resource.kind == .deployment, !resource.isExternal else {
            throw ReconcileError(
                Diagnostic(
                    .error, "unknown-deployment", "no manifest declares '\(address)' as a deployment",
                    hint: closest(to: address, among: desired.resources(of: .deployment).map(\.address)).map {
                        "Did you mean '\($0)'?"
                    }))
        }
        let live = try await refresh.read(ReadScope(deployment: address.name))
        if let problem = live.unreadable[address] { throw ReconcileError(problem) }
        guard let document = live.documents[address] else {
            throw ReconcileError(
                Diagnostic(
                    .error, "deployment-missing", "'\(address)' does not exist yet", at: resource.mark,
                    hint: "`mooring apply` creates it and rolls it out."))
        }
        var plan = Plan(environment: environment.name, targets: targets)
        plan.fingerprints[address] = live.fingerprint(of: resource, dialect)
        let isEnabled = document["enabled"]?.bool ?? true
        plan.changes = [
            Change(
                resource, .rollout, cause: Cause(.request, at: resource.mark, "asked for"),
                steps: Planner.rolloutSteps(address.name, DeploymentSpec(resource).rollout, isEnabled: isEnabled))
        ]
        if !isEnabled {
            let isToBeEnabled = DeploymentSpec(resource).enabled ?? false
            plan.diagnostics = [
                Diagnostic(
                    .note, "disabled", "'\(address)' is disabled: a roll-out takes it off its nodes", at: resource.mark,
                    hint: isToBeEnabled ? "Its manifest enables it: `mooring apply` does that." : nil,
                    address: address.description)
            ]
        }
        return plan
    }

    /// Where a deployment is about to map to a version that both deployers hold, the bytes must be the same.
    func compareArchives(_ resources: [Resource], _ live: inout LiveState) async throws(ReconcileError) {
        guard let source = nodes.source, let sourceVersions = live.sourceVersions else { return }
        var wanted: Set<PublishedVersion> = []
        for resource in resources where resource.kind == .deployment && !resource.isExternal {
            let spec = DeploymentSpec(resource)
            let mapped = GenerationsMapping(
                live.documents[resource.address]?["generationsMapping"], dialect: dialect)
            for version in spec.mapping?.versions ?? [] where !(mapped?.versions.contains(version) ?? false) {
                guard live.versions[spec.publishedService]?.contains(version) ?? false,
                    sourceVersions[spec.publishedService]?.contains(version) ?? false
                else { continue }
                wanted.insert(PublishedVersion(service: spec.publishedService, version: version))
            }
        }
        for version in wanted.sorted() {
            let here = try await digest(version, on: nodes.deployer)
            let there = try await digest(version, on: source)
            live.archiveDigests[version] = ArchiveDigests(here: here, source: there)
        }
    }

    private func digest(_ version: PublishedVersion, on node: DSSClient) async throws(ReconcileError) -> String {
        do {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let path = folder.path + "/version.zip"
            _ = try await node.apiDeployer.service(version.service).downloadVersion(version.version, to: path)
            return try await archiveDigest(of: path)
        } catch let error as any DiagnosableError {
            throw ReconcileError(error.diagnostic)
        } catch {
            preconditionFailure("every error of a download can tell itself")
        }
    }
}
