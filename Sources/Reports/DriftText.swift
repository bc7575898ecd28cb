internal import Diagnostics
package import Planning
internal import Resources

/// The report as text for a person: the counts, what differs by verdict, and what to type next.
///
/// The report's diagnostics are not in it: they go to standard error. `next` goes over what a workspace at hand can do.
package func driftText(
    _ report: DriftReport, _ style: TextStyle, next: [(what: String, command: String)]? = nil
) -> String {
    var text = DriftText(report: report, style: style, next: next ?? report.next)
    text.write()
    return text.lines.joined(separator: "\n") + "\n"
}

private struct DriftText {
    let report: DriftReport
    let style: TextStyle
    let next: [(what: String, command: String)]
    var lines: [String] = []

    mutating func write() {
        lines.append(style.paint(.bold, printable("\(report.headline): \(report.summary)")))
        var parts = [("deployer", Optional(report.targets.deployer))]
        if report.targets.designer != report.targets.deployer {
            parts.insert(("designer", report.targets.designer), at: 0)
        }
        parts += [("commit", report.commit), ("made", Instant.short(report.made))]
        lines += parts.compactMap { word, value in
            value.map { style.paint(.dim, "  \(padded(word, to: 13)) \(printable($0))") }
        }
        for (verdict, rows) in report.groups where verdict != .clean || style.verbosity == .full {
            lines.append("")
            let title = capitalized(verdict.words) + ": " + verdict.meaning
            lines.append(style.paint(verdict.tint, title))
            let isShort = style.verbosity == .summary || verdict == .clean
            for row in rows { write(row, isShort: isShort) }
        }
        if !report.checkedHealth { lines += ["", "running state: not checked"] }
        if style.verbosity != .summary, !next.isEmpty {
            lines += ["", style.paint(.bold, "Next:")]
            let width = next.map { columns($0.what) }.max() ?? 0
            lines += next.map { "  \(padded($0.what, to: width))  \(printable($0.command))" }
        }
        lines += ["", style.paint(.bold, "Drift: \(report.summary).")]
    }

    private mutating func write(_ row: DriftReport.Row, isShort: Bool) {
        var head = style.paint(.bold, printable(row.address.description))
        if let author = row.authorText(at: report.made) { head += "  " + printable(author) }
        if let mode = row.modeText { head += "  " + style.paint(.dim, mode) }
        lines.append("  " + head)
        guard !isShort else { return }
        let place = row.mark.flatMap(placeText).map { [printable($0)] } ?? []
        let chain = row.layers.isEmpty ? [] : [row.chainText]
        if !(chain + place).isEmpty {
            lines.append("      " + style.paint(.dim, (chain + place).joined(separator: "  ")))
        }
        for line in DriftFields(row.fields, width: style.width - 8, rows: style.rows).lines {
            lines.append(line == .blank ? "" : "      " + paint(line))
        }
        for field in row.ignored { lines.append("      ignored: " + printable(ruleText(field))) }
        lines += row.details.prefix(style.rows).map { "      " + printable($0) }
        if row.details.count > style.rows { lines.append("      ... \(row.details.count - style.rows) more") }
    }

    private func paint(_ line: FieldText.Line) -> String {
        let text = line.text.isEmpty ? line.sign.rawValue : line.sign.rawValue + " " + line.text
        return style.paint(line.sign.tint, text)
    }
}

/// `settings.ceil by '/settings/ceil' until 2026-12-31: raised by hand`.
func ruleText(_ field: IgnoredField) -> String {
    let until = field.until.map { " until \($0)" } ?? ""
    let reason = field.reason.map { ": \($0)" } ?? ""
    return "\(field.path) by '\(field.pointer)'\(until)\(reason)"
}

package func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
