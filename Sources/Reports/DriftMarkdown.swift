internal import Diagnostics
package import Planning
internal import Resources

/// The report as a comment: Markdown, each resource folded, cut where a comment would be too long.
package func driftMarkdown(_ report: DriftReport) -> String {
    var result = head(report)
    let tail = tail(report)
    // The last resource's block must leave room for the tail and for the word that says what is missing.
    let room = longestComment - tail.utf8.count - 200
    let rows = report.groups.filter { $0.verdict != .clean }.flatMap(\.rows)
    for (index, row) in rows.enumerated() {
        let block = block(row, at: report.made)
        guard result.utf8.count + block.utf8.count <= room else {
            result +=
                "\n_\(counted(rows.count - index, "more resource")) not shown: the comment would be too long. "
                + "See the log of the run._\n"
            break
        }
        result += block
    }
    return result + tail
}

private func head(_ report: DriftReport) -> String {
    var parts = [Markdown.code(report.environment), report.summary]
    if let commit = report.commit { parts.append("commit " + Markdown.code(String(commit.prefix(12)))) }
    parts.append(Instant.short(report.made))
    var text = "**mooring drift** " + parts.joined(separator: " · ") + "\n"
    let told = report.diagnostics.filter { $0.severity != .note }
    text += Markdown.list(
        "Not all is well:", told.map { "\($0.severity.rawValue): \($0.message)" }, room: longestComment / 6)
    return text
}

private func block(_ row: DriftReport.Row, at now: Int) -> String {
    let who = row.authorText(at: now).map { " " + Markdown.code($0) } ?? ""
    var lines = DriftFields(row.fields, width: 100, rows: 60).lines.map { line in
        switch line.sign {
        case .changed: "! \(line.text)"
        case _ where line.text.isEmpty: line == .blank ? "" : line.sign.rawValue
        default: "\(line.sign.rawValue) \(line.text)"
        }
    }
    lines += row.ignored.map { "# ignored: \(printable(ruleText($0)))" }
    if !row.layers.isEmpty { lines.append("# \(row.chainText)") }
    if let place = row.placeText { lines.append("# \(printable(place))") }
    if let mode = row.modeText { lines.append("# drift: \(mode)") }
    lines += row.details.map { "# \(printable($0))" }
    if lines.isEmpty { lines = ["# \(row.verdict.meaning)"] }
    return Markdown.folded("\(row.verdict.words): \(Markdown.code(row.address.description))\(who)", lines)
}

private func tail(_ report: DriftReport) -> String {
    var text = report.checkedHealth ? "" : "\nRunning state: not checked.\n"
    text += Markdown.list(
        "What to do:", report.next.map { "\($0.what): \($0.command)" }, room: longestComment / 6)
    return text
}
