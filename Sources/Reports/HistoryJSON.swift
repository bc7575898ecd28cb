package import Diagnostics
package import JSON
package import Resources

/// The runs of an environment as one document, the newest first: what `history --json` prints. `version` is Mooring's own.
package func historyJSON(
    _ runs: [RunRecord], environment: String, version: String, diagnostics: [Diagnostic] = []
) -> JSONValue {
    let runs = runs.sorted { $0.number > $1.number }.map(runJSON)
    return document("History", environment, version, ["runs": .array(runs)], diagnostics)
}

/// One run with all its changes; an applied spec holds secrets by their reference alone.
package func historyJSON(
    _ run: RunRecord, _ changes: [RunChange], environment: String, version: String, diagnostics: [Diagnostic] = []
) -> JSONValue {
    let changes = changes.map { JSONValue.object(changeJSON($0)) }
    return document("History", environment, version, ["run": runJSON(run), "changes": .array(changes)], diagnostics)
}

/// What runs did to one object, the newest first: each change with its run.
package func historyJSON(
    _ address: Address, _ changes: [(run: RunRecord, change: RunChange)], environment: String, version: String,
    diagnostics: [Diagnostic] = []
) -> JSONValue {
    let changes = changes.map { run, change in
        var object = changeJSON(change)
        object["run"] = runJSON(run)
        return JSONValue.object(object)
    }
    return document(
        "History", environment, version, ["address": .string(address.description), "changes": .array(changes)],
        diagnostics)
}

/// Why there is no history to tell.
package func historyJSON(failed diagnostics: [Diagnostic], environment: String, version: String) -> JSONValue {
    document("History", environment, version, [:], diagnostics)
}

/// Why nobody knows who holds the lock.
package func lockJSON(failed diagnostics: [Diagnostic], environment: String, version: String) -> JSONValue {
    document("Lock", environment, version, [:], diagnostics)
}

/// Who holds an environment's lock: what `lock status --json` prints. `holder` is nil when nobody does.
package func lockJSON(
    _ holder: LeaseHolder?, environment: String, version: String, diagnostics: [Diagnostic] = []
) -> JSONValue {
    var members: JSONObject = ["held": .bool(holder != nil)]
    members["holder"] = holder.map(holderJSON)
    return document("Lock", environment, version, members, diagnostics)
}

/// One holder of a lock, as `lockJSON` tells it.
package func holderJSON(_ holder: LeaseHolder) -> JSONValue {
    [
        "owner": .string(holder.owner), "command": .string(holder.command),
        "process": .number(JSONNumber(holder.process.number)), "since": .string(Instant.text(holder.acquired)),
        "expires": .string(Instant.text(holder.expires)),
        "ageSeconds": .number(JSONNumber(holder.ageMilliseconds / 1000)),
    ]
}

/// The version of the form of histories and locks.
let historyFormatVersion = 1

private func document(
    _ kind: String, _ environment: String, _ version: String, _ members: JSONObject, _ diagnostics: [Diagnostic]
) -> JSONValue {
    var object: JSONObject = [
        "kind": .string(kind), "formatVersion": .number(JSONNumber(historyFormatVersion)),
        "mooring": .string(version), "environment": .string(environment),
    ]
    for member in members { object[member.key] = member.value }
    object["diagnostics"] = diagnosticsJSON(diagnostics)
    return .object(object)
}

private func runJSON(_ run: RunRecord) -> JSONValue {
    var object: JSONObject = [
        "number": .number(JSONNumber(run.number)), "command": .string(run.command), "actor": .string(run.actor),
    ]
    object["commit"] = run.commitName.map(JSONValue.string)
    if run.hasUncommitted { object["uncommitted"] = true }
    object["reason"] = run.reason.map(JSONValue.string)
    object["plan"] = run.planDigest.map(JSONValue.string)
    object["started"] = .string(Instant.text(run.started))
    object["finished"] = run.finished.map { .string(Instant.text($0)) }
    object["result"] = .string(run.result.rawValue)
    object["counts"] = .object(
        JSONObject(run.counts.sorted { $0.key < $1.key }.map { ($0.key, .number(JSONNumber($0.value))) }))
    return .object(object)
}

private func changeJSON(_ change: RunChange) -> JSONObject {
    var object: JSONObject = [
        "address": .string(change.address.description), "action": .string(change.action.rawValue),
        "result": .string(change.result), "milliseconds": .number(JSONNumber(change.milliseconds)),
        // What another Mooring wrote otherwise is left out.
        "fields": .array((change.fields.array ?? []).filter { $0["path"]?.string != nil }),
    ]
    object["before"] = change.before.map(\.json)
    object["after"] = change.after.map(\.json)
    object["messages"] = .array(change.messages.map(JSONValue.string))
    object["health"] = change.health.map(JSONValue.string)
    return object
}
