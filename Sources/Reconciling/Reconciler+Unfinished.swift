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
        if let holder {
            let note = Diagnostic(
                .warning, "run-under-way",
                "'\(environment.name)' is being written to by \(holder.owner), who runs '\(holder.command)'",
                hint: "What is live moves under this plan. Plan again when that run is over.")
            return (settlement.applied(to: state), [note])
        }
        return (settlement.applied(to: state), try await notes(on: settlement))
    }

    /// What the user should know of writes that nobody recorded the end of: a run was cut off, or one that ended by itself
    /// left an update that it had waited for long enough.
    private func notes(on settlement: Settlement) async throws(ReconcileError) -> [Diagnostic] {
        let left = settlement.intents.filter { $0.kind != .awaitHealth }
        for number in Set(left.map(\.id.run)).sorted() {
            let run = try await stored { () throws(StateError) in try await store.run(number, of: environment.name) }
            guard run?.result ?? .open == .open else { continue }
            return [
                Diagnostic(
                    .warning, "run-cut-off", "the last run on '\(environment.name)' was cut off",
                    hint: "What it did was found out by reading; the next apply records it.")
            ]
        }
        return left.filter { settlement.verdicts[$0.id] == .running }.map { intent in
            Diagnostic(
                .warning, "update-still-runs",
                "an update of '\(intent.address)' that run \(intent.id.run) started may still run",
                hint: "DSS takes one update of a deployment at a time: the next apply waits for it.",
                address: intent.address.description)
        }
    }

    /// Plans to await the health of roll-outs that were cut off, and names them where they are pushed again.
    func goOn(
        with unfinished: [Address: Unfinished], in desired: DesiredState, _ live: LiveState, _ plan: inout Plan
    ) {
        guard !unfinished.isEmpty, plan.purpose == .apply || plan.purpose == .heal else { return }
        let text = "a run ended before it saw it healthy"
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
