package import DSS
internal import Diagnostics
internal import Graph
internal import JSON
package import Resources

/// Computes a plan from what is declared and what is live.
package struct Planner {
    let desired: DesiredState
    let live: LiveState
    let options: PlanOptions
    let dialect: Dialect
    /// What is remembered.
    let state: StateSnapshot
    let secrets: SecretKnowledge
    let selection: Selection
    let graph: DependencyGraph<Address>
    var plan: Plan
    /// The addresses that are as declared.
    var unchanged: Set<Address> = []
    /// The units that some change so far belongs to, other than to heal what drifted.
    var changedUnits: Set<Address> = []
    let now: PlanTime
    /// The versions that declared packages publish and that this environment writes.
    let declaredVersions: Set<PublishedVersion>
    /// Whether what can't be planned is compared all the same.
    var plansDespiteProblems = false
    /// Whether something remembered of secrets was made with another key than the one at hand.
    var hasOtherKey = false

    /// `desired` is what `withHolds` or `healing` made of the manifests; `held` is what `withHolds` told.
    package static func plan(
        desired: DesiredState, live: LiveState, state: StateSnapshot, options: PlanOptions, selection: Selection,
        dialect: Dialect, targets: PlanTargets, now: PlanTime, secrets: SecretKnowledge, held: [HeldResource] = []
    ) -> Plan {
        var planner = Planner(
            desired: desired, live: live, state: state, options: options, selection: selection, dialect: dialect,
            targets: targets, now: now, secrets: secrets, held: held)
        planner.make()
        return planner.plan
    }

    init(
        desired: DesiredState, live: LiveState, state: StateSnapshot, options: PlanOptions, selection: Selection,
        dialect: Dialect, targets: PlanTargets, now: PlanTime, secrets: SecretKnowledge, held: [HeldResource]
    ) {
        self.desired = desired
        self.live = live
        self.state = state
        self.options = options
        self.dialect = dialect
        self.now = now
        self.secrets = secrets
        self.selection = selection
        graph = desired.graph
        var versions: Set<PublishedVersion> = []
        for resource in desired.resources(of: .package) where !resource.isExternal {
            let spec = PackageSpec(resource)
            guard let service = spec.publishedService, desired.environment.designer != nil || spec.archive != nil
            else { continue }
            versions.insert(PublishedVersion(service: service, version: spec.version))
        }
        declaredVersions = versions
        plan = Plan(environment: desired.environment.name, targets: targets)
        plan.checkedHealth = options.checksHealth
        plan.purpose = options.purpose
        plan.held = held.sorted { $0.address < $1.address }
    }

    mutating func make() {
        do throws(CycleError<Address>) { _ = try graph.order() } catch {
            plan.diagnostics.append(
                Diagnostic(
                    .error, "dependency-cycle",
                    "these resources wait for one another: "
                        + error.path.map(\.description).joined(separator: " -> "),
                    at: error.path.first.flatMap { desired[$0]?.mark }))
            return
        }
        checkSelection()
        if options.purpose != .destroy { addDeclared() }
        addDeletes()
        checkLimits()
        checkPolicy()
        let order = plan.changes.indices.sorted { plan.changes[$0].address < plan.changes[$1].address }
        plan.changes = order.map { plan.changes[$0] }
        let changing = Set(plan.changes.map(\.address))
        for index in plan.changes.indices {
            plan.changes[index].waitsFor = graph.prerequisites(of: plan.changes[index].address).filter(
                changing.contains)
        }
        addPromotionEdges(changing)
        orderDeletes()
        plan.unchanged = unchanged.sorted()
        plan.forgotten.sort()
    }

    /// Patterns and labels that select nothing are mistyped.
    mutating func checkSelection() {
        for pattern in Selection.idle(options, in: desired, state) {
            plan.diagnostics.append(
                Diagnostic(
                    .error, "matches-nothing", "'\(pattern)' matches nothing that is declared or remembered",
                    hint: "`mooring graph` lists the addresses."))
        }
        if !options.selector.isEmpty, !desired.resources.contains(where: options.selects) {
            let labels = options.selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            plan.diagnostics.append(
                Diagnostic(
                    .error, "matches-nothing",
                    "no declared resource has the label\(labels.count > 1 ? "s" : "") \(labels.joined(separator: ", "))",
                    hint: "Labels stand under 'metadata.labels' of a manifest."))
        }
    }

    mutating func addDeclared() {
        for resource in desired.resources where selection.contains(resource.address) { add(resource) }
        addPromotions()
        rolloutAfterNodes()
        listUnmanaged()
        if options.purpose == .apply { recall() }
        if hasOtherKey {
            plan.diagnostics.append(
                Diagnostic(
                    .warning, "fingerprint-key-changed",
                    "secrets are not compared: what is remembered of them was made with another key",
                    hint:
                        "The next apply remembers them anew. If nobody changed the key, look at spec.state.fingerprintKey."
                ))
        }
    }

    private mutating func add(_ resource: Resource) {
        if resource.isExternal {
            checkExternal(resource)
            return
        }
        guard !resource.isReference(in: desired.environment) else { return }
        let subject = resource.kind == .endpoint ? resource.address.service ?? resource.address : resource.address
        if let problem = live.unreadable[subject] {
            plan.diagnostics.append(blaming(problem, resource))
            return
        }
        if let print = live.fingerprint(of: resource, dialect) { plan.fingerprints[resource.address] = print }
        switch resource.kind {
        case .apiService: addAPIService(resource)
        case .endpoint: addEndpoint(resource)
        case .package: addPackage(resource)
        case .publishedService: addPublishedService(resource)
        case .infra: addInfra(resource)
        case .deployment: addDeployment(resource)
        }
    }

    private func blaming(_ problem: Diagnostic, _ resource: Resource) -> Diagnostic {
        var problem = problem
        problem.address = resource.address.description
        problem.mark = problem.mark ?? resource.mark
        return problem
    }

    /// An external object must exist where that can be told from what was read.
    private mutating func checkExternal(_ resource: Resource) {
        plan.external.append(resource.address)
        let address = resource.address
        guard address.kind != .endpoint, address.kind != .package, !live.listed.contains(address),
            live.unreadable[address] == nil, !(address.kind.isDesignSide && desired.environment.designer == nil)
        else { return }
        plan.diagnostics.append(
            Diagnostic(
                .error, "external-missing", "'\(address)' is declared external but does not exist", at: resource.mark,
                hint: "Create it in DSS first, or declare it with a spec so that Mooring creates it."))
    }

    /// The notes of a change that writes secrets which are not at hand.
    func secretNotes(_ resource: Resource) -> [String] {
        let missing = Set(resource.spec.secrets).filter { !secrets.isAvailable($0) }
        return missing.map { "the secret \($0) is unavailable here: an apply fails before its first write" }.sorted()
    }

    mutating func keep(_ resource: Resource) { unchanged.insert(resource.address) }

    mutating func append(_ change: Change) {
        var change = change
        if [.update, .replace, .rollout].contains(change.action), let resource = desired[change.address] {
            change.adoptsExisting = record(of: resource) == nil
            if options.purpose == .apply, let hold = record(of: resource)?.hold,
                !plan.held.contains(where: { $0.address == change.address })
            {
                change.notes.append("its manifest changed, which ends what a rollback held: \(hold.reason)")
            }
        }
        plan.changes.append(change)
        // What is healed alone was made into a package before it drifted.
        if change.cause.kind != .drift { changedUnits.insert(change.unit) }
    }
}
