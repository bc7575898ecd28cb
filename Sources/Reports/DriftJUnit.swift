internal import Diagnostics
package import Planning
internal import Resources

/// The report as test results: the environment is a suite, each resource a case.
///
/// What live lost or gained behind Mooring's back fails: drifted, in conflict, missing, out of sync. What could not be read is
/// an error, and so is each error of the report as a whole. The rest passes or is skipped with its reason: pending and
/// orphaned resources wait for somebody's apply, and ignored and unmanaged ones are nobody's fault.
///
/// It is valid by Apache Ant's schema and by that of Jenkins' xUnit plug-in.
package func driftJUnit(_ report: DriftReport) -> String {
    let errors = report.diagnostics.filter { $0.severity == .error }
    let count = { (verdict: [DriftReport.Verdict]) in report.rows.count { verdict.contains($0.verdict) } }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
    // Ant's schema wants a moment without a zone; it is UTC.
    let timestamp = Instant.text(report.made).prefix(19)
    text += "  <testsuite name=\"\(Markup.escaped("drift of '\(report.environment)'"))\" package=\"mooring\" id=\"0\""
    text += " timestamp=\"\(timestamp)\" hostname=\"localhost\" tests=\"\(report.rows.count + errors.count)\""
    text += " failures=\"\(count(failing))\" errors=\"\(count([.unknown]) + errors.count)\""
    text += " skipped=\"\(count(skipped))\" time=\"0\">\n    <properties>\n"
    let properties = [
        ("environment", Optional(report.environment)), ("designer", report.targets.designer),
        ("deployer", report.targets.deployer), ("commit", report.commit),
        ("running state", report.checkedHealth ? "checked" : "not checked"),
    ]
    for (name, value) in properties {
        guard let value else { continue }
        text += "      <property name=\"\(name)\" value=\"\(Markup.escaped(value))\"/>\n"
    }
    text += "    </properties>\n"
    for row in report.rows { text += testCase(row, at: report.made) }
    for error in errors {
        text +=
            "    <testcase classname=\"mooring.drift\" name=\"\(Markup.escaped("report: \(error.code)"))\" time=\"0\">\n"
        text += "      <error type=\"\(Markup.escaped(error.code))\" message=\"\(Markup.escaped(error.message))\">"
        text += Markup.escapedLines(error.text()) + "</error>\n    </testcase>\n"
    }
    return text + "    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n"
}

private let failing: [DriftReport.Verdict] = [.drifted, .conflict, .missing, .outOfSync]
private let skipped: [DriftReport.Verdict] = [.pending, .orphaned, .unmanaged, .ignored]

private func testCase(_ row: DriftReport.Row, at now: Int) -> String {
    let name = Markup.escaped(row.address.description)
    let head = "    <testcase classname=\"mooring.\(row.address.kind.rawValue)\" name=\"\(name)\" time=\"0\""
    let message = Markup.escaped("\(row.verdict.words): \(row.verdict.meaning)")
    let element: String
    switch row.verdict {
    case .clean: return head + "/>\n"
    case .unknown: element = "error"
    case _ where failing.contains(row.verdict): element = "failure"
    default: return head + ">\n      <skipped message=\"\(message)\"/>\n    </testcase>\n"
    }
    var lines: [String] = []
    if let author = row.authorText(at: now) { lines.append(author) }
    if !row.layers.isEmpty { lines.append(row.chainText) }
    if let place = row.placeText { lines.append(place) }
    lines += DriftFields(row.fields, width: 100, rows: 60).lines.map { "\($0.sign.rawValue) \($0.text)" }
    lines += row.ignored.map { "ignored: \(ruleText($0))" } + row.details
    let body = lines.map { Markup.escaped($0) }.joined(separator: "\n")
    return head + ">\n      <\(element) type=\"\(row.verdict.rawValue)\" message=\"\(message)\">\(body)</\(element)>\n"
        + "    </testcase>\n"
}
