internal import Diagnostics
package import Planning
internal import Resources

/// The plan as a comment on a pull request: Markdown, each change folded, cut where a comment would be too long.
///
/// Hosts take about 65,000 characters; the result stays below `longestComment` bytes. Nothing in it that users wrote can end a
/// block, make a link or call somebody's name. `page` is the run's own page, which has the whole plan; `longest` bounds a part
/// of a comment that has several.
package func planMarkdown(
    _ plan: Plan, digest: String? = nil, only: String? = nil, next: String? = nil, page: String? = nil,
    longest: Int = longestComment
) -> String {
    let head = headMarkdown(plan, digest: digest, only: only)
    let tail = tailMarkdown(plan, next: next, room: min(longestLists, longest / 3))
    // What a branch has no part in is told after what it changes, and in few bytes.
    let rest = [BranchComparison.Share.pending, .drift].map { restMarkdown(plan, $0, room: longest / 6) }.joined()
    let room = longest - head.utf8.count - rest.utf8.count - tail.utf8.count
    return head + blocksMarkdown(plan.changes(of: .branch), of: plan, room: room, page: page) + rest + tail
}

/// A folded list, a line for each change, as many as fit into `room` bytes.
private func restMarkdown(_ plan: Plan, _ share: BranchComparison.Share, room: Int) -> String {
    let changes = plan.changes(of: share)
    guard !changes.isEmpty else { return "" }
    var lines: [String] = []
    var bytes = 0
    for change in changes.prefix(mostRest) {
        let sentence = printable("\(change.address) \(change.verb), \(plan.causeSentence(of: change))")
        bytes += sentence.utf8.count
        guard bytes < room else { break }
        lines.append("\(change.action.sign) \(sentence)")
    }
    if changes.count > lines.count {
        lines.append("# \(counted(changes.count - lines.count, "more change")) not shown")
    }
    return Markdown.folded("\(share.heading) \(changes.count)", lines)
}

/// In bytes.
package let longestComment = 60_000
/// In bytes: the lists at the end leave room for the changes.
private let longestLists = 20_000
/// In bytes: what says how many changes are not shown, and where they are.
private let longestRest = 600
/// Lines of changes that a branch has no part in; they are cut at `Markdown.longestBlock` bytes as well.
private let mostRest = 50
/// So many lines are shown without a click: more of them, and a reader has to scroll past them.
private let mostOpenLines = 40
/// A change of more lines is folded.
private let mostOpenLinesOfChange = 12

/// As many changes as fit into `room` bytes, and the count of the rest.
private func blocksMarkdown(_ changes: [Change], of plan: Plan, room: Int, page: String?) -> String {
    var result = ""
    var openLines = 0
    for (index, change) in changes.enumerated() {
        let lines = linesMarkdown(change, of: plan)
        let isOpen = lines.count <= mostOpenLinesOfChange && openLines + lines.count <= mostOpenLines
        let block = Markdown.folded(titleMarkdown(change), lines, isOpen: isOpen)
        guard result.utf8.count + block.utf8.count <= room - longestRest else {
            let rest = counted(changes.count - index, "more change")
            let place = Markdown.link("the log of the run", to: page)
            return result + "\n_\(rest) not shown: the comment would be too long. The whole plan is in \(place)._\n"
        }
        if isOpen { openLines += lines.count }
        result += block
    }
    return result
}

private func headMarkdown(_ plan: Plan, digest: String?, only: String?) -> String {
    let errors = plan.diagnostics.count { $0.severity == .error }
    var parts = [
        Markdown.code(plan.environment), errors > 0 ? "not complete: \(counted(errors, "error"))" : summaryText(plan),
    ]
    if let commit = plan.commit {
        let isWhole = plan.hasUncommitted ? " and what is not committed" : ""
        parts.append("commit " + Markdown.code(String(commit.prefix(12))) + isWhole)
    }
    if let base = plan.baseText { parts.append("base " + Markdown.code(base)) }
    if let digest { parts.append("digest " + Markdown.code(String(digest.prefix(19)))) }
    if let only { parts.append("only " + Markdown.code(only)) }
    var text =
        "**mooring plan** " + (plan.purpose == .apply ? "" : plan.purpose.rawValue + " ")
        + parts.joined(separator: " · ") + "\n"
    if let line = plan.branchLine { text += "\n\(line)\n" }
    if plan.isEmpty, errors == 0 { text += "\n\(noChanges(plan, only))\n" }
    let told = Markdown.told([plan.branch?.problem].compactMap(\.self) + plan.diagnostics)
    return told.isEmpty ? text : text + "\n" + told
}

private func titleMarkdown(_ change: Change) -> String {
    let version = change.versionText.map { " " + Markdown.code($0) } ?? ""
    return "\(Markdown.code(change.action.sign + " " + change.address.description))\(version) \(change.verb)"
        + (change.adoptsExisting ? " (adopts existing)" : "")
}

/// What a change is, as the lines of a diff; what is no difference stands behind a `#`.
private func linesMarkdown(_ change: Change, of plan: Plan) -> [String] {
    var lines = FieldText(change.fields, width: 100, rows: 60).lines.map { line in
        switch line.sign {
        // What a diff colours are lines that begin so; a changed value is shown by `!`.
        case .changed: "! \(line.text)"
        case _ where line.text.isEmpty: line == .blank ? "" : line.sign.rawValue
        default: "\(line.sign.rawValue) \(line.text)"
        }
    }
    lines.append("# \(printable(plan.causeSentence(of: change)))")
    if let subject = change.subjectText { lines.append("# \(printable(subject))") }
    lines += change.steps.map { "# \(printable($0.call))" }
    if !change.waitsFor.isEmpty {
        lines.append("# waits for " + printable(change.waitsFor.map(\.description).joined(separator: ", ")))
    }
    let notes = [plan.foreignFields(of: change)].compactMap(\.self) + change.notes
    return lines + notes.map { "# \(printable($0))" }
}

private func tailMarkdown(_ plan: Plan, next: String?, room: Int) -> String {
    var text = Markdown.list(
        "An apply will refuse:", plan.refusals.map { "\($0.message) [\($0.code)]" }, room: room)
    for section in plan.sections {
        text += Markdown.list(section.title, section.rows, room: room - text.utf8.count)
    }
    if !plan.checkedHealth { text += "\nRunning state: not checked.\n" }
    // Again, for who has scrolled down: of a plan without a change the head says it all.
    if !plan.isEmpty { text += "\n**\(plan.purpose.title):** \(summaryText(plan))\n" }
    if let next { text += "\n\(Markdown.code(next))\n" }
    return text
}
