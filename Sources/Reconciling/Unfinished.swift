internal import Planning
internal import Resources

/// A roll-out that a run before this one began, and whose health nobody saw.
struct Unfinished: Sendable {
    /// The intents to await it.
    var ids: [Intent.ID] = []
    /// What was applied when it was last known to be good, as canonical JSON; nil when that was never.
    var before: String?
    /// Whether its settings were pushed to the nodes, so that only its health is to be awaited.
    var isPushed = false
    /// Whether it must be pushed whatever its health: the infrastructure under it changed.
    var isOwed = false

    /// By the deployment's address.
    static func all(in state: StateSnapshot) -> [Address: Unfinished] {
        state.intents.reduce(into: [:]) { result, intent in
            guard intent.step == Step.Kind.awaitHealth.rawValue else { return }
            var unfinished = result[intent.address] ?? Unfinished()
            unfinished.ids.append(intent.id)
            unfinished.isPushed = intent.job != nil
            unfinished.isOwed = intent.job == nil && intent.subject != nil
            // The first one knows what was good: those after it began where it ended.
            unfinished.before = unfinished.before ?? intent.before
            result[intent.address] = unfinished
        }
    }
}
