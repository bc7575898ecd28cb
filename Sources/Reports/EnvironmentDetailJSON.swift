internal import Diagnostics
package import JSON
package import Resources

/// The version of the form of details.
private let detailFormatVersion = 1

/// All that was read of an environment as one document, without secrets: what the daemon keeps and its page shows.
package func detailJSON(_ detail: EnvironmentDetail) -> JSONValue {
    var object: JSONObject = [
        "kind": "EnvironmentDetail", "formatVersion": .number(JSONNumber(detailFormatVersion)),
        "repository": .string(detail.place.repository), "environment": .string(detail.place.environment),
    ]
    object["revision"] = detail.revision.map(stampJSON)
    object["made"] = .string(Instant.text(detail.made))
    object["resources"] = .array(detail.resources.map(viewJSON))
    object["diagnostics"] = diagnosticsJSON(detail.diagnostics)
    return .object(object)
}

/// Reads what `detailJSON` wrote; nil for anything else.
package func readDetail(_ bytes: [UInt8]) -> EnvironmentDetail? {
    guard let document = try? JSONValue(parsing: bytes), document["kind"] == "EnvironmentDetail",
        document["formatVersion"]?.integer == detailFormatVersion
    else { return nil }
    return try? detail(DocumentReader(value: document, path: ""))
}

/// A commit as documents name it.
package func stampJSON(_ stamp: CommitStamp) -> JSONValue {
    [
        "id": .string(stamp.id), "author": .string(stamp.author), "subject": .string(stamp.subject),
        "time": .string(Instant.text(stamp.time)),
    ]
}

extension DocumentReader {
    /// Reads what `stampJSON` wrote.
    package func stamp() throws(DocumentProblem) -> CommitStamp {
        CommitStamp(
            id: try member("id").string(), author: try member("author").string(),
            subject: try member("subject").string(), time: try member("time").instant())
    }
}

/// As the daemon's calls tell it, and the manifest of a hold besides.
private func viewJSON(_ view: ResourceView) -> JSONValue {
    var object = resourceViewJSON(view)
    if let hold = view.hold, var told = object["hold"]?.object {
        told["manifest"] = hold.manifest.json
        object["hold"] = .object(told)
    }
    return .object(object)
}

private func detail(_ document: DocumentReader) throws(DocumentProblem) -> EnvironmentDetail {
    EnvironmentDetail(
        place: WatchPlace(
            try document.member("repository").string(), try document.member("environment").string()),
        revision: try document.optional("revision")?.stamp(), made: try document.member("made").instant(),
        resources: try document.member("resources").array(view),
        diagnostics: try document.member("diagnostics").diagnostics())
}

private func view(_ reader: DocumentReader) throws(DocumentProblem) -> ResourceView {
    var view = ResourceView(
        try reader.member("address").address(), action: try reader.member("action").word(Action.self),
        sync: try reader.member("sync").word(SyncStatus.self), health: try reader.member("health").word(Health.self),
        desired: try reader.member("desired").value, live: try reader.member("live").value)
    view.verdict = try reader.optional("verdict")?.string()
    view.version = try reader.optional("version")?.string()
    view.declaredVersion = try reader.optional("declaredVersion")?.string()
    view.infra = try reader.optional("infra")?.string()
    view.details = try reader.member("details").strings()
    view.serviceURLs = try reader.member("serviceURLs").strings()
    view.uses = try reader.member("uses").addresses()
    view.fields = try reader.member("fields").array { (field) throws(DocumentProblem) in
        ResourceView.Field(
            path: try field.member("path").string(), live: try field.member("live").string(),
            desired: try field.member("desired").string(), origin: try field.member("origin").string())
    }
    view.changedBy = try reader.optional("changedBy")?.string()
    view.changedAt = try reader.optional("changedAt")?.instant()
    if let hold = try reader.optional("hold") {
        view.hold = Hold(
            reason: try hold.member("reason").string(), by: try hold.member("by").string(),
            since: try hold.member("since").instant(),
            manifest: AppliedSpec(bytes: try hold.member("manifest").value.canonicalBytes))
    }
    view.mark = try reader.optional("file") == nil ? nil : try reader.mark()
    return view
}
