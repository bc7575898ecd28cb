internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources
internal import StateStorage

/// Writes what became of a plan to the runs that are remembered.
struct History: Sendable {
    private let changes: [Change]
    private let places: [Address: Int]
    /// As it was when the run began.
    private let state: StateSnapshot
    private let journal: Journal
    private let time: Timekeeper

    init(_ plan: Plan, _ state: StateSnapshot, _ journal: Journal, _ time: Timekeeper) {
        changes = plan.changes
        places = Dictionary(
            zip(changes.lazy.map(\.address), changes.indices), uniquingKeysWith: { first, _ in first })
        self.state = state
        self.journal = journal
        self.time = time
    }

    func note(_ outcome: Outcome) async {
        guard let change = places[outcome.address].map({ changes[$0] }) else { return }
        let address = change.resource.recordAddress
        let before = state[address]?.applied
        let after = await journal.applied(to: address, before: before)
        await journal.note(
            RunChange(
                address: address, action: outcome.action, result: outcome.result.rawValue, before: before,
                after: after, fields: .array(change.fields.map(History.field)),
                messages: outcome.diagnostics.map { "\($0.code): \($0.message)" }, health: outcome.health,
                milliseconds: outcome.milliseconds))
    }

    /// `adopted`: how many objects were recorded beside the changes.
    func finish(_ run: Run, adopted: Int) async throws(StateError) {
        var counts: [String: Int] = [:]
        for outcome in run.outcomes { counts[outcome.result.rawValue, default: 0] += 1 }
        if adopted > 0 { counts["adopted"] = adopted }
        try await journal.finish(History.result(run), at: time.wallMilliseconds(), counts: counts)
    }

    static func result(_ run: Run) -> RunRecord.Result {
        if case .interrupted = run.end { return .interrupted }
        if run.outcomes.allSatisfy({ $0.result == .applied }) { return .applied }
        if run.count(.rolledBack) > 0, run.count(.failed) == 0, run.count(.moved) == 0 { return .rolledBack }
        return run.count(.applied) + run.count(.rolledBack) > 0 ? .partly : .failed
    }

    /// As saved plans have it, without its place.
    private static func field(_ field: FieldChange) -> JSONValue {
        var object = JSONObject([("path", .string(field.path))])
        var secret = JSONObject()
        for (key, shown) in [("before", field.before), ("after", field.after)] {
            switch shown {
            case .absent: break
            case .value(let value): object[key] = value
            case .secret(let state): secret[key] = .string(state)
            }
        }
        if !secret.isEmpty { object["secret"] = .object(secret) }
        if field.origin != .manifest { object["origin"] = .string(field.origin.rawValue) }
        return .object(object)
    }
}
