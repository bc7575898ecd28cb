internal import Diagnostics
package import JSON
internal import Planning
package import Resources

/// The version of the form of histories and locks.
let historyFormatVersion = 1

/// The runs of an environment as one document, the newest first: what `history --json` prints.
package func historyJSON(_ runs: [RunRecord], environment: String, version: String) -> JSONValue {
    document(runs.sorted { $0.number > $1.number }.map { .object(runObject($0)) }, environment, version)
}

/// One run with all its changes; applied specs hold secrets by their reference alone.
package func historyJSON(
    _ run: RunRecord, _ changes: [RunChange], environment: String, version: String
) -> JSONValue {
    document([runJSON(run, changes)], environment, version)
}

/// What runs did to one object: each run with the one change.
package func historyJSON(
    _ changes: [(run: RunRecord, change: RunChange)], environment: String, version: String
) -> JSONValue {
    document(changes.map { runJSON($0.run, [$0.change]) }, environment, version)
}

/// Who holds the lock of an environment as one document: what `lock status --json` prints.
package func lockJSON(_ holder: LeaseHolder?, environment: String, version: String) -> JSONValue {
    var object = head("Lock", environment, version)
    object["held"] = .bool(holder != nil)
    object["holder"] = holder.map { holder in
        [
            "owner": .string(holder.owner), "command": .string(holder.command),
            "process": .number(JSONNumber(holder.process.number)), "machine": .string(holder.process.machine),
            "acquired": .string(Instant.text(holder.acquired)), "expires": .string(Instant.text(holder.expires)),
            "ageMilliseconds": .number(JSONNumber(holder.ageMilliseconds)),
        ]
    }
    object["diagnostics"] = []
    return .object(object)
}

private func document(_ runs: [JSONValue], _ environment: String, _ version: String) -> JSONValue {
    var object = head("History", environment, version)
    object["runs"] = .array(runs)
    object["diagnostics"] = []
    return .object(object)
}

private func head(_ kind: String, _ environment: String, _ version: String) -> JSONObject {
    JSONObject([
        ("kind", .string(kind)), ("formatVersion", .number(JSONNumber(historyFormatVersion))),
        ("mooring", .string(version)), ("environment", .string(environment)),
    ])
}

private func runJSON(_ run: RunRecord, _ changes: [RunChange]) -> JSONValue {
    var object = runObject(run)
    object["changes"] = .array(changes.map(changeJSON))
    return .object(object)
}

private func runObject(_ run: RunRecord) -> JSONObject {
    var object = JSONObject([
        ("number", .number(JSONNumber(run.number))), ("command", .string(run.command)), ("actor", .string(run.actor)),
    ])
    object["commit"] = run.commit.map(JSONValue.string)
    object["reason"] = run.reason.map(JSONValue.string)
    object["plan"] = run.planDigest.map(JSONValue.string)
    object["started"] = .string(Instant.text(run.started))
    object["finished"] = run.finished.map { .string(Instant.text($0)) }
    object["result"] = .string(run.result.rawValue)
    object["counts"] = .object(
        JSONObject(run.counts.sorted { $0.key < $1.key }.map { ($0.key, .number(JSONNumber($0.value))) }))
    return object
}

private func changeJSON(_ change: RunChange) -> JSONValue {
    var object = JSONObject([
        ("address", .string(change.address.description)), ("action", .string(change.action.rawValue)),
        ("result", .string(change.result)), ("milliseconds", .number(JSONNumber(change.milliseconds))),
        ("fields", .array(change.keptFields)),
    ])
    object["before"] = change.before.flatMap { try? JSONValue(parsing: $0.bytes) }
    object["after"] = change.after.flatMap { try? JSONValue(parsing: $0.bytes) }
    object["messages"] = .array(change.messages.map(JSONValue.string))
    object["health"] = change.health.map(JSONValue.string)
    return .object(object)
}

extension RunChange {
    /// The fields that a later version of Mooring, too, would know for some.
    var keptFields: [JSONValue] { (fields.array ?? []).filter { $0["path"]?.string != nil } }
}

/// A field of a change as a history keeps it; nil for what is none.
///
/// Nothing stands for a value that is not there, as null does.
func readField(_ value: JSONValue) -> FieldChange? {
    guard let path = value["path"]?.string else { return nil }
    let shown = { (key: String) -> ShownValue in
        if let state = value["secret"]?[key]?.string { return .secret(state) }
        guard let value = value[key], value != .null else { return .absent }
        return .value(value)
    }
    var field = FieldChange(
        path: path, before: shown("before"), after: shown("after"), mark: SourceMark(file: "", line: 1, column: 1))
    field.origin = value["origin"]?.string.flatMap { FieldChange.Origin(rawValue: $0) } ?? .manifest
    return field
}
