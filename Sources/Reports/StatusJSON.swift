package import Diagnostics
package import JSON
package import Planning
internal import Resources

/// The status as one document: what `status --json` prints.
package func statusJSON(_ report: StatusReport, version: String) -> JSONValue {
    [
        "kind": "Status", "formatVersion": .number(JSONNumber(runFormatVersion)), "mooring": .string(version),
        "environment": .string(report.environment), "targets": targetsJSON(report.targets),
        "resources": .array(report.rows.map(rowJSON)), "diagnostics": diagnosticsJSON(report.diagnostics),
    ]
}

/// The document that stands for a status which could not be told: it has no targets.
package func statusJSON(environment: String, version: String, diagnostics: [Diagnostic]) -> JSONValue {
    let none = PlanTargets(designer: nil, deployer: "", source: nil)
    let report = StatusReport(environment: environment, targets: none, rows: [], diagnostics: diagnostics)
    guard case .object(var object) = statusJSON(report, version: version) else { return .null }
    object["targets"] = nil
    return .object(object)
}

private func rowJSON(_ row: StatusReport.Row) -> JSONValue {
    var object = JSONObject([
        ("address", .string(row.address.description)), ("sync", .string(row.sync.rawValue)),
        ("health", .string(row.health.rawValue)),
    ])
    object["version"] = row.version.map(JSONValue.string)
    object["declaredVersion"] = row.declaredVersion.map(JSONValue.string)
    object["infra"] = row.infra.map(JSONValue.string)
    object["details"] = .array(row.details.map(JSONValue.string))
    object["serviceURLs"] = .array(row.serviceURLs.map(JSONValue.string))
    return .object(object)
}
