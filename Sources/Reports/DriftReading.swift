package import Diagnostics
internal import JSON
package import Planning
internal import Resources

/// Reads what `driftJSON` wrote; nil, and why, for anything else. `file` is the name that diagnostics give.
package func readDrift(_ bytes: [UInt8], file: String) -> (report: DriftReport?, diagnostics: [Diagnostic]) {
    do {
        let document = DocumentReader(value: try JSONValue(parsing: bytes), path: "")
        guard document.value["kind"] == "Drift", document.value["formatVersion"]?.integer == driftFormatVersion else {
            throw document.problem("is no drift report of this version")
        }
        return (try report(document), [])
    } catch let error as DocumentProblem {
        let place = error.path.isEmpty ? "the document" : "'\(error.path)'"
        return (nil, [.notADrift("\(place) \(error.message)", file)])
    } catch {
        return (nil, [.notADrift("it is no JSON", file)])
    }
}

extension Diagnostic {
    fileprivate static func notADrift(_ reason: String, _ file: String) -> Diagnostic {
        Diagnostic(
            .error, "not-a-drift-report", "this is no drift report: \(reason)", at: SourceMark(file: file),
            hint: "`mooring drift --json` makes one.")
    }
}

private func report(_ document: DocumentReader) throws(DocumentProblem) -> DriftReport {
    let targets = try document.member("targets")
    return DriftReport(
        environment: try document.member("environment").string(),
        targets: PlanTargets(
            designer: try targets.optional("designer")?.string(), deployer: try targets.member("deployer").string(),
            source: try targets.optional("source")?.string()),
        commit: try document.optional("commit")?.string(), rows: try document.member("resources").array(row),
        diagnostics: try document.member("diagnostics").diagnostics(),
        checkedHealth: try document.member("checkedHealth").bool(), made: try document.member("made").instant())
}

private func row(_ reader: DocumentReader) throws(DocumentProblem) -> DriftReport.Row {
    var row = DriftReport.Row(
        try reader.member("address").address(), try reader.member("verdict").word(DriftReport.Verdict.self))
    row.layers = try reader.member("layers").array { (layer) throws(DocumentProblem) in
        try layer.word(DriftReport.Layer.self)
    }
    row.fields = try reader.member("fields").array(field)
    row.ignored = try reader.member("ignored").array { (field) throws(DocumentProblem) in
        IgnoredField(
            address: try field.member("address").address(), path: try field.member("path").string(),
            pointer: try field.member("pointer").string(), reason: try field.optional("reason")?.string(),
            until: try field.optional("until")?.string())
    }
    if let author = try reader.optional("author") {
        row.author = DriftReport.Author(
            login: try author.optional("login")?.string(), when: try author.optional("when")?.instant())
    }
    row.details = try reader.member("details").strings()
    row.mode = try reader.optional("mode")?.word(Lifecycle.DriftMode.self)
    row.mark = try reader.optional("file") == nil ? nil : try reader.mark()
    return row
}

private func field(_ reader: DocumentReader) throws(DocumentProblem) -> DriftReport.Field {
    DriftReport.Field(
        path: try reader.member("path").string(), desired: try shown(try reader.member("desired")),
        applied: try shown(try reader.member("applied")), live: try shown(try reader.member("live")),
        origin: try reader.member("origin").word(FieldChange.Origin.self),
        mark: try reader.optional("file") == nil ? nil : try reader.mark())
}

/// Reads what `shownJSON` wrote.
private func shown(_ reader: DocumentReader) throws(DocumentProblem) -> ShownValue {
    if let state = try reader.optional("secret") { return .secret(try state.string()) }
    return try reader.optional("value").map { .value($0.value) } ?? .absent
}

extension DocumentReader {
    /// Milliseconds since 1970 (UTC), as `instantText` writes them.
    package func instant() throws(DocumentProblem) -> Int {
        guard let milliseconds = Instant.milliseconds(try string()) else { throw problem("is no moment") }
        return milliseconds
    }
}
