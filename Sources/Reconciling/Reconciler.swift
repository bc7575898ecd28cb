package import DSS
internal import Diagnostics
package import Files
internal import HTTP
internal import JSON
package import Planning
package import Resources

/// Reads, plans and applies for one environment: the place that orders side effects.
package struct Reconciler: Sendable {
    private let environment: Environment
    private let nodes: Nodes
    private let targets: PlanTargets
    private let secrets: SecretResolver
    private let dialect: Dialect
    private let root: String
    private let time: Timekeeper

    /// `root` is the workspace's folder, which archives' paths start from.
    package init(
        environment: Environment, nodes: Nodes, targets: PlanTargets, secrets: SecretResolver, dialect: Dialect,
        root: String, time: Timekeeper = .system
    ) {
        self.environment = environment
        self.nodes = nodes
        self.targets = targets
        self.secrets = secrets
        self.dialect = dialect
        self.root = root
        self.time = time
    }

    private var refresh: Refresh {
        Refresh(nodes: nodes, dialect: dialect, concurrency: environment.limits.concurrency)
    }

    /// Reads what is live and computes the difference. Writes nothing.
    package func plan(
        _ desired: DesiredState, _ options: PlanOptions = PlanOptions()
    ) async throws(ReconcileError) -> (plan: Plan, live: LiveState) {
        let selection = Selection(options, in: desired)
        let scope = ReadScope(desired, selection, checksHealth: options.checksHealth)
        var live = try await refresh.read(scope)
        let selected = desired.resources.filter { selection.contains($0.address) }
        try await compareArchives(selected, &live)
        var unavailable: Set<SecretReference> = []
        for reference in Set(selected.flatMap(\.spec.secrets)) {
            if await secrets.obstacle(to: reference, for: .manifest) != nil { unavailable.insert(reference) }
        }
        let missing = unavailable
        let plan = Planner.plan(
            desired: desired, live: live, state: StateSnapshot(environment: environment.name), options: options,
            selection: selection, dialect: dialect, targets: targets,
            now: PlanTime(today: time.today(), seconds: 0),
            secrets: SecretKnowledge(isAvailable: { !missing.contains($0) }, fingerprint: { _, _, _ in nil }))
        return (plan, live)
    }

    /// The names of what moved since a saved plan was made, sorted; empty when it still holds.
    package func moved(since plan: Plan) async throws(ReconcileError) -> [String] {
        var moved: [String] = []
        if plan.targets.designer != targets.designer { moved.append("the designer's URL") }
        if plan.targets.deployer != targets.deployer { moved.append("the deployer's URL") }
        if plan.targets.source != targets.source { moved.append("the URL of the deployer that is promoted from") }
        guard moved.isEmpty else { return moved }
        let live = try await refresh.read(ReadScope(plan, hasDesigner: nodes.designer != nil))
        for (address, print) in plan.fingerprints.sorted(by: { $0.key < $1.key })
        where live.fingerprint(of: address, since: print, dialect) != print {
            moved.append(address.description)
        }
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

    /// Carries out a plan. Throws only before the first write: what happens later is in the run.
    package func apply(
        _ plan: Plan, interruption: Interruption, observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws(ReconcileError) -> Run {
        var problems = plan.diagnostics.filter { $0.severity == .error } + plan.refusals
        var known: [SecretReference: Secret] = [:]
        var missing: Set<SecretReference> = []
        for change in plan.changes {
            // A roll-out saves nothing, so it needs no secrets.
            let references = change.action == .rollout ? [] : change.resource.spec.secrets
            for reference in references where known[reference] == nil && !missing.contains(reference) {
                do throws(FileError) {
                    known[reference] = try await secrets.resolve(reference, for: .manifest)
                } catch {
                    missing.insert(reference)
                    var problem = error.diagnostic
                    problem.address = change.address.description
                    problem.mark = problem.mark ?? change.resource.mark
                    problems.append(problem)
                }
            }
            if let problem = archiveProblem(change) { problems.append(problem) }
        }
        guard problems.isEmpty else { throw ReconcileError(problems) }
        let limits = environment.limits
        let brake = Brake(interruption, mostFailures: limits.stopAfterFailures)
        let worker = Worker(
            plan: plan, nodes: nodes, dialect: dialect, root: root, secrets: known,
            updates: Turnstile(places: limits.updates), brake: brake, time: time, observe: observe)
        let executor = Executor(
            plan: plan, worker: worker, limits: limits, brake: brake, time: time, observe: observe)
        return await executor.run()
    }

    /// A plan that pushes one deployment's saved settings again, whatever its state.
    package func rolloutPlan(_ address: Address, in desired: DesiredState) async throws(ReconcileError) -> Plan {
        guard let resource = desired[address], resource.kind == .deployment, !resource.isExternal else {
            throw ReconcileError(
                Diagnostic(
                    .error, "unknown-deployment", "no manifest declares '\(address)' as a deployment",
                    hint: closest(
                        to: address.description, among: desired.resources(of: .deployment).map(\.address.description)
                    ).map { "Did you mean '\($0)'?" }))
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
                resource, .rollout, cause: Cause(.outOfSync, at: resource.mark, "asked for"),
                steps: Planner.rolloutSteps(address.name, DeploymentSpec(resource).rollout, isEnabled: isEnabled))
        ]
        return plan
    }

    /// An archive must be there, and be the one that is declared, before anything is written.
    private func archiveProblem(_ change: Change) -> Diagnostic? {
        guard change.address.kind == .package, let archive = PackageSpec(change.resource).archive else { return nil }
        do throws(FileError) {
            let digest = try sha256(file: resolvePath(archive.file, from: root))
            guard let declared = archive.sha256, declared.lowercased() != digest else { return nil }
            return Diagnostic(
                .error, "archive-changed",
                "'\(archive.file)' has the SHA-256 \(digest), and its manifest says \(declared.lowercased())",
                at: change.resource.spec["archive"]?.mark, address: change.address.description)
        } catch {
            return error.diagnostic
        }
    }

    /// Where a deployment is about to map to a version that both deployers hold, the bytes must be the same.
    private func compareArchives(_ resources: [Resource], _ live: inout LiveState) async throws(ReconcileError) {
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
            return try sha256(file: path)
        } catch let error as any DiagnosableError {
            throw ReconcileError(error.diagnostic)
        } catch {
            preconditionFailure("every error of a download can tell itself")
        }
    }
}
