package import Diagnostics
package import JSON
package import Planning
internal import Resources

/// The report as one document: what `drift --json` prints. `version` is Mooring's own.
package func driftJSON(_ report: DriftReport, version: String) -> JSONValue {
    var object = JSONObject([
        ("kind", "Drift"), ("formatVersion", .number(JSONNumber(driftFormatVersion))), ("mooring", .string(version)),
        ("environment", .string(report.environment)), ("targets", targetsJSON(report.targets)),
    ])
    object["commit"] = report.commit.map(JSONValue.string)
    object["made"] = .string(Instant.text(report.made))
    object["hasDrift"] = .bool(report.hasDrift)
    object["hasPending"] = .bool(report.hasPending)
    object["summary"] = .object(
        JSONObject(DriftReport.Verdict.inOrder.map { ($0.key, .number(JSONNumber(report.count($0)))) }))
    object["resources"] = .array(report.rows.map(rowJSON))
    object["diagnostics"] = diagnosticsJSON(report.diagnostics)
    object["checkedHealth"] = .bool(report.checkedHealth)
    return .object(object)
}

/// The document that stands for a report which could not be made: it has no targets, no time and no resources.
package func driftJSON(environment: String, version: String, diagnostics: [Diagnostic]) -> JSONValue {
    let none = PlanTargets(designer: nil, deployer: "", source: nil)
    let report = DriftReport(
        environment: environment, targets: none, rows: [], diagnostics: diagnostics, checkedHealth: false, made: 0)
    guard case .object(var object) = driftJSON(report, version: version) else { return .null }
    object["targets"] = nil
    object["made"] = nil
    return .object(object)
}

/// The version of the form of drift reports.
let driftFormatVersion = 1

private func rowJSON(_ row: DriftReport.Row) -> JSONValue {
    var object = JSONObject([
        ("address", .string(row.address.description)), ("verdict", .string(row.verdict.rawValue)),
        ("layers", .array(row.layers.map { .string($0.rawValue) })), ("fields", .array(row.fields.map(fieldJSON))),
        ("ignored", .array(row.ignored.map(ignoredJSON))),
    ])
    if let author = row.author {
        var person = JSONObject()
        person["login"] = author.login.map(JSONValue.string)
        person["when"] = author.when.map { .string(Instant.text($0)) }
        object["author"] = .object(person)
    }
    object["details"] = .array(row.details.map(JSONValue.string))
    object["mode"] = row.mode.map { .string($0.rawValue) }
    if let mark = row.mark { add(mark, to: &object) }
    return .object(object)
}

private func fieldJSON(_ field: DriftReport.Field) -> JSONValue {
    var object: JSONObject = [
        "path": .string(field.path), "origin": .string(field.origin.rawValue), "desired": shownJSON(field.desired),
        "applied": shownJSON(field.applied), "live": shownJSON(field.live),
    ]
    if let mark = field.mark { add(mark, to: &object) }
    return .object(object)
}
