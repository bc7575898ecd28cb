package import JSON
internal import Diagnostics
internal import Files
package import Planning
internal import Resources

/// The report in the Static Analysis Results Interchange Format, version 2.1.0: a result for each resource that is not clean.
///
/// A rule is a verdict. Results stand where the first field that differs is declared, else the resource, else at the
/// workspace's file: hosts show none without a place. Their fingerprint is that of what differs, not of where it is written,
/// so that the same drift keeps its identity. What a rule of the manifest ignores is a suppressed result.
package func driftSARIF(_ report: DriftReport, version: String) -> JSONValue {
    let rules: [JSONValue] = verdicts.map(rule)
    let results = report.rows.compactMap { row in
        verdicts.firstIndex(of: row.verdict).map { result(row, rule: $0, in: report) }
    }
    var invocation: JSONObject = [
        "executionSuccessful": .bool(!report.diagnostics.hasErrors), "endTimeUtc": .string(Instant.text(report.made)),
    ]
    invocation["toolExecutionNotifications"] = .array(report.diagnostics.map(SARIF.notification))
    var properties: JSONObject = ["environment": .string(report.environment), "targets": targetsJSON(report.targets)]
    properties["commit"] = report.commit.map(JSONValue.string)
    properties["checkedHealth"] = .bool(report.checkedHealth)
    return SARIF.document(
        id: "mooring/drift/\(report.environment)/", version: version, rules: rules, invocation: invocation,
        results: results, properties: properties)
}

/// Those that are results; the index is the rule's.
private let verdicts = DriftReport.Verdict.inOrder.filter { $0 != .clean }

extension DriftReport.Verdict {
    fileprivate var ruleID: String { "drift/\(rawValue)" }

    fileprivate var level: String {
        switch self {
        case .conflict, .drifted, .missing, .outOfSync, .unhealthy: "error"
        case .orphaned, .unknown: "warning"
        case .pending, .unmanaged, .ignored, .clean: "note"
        }
    }
}

private func rule(_ verdict: DriftReport.Verdict) -> JSONValue {
    [
        "id": .string(verdict.ruleID), "name": .string("Drift" + capitalized(verdict.key)),
        "shortDescription": ["text": .string("\(capitalized(verdict.words)).")],
        "fullDescription": ["text": .string("\(capitalized(verdict.meaning)).")],
        "defaultConfiguration": ["level": .string(verdict.level)],
    ]
}

private func result(_ row: DriftReport.Row, rule: Int, in report: DriftReport) -> JSONValue {
    var words = ["\(row.address) is \(row.verdict.words): \(row.verdict.meaning)"]
    if let author = row.authorText(at: report.made) { words[0] += ", \(author)" }
    words += DriftFields(row.fields, width: .max, rows: 20).lines.map(\.text)
    words += row.ignored.map { "ignored: \(ruleText($0))" } + row.details
    if !row.layers.isEmpty { words.append(row.chainText) }
    let marks = row.fields.compactMap(\.mark).filter { !$0.file.isEmpty }
    let mark = marks.first ?? row.mark.flatMap { $0.file.isEmpty ? nil : $0 } ?? SARIF.workspaceFile
    var place = SARIF.location(mark)
    place["logicalLocations"] = [
        ["fullyQualifiedName": .string(row.address.description), "kind": "resource"]
    ]
    var result: JSONObject = [
        "ruleId": .string(row.verdict.ruleID), "ruleIndex": .number(JSONNumber(rule)),
        "level": .string(row.verdict.level),
        "message": ["text": .string(words.map(printable).joined(separator: "\n"))],
        "locations": [.object(place)],
    ]
    let others = marks.dropFirst().filter { $0 != mark }
    if !others.isEmpty { result["relatedLocations"] = .array(others.map { .object(SARIF.location($0)) }) }
    let identity =
        [report.environment, row.address.description, row.verdict.rawValue] + row.fields.map(\.path).sorted()
    result["partialFingerprints"] = [
        "mooringDrift/v1": .string(sha256(Array(identity.joined(separator: "\0").utf8)))
    ]
    if row.verdict == .ignored {
        let reasons = row.ignored.compactMap(\.reason)
        var suppression: JSONObject = ["kind": "external", "status": "accepted"]
        if !reasons.isEmpty { suppression["justification"] = .string(printable(reasons.joined(separator: "; "))) }
        result["suppressions"] = [.object(suppression)]
    }
    result["properties"] = ["layers": .array(row.layers.map { .string($0.rawValue) })]
    return .object(result)
}
