package import Diagnostics
package import JSON
package import Resources

/// One environment and all that was read of it last, as one document: what `/api/r/REPOSITORY/ENVIRONMENT` answers.
///
/// `detail` is nil where nothing was read yet: then there is no `made`, and no resource.
package func placeDocument(
    _ place: WatchPlace, _ status: EnvironmentStatus, _ detail: EnvironmentDetail?, version: String
) -> JSONValue {
    var members: JSONObject = ["status": environmentStatusJSON(status)]
    members["made"] = detail.map { momentJSON($0.made) }
    members["resources"] = .array((detail?.resources ?? []).map { .object(resourceViewJSON($0)) })
    return document("WatchEnvironment", place, members, detail?.diagnostics ?? [], version: version)
}

/// What happened in an environment, the newest first, as one document.
package func timelineDocument(_ place: WatchPlace, _ entries: [TimelineEntry], version: String) -> JSONValue {
    document("WatchTimeline", place, ["entries": .array(entries.map(entryJSON))], [], version: version)
}

/// What stands in the place of a document that cannot be had: why not.
package func refusalDocument(_ diagnostics: [Diagnostic]) -> JSONValue {
    ["diagnostics": diagnosticsJSON(diagnostics)]
}

private func document(
    _ kind: String, _ place: WatchPlace, _ members: JSONObject, _ diagnostics: [Diagnostic], version: String
) -> JSONValue {
    var object: JSONObject = [
        "kind": .string(kind), "formatVersion": .number(JSONNumber(watchFormatVersion)), "mooring": .string(version),
        "repository": .string(place.repository), "environment": .string(place.environment),
    ]
    for member in members { object[member.key] = member.value }
    object["diagnostics"] = diagnosticsJSON(diagnostics)
    return .object(object)
}

private func entryJSON(_ entry: TimelineEntry) -> JSONValue {
    var object: JSONObject = ["time": momentJSON(entry.time), "event": .string(entry.kind.rawValue)]
    object["text"] = .string(entry.text)
    object["commit"] = entry.revision.map(commitJSON)
    object["actor"] = entry.actor.map(JSONValue.string)
    object["run"] = entry.run.map { .number(JSONNumber($0)) }
    object["plan"] = entry.planDigest.map(JSONValue.string)
    return .object(object)
}

func resourceViewJSON(_ view: ResourceView) -> JSONObject {
    var object: JSONObject = [
        "address": .string(view.address.description), "action": .string(view.action.rawValue),
        "sync": .string(view.sync.rawValue), "health": .string(view.health.rawValue),
    ]
    object["verdict"] = view.verdict.map(JSONValue.string)
    object["version"] = view.version.map(JSONValue.string)
    object["declaredVersion"] = view.declaredVersion.map(JSONValue.string)
    object["infra"] = view.infra.map(JSONValue.string)
    object["details"] = .array(view.details.map(JSONValue.string))
    object["serviceURLs"] = .array(view.serviceURLs.map(JSONValue.string))
    object["uses"] = .array(view.uses.map { .string($0.description) })
    object["desired"] = view.desired
    object["live"] = view.live
    object["fields"] = .array(
        view.fields.map { field in
            [
                "path": .string(field.path), "live": .string(field.live), "desired": .string(field.desired),
                "origin": .string(field.origin),
            ]
        })
    object["changedBy"] = view.changedBy.map(JSONValue.string)
    object["changedAt"] = view.changedAt.map(momentJSON)
    object["hold"] = view.hold.map { hold in
        ["by": .string(hold.by), "reason": .string(hold.reason), "since": momentJSON(hold.since)]
    }
    if let mark = view.mark { add(mark, to: &object) }
    return object
}
