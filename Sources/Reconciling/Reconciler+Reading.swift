internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources
internal import StateStorage

/// All that a comparison looks at.
struct Reading: Sendable {
    /// What the manifests come to, holds and healing counted in.
    var wanted: DesiredState
    var held: [HeldResource] = []
    var selection: Selection
    var live: LiveState
    let state: StateSnapshot
    let secrets: SecretKnowledge
    /// What the user should know of runs before.
    let notes: [Diagnostic]
}

extension Reconciler {
    /// `everything`: the lists, too, that name what nobody declares.
    func read(
        _ desired: DesiredState, _ options: PlanOptions, everything: Bool = false
    ) async throws(ReconcileError) -> Reading {
        let (state, notes) = try await remembered()
        var (wanted, held) = (desired, [HeldResource]())
        switch options.purpose {
        case .apply: (wanted, held) = withHolds(desired, state)
        case .heal:
            wanted = healing(desired, state)
            // What is held stays so: to heal is not to go on.
            held = withHolds(desired, state).1
        case .destroy, .rollback: break
        }
        let selection = Selection(options, in: wanted)
        var scope = ReadScope(wanted, selection, state, options)
        if everything { scope.addLists() }
        var live = try await refresh.read(scope)
        if options.purpose == .heal { wanted = withoutAccepted(wanted, desired, state, live) }
        let selected = wanted.resources.filter { selection.contains($0.address) }
        try await compareArchives(selected, &live)
        return Reading(
            wanted: wanted, held: held, selection: selection, live: live, state: state,
            secrets: await knowledge(of: selected, state), notes: notes)
    }

    /// What is to be healed, but for what others changed to what the manifests say by now: to undo that is nobody's wish.
    private func withoutAccepted(
        _ healed: DesiredState, _ manifests: DesiredState, _ state: StateSnapshot, _ live: LiveState
    ) -> DesiredState {
        healed.with(
            healed.resources.filter { resource in
                guard resource.kind != .package, let declared = manifests[resource.address], !declared.isExternal,
                    let record = state[resource.address], record.hold == nil, record.applied != AppliedSpec(declared)
                else { return true }
                return !isLive(declared, live)
            })
    }

    /// Whether live holds all that a manifest declares of an object, secrets aside; not for packages.
    func isLive(_ resource: Resource, _ live: LiveState) -> Bool {
        let address = resource.address
        var document = live.documents[address.service ?? address]
        if address.kind == .endpoint {
            document = document?["endpoints"]?.array?.first { $0["id"]?.string == address.name }
        }
        var comparison = Comparison(ignoring: resource.metadata.lifecycle.ignoreRules(on: time.today()))
        comparison.compare(DesiredDocument(resource, dialect: dialect), with: document)
        return comparison.changes.isEmpty
    }

    /// A deployment that is not as it was applied may have been pushed after it was saved: who did that is in its updates.
    func addRequesters(_ report: inout DriftReport) async {
        let verdicts: [DriftReport.Verdict] = [.drifted, .conflict, .outOfSync, .unhealthy]
        let places = report.rows.indices.filter {
            report.rows[$0].address.kind == .deployment && verdicts.contains(report.rows[$0].verdict)
        }
        let names = Dictionary(
            places.map { (report.rows[$0].address.name, $0) }, uniquingKeysWith: { first, _ in first })
        let deployer = nodes.deployer.apiDeployer
        await concurrently(
            names.keys.sorted(), limit: environment.limits.concurrency,
            { id in try? await deployer.deployment(id).newestUpdate() },
            collect: { id, update in
                guard let place = names[id], let update, let start = Int(update.startTimestamp) else { return true }
                if start > report.rows[place].author?.when ?? 0 {
                    report.rows[place].author = DriftReport.Author(login: update.requester, when: start)
                }
                return true
            })
    }
}
