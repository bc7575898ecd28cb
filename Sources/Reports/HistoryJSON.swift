internal import Diagnostics
package import JSON
package import Resources

/// The runs of an environment as one document: what `history --json` prints.
package func historyJSON(_ runs: [RunRecord], environment: String, version: String) -> JSONValue {
    document(environment, version, [("runs", .array(runs.map(runJSON)))])
}

/// One run with all its changes; an applied spec holds secrets by their reference alone.
package func historyJSON(
    _ run: RunRecord, _ changes: [RunChange], environment: String, version: String
) -> JSONValue {
    document(environment, version, [("run", runJSON(run)), ("changes", .array(changes.map(changeJSON)))])
}

/// What runs did to one object.
package func historyJSON(
    _ address: Address, _ changes: [(run: RunRecord, change: RunChange)], environment: String, version: String
) -> JSONValue {
    document(
        environment, version,
        [
            ("address", .string(address.description)),
            (
                "changes",
                .array(
                    changes.map { run, change in
                        guard case .object(var object) = changeJSON(change) else { return .null }
                        object["run"] = runJSON(run)
                        return .object(object)
                    })
            ),
        ])
}

private func document(_ environment: String, _ version: String, _ members: [(String, JSONValue)]) -> JSONValue {
    .object(
        JSONObject(
            [
                ("kind", "History"), ("formatVersion", .number(JSONNumber(runFormatVersion))),
                ("mooring", .string(version)), ("environment", .string(environment)),
            ] + members + [("diagnostics", .array([]))]))
}

private func runJSON(_ run: RunRecord) -> JSONValue {
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
    return .object(object)
}

private func changeJSON(_ change: RunChange) -> JSONValue {
    var object = JSONObject([
        ("address", .string(change.address.description)), ("action", .string(change.action.rawValue)),
        ("result", .string(change.result)), ("fields", change.fields),
        ("messages", .array(change.messages.map(JSONValue.string))),
    ])
    object["health"] = change.health.map(JSONValue.string)
    object["milliseconds"] = .number(JSONNumber(change.milliseconds))
    object["before"] = change.before.flatMap { try? JSONValue(parsing: $0.bytes) }
    object["after"] = change.after.flatMap { try? JSONValue(parsing: $0.bytes) }
    return .object(object)
}
