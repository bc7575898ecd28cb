internal import DSS
internal import Diagnostics
internal import Graph
internal import JSON
internal import Planning
internal import Resources
internal import StateStorage

/// What earlier runs left without a word.
extension Reconciler {
    /// What is remembered, with the writes that nobody recorded the end of as they are found to be; nothing is recorded.
    func remembered() async throws(ReconcileError) -> (state: StateSnapshot, notes: [Diagnostic]) {
        let state = try await stored { () throws(StateError) in try await store.snapshot(of: environment.name) }
        guard state.intents.contains(where: { $0.kind != .awaitHealth }) else { return (state, []) }
        let holder = try await stored { () throws(StateError) in try await store.holder(of: environment.name) }
        var settlement = Settlement(self, state.intents)
        try await settlement.read()
        let note =
            if let holder {
                Diagnostic(
                    .warning, "run-under-way",
                    "'\(environment.name)' is being written to by \(holder.owner), who runs '\(holder.command)'",
                    hint: "What is live moves under this plan. Plan again when that run is over.")
            } else {
                Diagnostic(
                    .warning, "run-cut-off", "the last run on '\(environment.name)' was cut off",
                    hint: "What it did was found out by reading; the next apply records it.")
            }
        return (settlement.applied(to: state), [note])
    }

    /// Plans to await the health of roll-outs that were cut off, and names them where they are pushed again.
    func goOn(
        with unfinished: [Address: Unfinished], in desired: DesiredState, _ live: LiveState, _ plan: inout Plan
    ) {
        guard !unfinished.isEmpty, plan.purpose == .apply || plan.purpose == .heal else { return }
        let text = "a run was cut off before it saw it healthy"
        for index in plan.changes.indices
        where unfinished[plan.changes[index].address] != nil && plan.changes[index].cause.kind == .outOfSync {
            let cause = plan.changes[index].cause
            plan.changes[index].cause = Cause(
                .unfinished, at: cause.mark, cause.text.map { "\(text); \($0)" } ?? text)
        }
        var added: [Change] = []
        for address in plan.unchanged {
            guard let left = unfinished[address], let resource = desired[address] else { continue }
            let policy = DeploymentSpec(resource).rollout
            let health = live.rollouts[address.name]?.health
            guard left.isOwed || health.map({ !policy.health.contains($0) }) ?? false else { continue }
            let isEnabled = live.documents[address]?["enabled"]?.bool ?? true
            let steps = Planner.rolloutSteps(address.name, policy, isEnabled: isEnabled).filter {
                !left.isPushed || $0.kind == .awaitHealth
            }
            guard !steps.isEmpty else { continue }
            var change = Change(
                resource, .rollout, cause: Cause(.unfinished, at: resource.mark, text), steps: steps)
            let changing = Set(plan.changes.map(\.address))
            change.waitsFor = desired.graph.prerequisites(of: address).filter(changing.contains)
            added.append(change)
        }
        guard !added.isEmpty else { return }
        let addresses = Set(added.map(\.address))
        plan.unchanged.removeAll(where: addresses.contains)
        plan.changes = (plan.changes + added).sorted { $0.address < $1.address }
        // What one of them takes the place of goes once it is healthy.
        let replacements = desired.replacements
        for index in plan.changes.indices where plan.changes[index].action == .delete {
            let change = plan.changes[index]
            let new = replacements[change.address.withoutVersion].map { [$0.address] } ?? []
            let awaited = addresses.intersection(new + change.neighbours)
            plan.changes[index].waitsFor = Set(change.waitsFor).union(awaited).sorted()
        }
    }
}
