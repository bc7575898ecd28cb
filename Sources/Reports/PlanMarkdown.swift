internal import Diagnostics
package import Planning
internal import Resources

/// The plan as a comment on a pull request: Markdown, each change folded, cut where a comment would be too long.
///
/// Hosts take about 65,000 characters; the result stays below `longestComment` bytes. Nothing in it that users wrote can end a
/// block, make a link or call somebody's name.
package func planMarkdown(_ plan: Plan, digest: String? = nil, only: String? = nil, next: String? = nil) -> String {
    let head = headMarkdown(plan, digest: digest, only: only)
    let tail = tailMarkdown(plan, next: next)
    var result = head
    // The last change's block must leave room for the tail and for the word that says what is missing.
    let room = longestComment - tail.utf8.count - 200
    for (index, change) in plan.changes.enumerated() {
        let block = changeMarkdown(change)
        guard result.utf8.count + block.utf8.count <= room else {
            let rest = plan.changes.count - index
            result +=
                "\n_\(counted(rest, "more change")) not shown: the comment would be too long. See the log of the run._\n"
            break
        }
        result += block
    }
    return result + tail
}

/// In bytes.
package let longestComment = 60_000
/// In bytes: the lists at the end leave room for the changes.
private let longestLists = 20_000

private func headMarkdown(_ plan: Plan, digest: String?, only: String?) -> String {
    let errors = plan.diagnostics.count { $0.severity == .error }
    var parts = [
        Markdown.code(plan.environment), errors > 0 ? "not complete: \(counted(errors, "error"))" : summaryText(plan),
    ]
    if let commit = plan.commit { parts.append("commit " + Markdown.code(String(commit.prefix(12)))) }
    if let digest { parts.append("digest " + Markdown.code(String(digest.prefix(19)))) }
    if let only { parts.append("only " + Markdown.code(only)) }
    var text =
        "**mooring plan** " + (plan.purpose == .apply ? "" : plan.purpose.rawValue + " ")
        + parts.joined(separator: " · ") + "\n"
    if plan.isEmpty, errors == 0 { text += "\n\(noChanges(plan, only))\n" }
    for diagnostic in plan.diagnostics.filter({ $0.severity != .note }).prefix(Markdown.mostRows) {
        let place = diagnostic.mark.map { " " + Markdown.code("\($0.file):\($0.line)") } ?? ""
        text += "\n- \(diagnostic.severity.rawValue): \(Markdown.code(diagnostic.message))\(place)"
    }
    let count = plan.diagnostics.count { $0.severity != .note }
    if count > Markdown.mostRows { text += "\n- \(count - Markdown.mostRows) more" }
    return text + (count > 0 ? "\n" : "")
}

private func changeMarkdown(_ change: Change) -> String {
    let version = change.versionText.map { " " + Markdown.code($0) } ?? ""
    let summary =
        "\(Markdown.code(change.action.sign + " " + change.address.description))\(version) \(change.verb)"
        + (change.adoptsExisting ? " (adopts existing)" : "")
    var lines = FieldText(change.fields, width: 100, rows: 60).lines.map { line in
        switch line.sign {
        // What a diff colours are lines that begin so; a changed value is shown by `!`.
        case .changed: "! \(line.text)"
        case _ where line.text.isEmpty: line == .blank ? "" : line.sign.rawValue
        default: "\(line.sign.rawValue) \(line.text)"
        }
    }
    lines.append("# \(printable(change.causeSentence))")
    if let subject = change.subjectText { lines.append("# \(printable(subject))") }
    lines += change.steps.map { "# \(printable($0.call))" }
    if !change.waitsFor.isEmpty {
        lines.append("# waits for " + printable(change.waitsFor.map(\.description).joined(separator: ", ")))
    }
    lines += change.notes.map { "# \(printable($0))" }
    return Markdown.folded(summary, lines)
}

private func tailMarkdown(_ plan: Plan, next: String?) -> String {
    var text = Markdown.list(
        "An apply will refuse:", plan.refusals.map { "\($0.message) [\($0.code)]" }, room: longestLists)
    for section in plan.sections {
        text += Markdown.list(section.title, section.rows, room: longestLists - text.utf8.count)
    }
    if !plan.checkedHealth { text += "\nRunning state: not checked.\n" }
    if let next { text += "\n\(Markdown.code(next))\n" }
    return text
}
