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
/// In bytes; a change that is longer is cut.
private let longestBlock = 12_000
/// Of each list at the end.
private let mostRows = 20
/// In bytes: the lists at the end leave room for the changes.
private let longestLists = 20_000
/// In bytes, escapes counted: names and messages, twenty in each list, leave room for the changes.
private let longestWord = 400
/// In characters: a line of minified code says nothing beyond this.
private let longestLine = 1000

private func headMarkdown(_ plan: Plan, digest: String?, only: String?) -> String {
    let errors = plan.diagnostics.count { $0.severity == .error }
    var parts = [code(plan.environment), errors > 0 ? "not complete: \(counted(errors, "error"))" : summaryText(plan)]
    if let commit = plan.commit { parts.append("commit " + code(String(commit.prefix(12)))) }
    if let digest { parts.append("digest " + code(String(digest.prefix(19)))) }
    if let only { parts.append("only " + code(only)) }
    var text =
        "**mooring plan** " + (plan.purpose == .apply ? "" : plan.purpose.rawValue + " ")
        + parts.joined(separator: " · ") + "\n"
    if plan.isEmpty, errors == 0 { text += "\n\(noChanges(plan.purpose, only))\n" }
    for diagnostic in plan.diagnostics.filter({ $0.severity != .note }).prefix(mostRows) {
        let place = diagnostic.mark.map { " " + code("\($0.file):\($0.line)") } ?? ""
        text += "\n- \(diagnostic.severity.rawValue): \(code(diagnostic.message))\(place)"
    }
    let count = plan.diagnostics.count { $0.severity != .note }
    if count > mostRows { text += "\n- \(count - mostRows) more" }
    return text + (count > 0 ? "\n" : "")
}

private func changeMarkdown(_ change: Change) -> String {
    let version = change.versionText.map { " " + code($0) } ?? ""
    let summary =
        "\(code(change.action.sign + " " + change.address.description))\(version) \(change.verb)"
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
    let body = cut(lines)
    let fence = fence(around: body)
    return "\n<details><summary>\(summary)</summary>\n\n\(fence)diff\n\(body)\n\(fence)\n\n</details>\n"
}

/// The lines that fit into a block.
private func cut(_ lines: [String]) -> String {
    var text = ""
    for (index, line) in lines.enumerated() {
        let line = line.count > longestLine ? line.prefix(longestLine) + "..." : line
        guard text.utf8.count + line.utf8.count < longestBlock else {
            return text + "\n# \(counted(lines.count - index, "more line")) not shown"
        }
        text += (text.isEmpty ? "" : "\n") + line
    }
    return text
}

private func tailMarkdown(_ plan: Plan, next: String?) -> String {
    var text = list("An apply will refuse:", plan.refusals.map { "\($0.message) [\($0.code)]" }, room: longestLists)
    for section in plan.sections {
        text += list(section.title, section.rows, room: longestLists - text.utf8.count)
    }
    if !plan.checkedHealth { text += "\nRunning state: not checked.\n" }
    if let next { text += "\n\(code(next))\n" }
    return text
}

/// As many rows as fit into `room` bytes, and the count of the rest.
private func list(_ title: String, _ rows: [String], room: Int) -> String {
    guard !rows.isEmpty else { return "" }
    var text = "\n\(title)\n\n"
    var shown = 0
    while shown < min(rows.count, mostRows) {
        let row = "- \(code(rows[shown]))\n"
        guard text.utf8.count + row.utf8.count <= room else { break }
        text += row
        shown += 1
    }
    return text + (rows.count > shown ? "- \(rows.count - shown) more\n" : "")
}

/// User text in line, as code: inside it hosts look neither for names nor for links.
///
/// Every character that Markdown or HTML could read is written as an entity, which neither reads as its own.
private func code(_ text: String) -> String {
    var result = ""
    for scalar in printable(text).unicodeScalars {
        guard result.utf8.count < longestWord else {
            result += "..."
            break
        }
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", "/", "-", ":": result.unicodeScalars.append(scalar)
        case _ where scalar.isASCII: result += "&#\(scalar.value);"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return "<code>\(result)</code>"
}

/// A fence longer than any run of backticks in the text, so that no line of it ends the block.
private func fence(around text: String) -> String {
    var (longest, run) = (2, 0)
    for byte in text.utf8 {
        run = byte == UInt8(ascii: "`") ? run + 1 : 0
        longest = max(longest, run)
    }
    return String(repeating: "`", count: longest + 1)
}
