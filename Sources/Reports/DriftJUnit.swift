internal import Diagnostics
package import Planning
internal import Resources

/// The report as test results: the environment is a suite, each resource a case.
///
/// What live lost or gained behind Mooring's back fails: drifted, in conflict, missing, out of sync; and what is unhealthy.
/// What could not be read is an error, and so is each error of the report as a whole. The rest passes or is skipped with its reason: pending and
/// orphaned resources wait for somebody's apply, and ignored and unmanaged ones are nobody's fault.
package func driftJUnit(_ report: DriftReport) -> String {
    JUnitSuite(
        name: "drift of '\(report.environment)'", made: report.made,
        properties: [
            ("environment", report.environment), ("designer", report.targets.designer),
            ("deployer", report.targets.deployer), ("commit", report.commit),
            ("running state", report.checkedHealth ? "checked" : "not checked"),
        ],
        cases: report.rows.map { row in
            JUnitSuite.Case(
                className: "mooring.\(row.address.kind.rawValue)", name: row.address.description,
                verdict: verdict(of: row, at: report.made))
        } + JUnitSuite.problems(report.diagnostics, of: "drift")
    ).text
}

private func verdict(of row: DriftReport.Row, at now: Int) -> JUnitSuite.Case.Verdict {
    let message = "\(row.verdict.words): \(row.verdict.meaning)"
    switch row.verdict {
    case .clean: return .passed
    case .pending, .orphaned, .unmanaged, .ignored: return .skipped(message)
    case .unknown: return .error(type: row.verdict.rawValue, message: message, body: body(of: row, at: now))
    case .drifted, .conflict, .missing, .outOfSync, .unhealthy:
        return .failed(type: row.verdict.rawValue, message: message, body: body(of: row, at: now))
    }
}

private func body(of row: DriftReport.Row, at now: Int) -> String {
    var lines: [String] = []
    if let author = row.authorText(at: now) { lines.append(author) }
    if !row.layers.isEmpty { lines.append(row.chainText) }
    if let place = row.placeText { lines.append(place) }
    lines += DriftFields(row.fields, width: 100, rows: 60).lines.map { "\($0.sign.rawValue) \($0.text)" }
    lines += row.ignored.map { "ignored: \(ruleText($0))" } + row.details
    return lines.map(printable).joined(separator: "\n")
}
