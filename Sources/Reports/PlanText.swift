internal import Diagnostics
package import Planning
internal import Resources

/// The plan as text for a person: the summary, one block for each change, what else to know, and the summary again.
///
/// The plan's diagnostics are not in it: they go to standard error. `only` names the part that it is about, nil for all;
/// `next` says what to type next.
package func planText(_ plan: Plan, _ style: TextStyle, only: String? = nil, next: String? = nil) -> String {
    var text = PlanText(plan: plan, style: style, only: only)
    text.write(next: next)
    return text.lines.joined(separator: "\n") + "\n"
}

private struct PlanText {
    let plan: Plan
    let style: TextStyle
    let only: String?
    var lines: [String] = []

    mutating func write(next: String?) {
        if plan.diagnostics.hasErrors {
            let errors = plan.diagnostics.count { $0.severity == .error }
            lines.append(
                style.paint(
                    .bold, "The plan is not complete: \(counted(errors, "error")) for '\(printable(plan.environment))'."
                ))
        } else if plan.isEmpty {
            lines.append(style.paint(.bold, noChanges(plan, only)))
        } else {
            let head = "Plan \(plan.purpose.words) '\(printable(plan.environment))': \(summaryText(plan))"
            lines.append(style.paint(.bold, head))
        }
        if let line = plan.branchLine { lines.append(style.paint(.bold, line)) }
        lines += header()
        if !plan.isEmpty {
            if style.verbosity != .summary { writeLegend() }
            if plan.branch == nil {
                write(plan.changes)
            } else {
                for share in BranchComparison.Share.allCases { write(plan.changes(of: share), of: share) }
            }
        }
        writeSections()
        lines.append("")
        lines.append(style.paint(.bold, "\(plan.purpose.title): \(summaryText(plan))\(onlyText)."))
        if let next { lines.append(next) }
    }

    /// The changes of a branch in full, those that it has no part in a line each.
    private mutating func write(_ changes: [Change], of share: BranchComparison.Share) {
        guard !changes.isEmpty else { return }
        lines += ["", style.paint(.bold, share.heading)]
        guard share != .branch, style.verbosity == .normal else { return write(changes) }
        let shown = changes.prefix(style.rows)
        for change in shown { lines.append("  " + line(change)) }
        if changes.count > shown.count { lines.append("  ... \(changes.count - shown.count) more") }
    }

    private mutating func write(_ changes: [Change]) {
        lines.append("")
        for change in changes {
            if style.verbosity == .summary {
                lines.append(line(change))
            } else {
                writeBlock(change)
                lines.append("")
            }
        }
        if lines.last == "" { lines.removeLast() }
    }

    private func line(_ change: Change) -> String {
        head(change) + "  " + style.paint(.dim, printable(change.causeText))
    }

    private var onlyText: String { only.map { "; only: \(printable($0))" } ?? "" }

    /// Where, and from what.
    private func header() -> [String] {
        var parts = [("deployer", Optional(plan.targets.deployer))]
        if plan.targets.designer != plan.targets.deployer { parts.insert(("designer", plan.targets.designer), at: 0) }
        parts += [
            ("promotes from", plan.targets.source), ("commit", plan.commitText), ("base", plan.baseText),
            ("only", only),
        ]
        return parts.compactMap { word, value in
            value.map { style.paint(.dim, "  \(padded(word, to: 13)) \(printable($0))") }
        }
    }

    private mutating func writeLegend() {
        let used = Action.allCases.filter { plan.count($0) > 0 && $0 != .noOp }
        lines.append("")
        for action in used {
            lines.append("  " + style.paint(action.tint, padded(action.sign, to: 3)) + " \(action.legend)")
        }
    }

    private func head(_ change: Change) -> String {
        var text =
            style.paint(change.action.tint, change.action.sign) + " "
            + style.paint(.bold, printable(change.address.description))
        if let version = change.versionText { text += " " + printable(version) }
        if style.verbosity == .summary, change.adoptsExisting { text += " (adopts existing)" }
        return text
    }

    private mutating func writeBlock(_ change: Change) {
        lines.append(head(change) + " \(change.verb)\(change.adoptsExisting ? " (adopts existing)" : "")")
        lines.append("    " + style.paint(.dim, printable(plan.causeSentence(of: change))))
        if let subject = change.subjectText { lines.append("    " + printable(subject)) }
        let fields = FieldText(change.fields, width: style.width - 6, rows: style.rows)
        for line in fields.lines {
            lines.append(line == .blank ? "" : "    " + paint(line))
        }
        if !change.steps.isEmpty {
            lines.append("    steps:")
            for step in change.steps { lines.append("      " + stepText(step)) }
        }
        if !change.waitsFor.isEmpty {
            let names = change.waitsFor.map { printable($0.description) }
            let shown = names.prefix(style.rows)
            lines.append(
                "    waits for: " + shown.joined(separator: ", ")
                    + (names.count > shown.count ? " and \(names.count - shown.count) more" : ""))
        }
        if let foreign = plan.foreignFields(of: change) { lines.append("    note: " + printable(foreign)) }
        for note in change.notes { lines.append("    note: " + printable(note)) }
    }

    private func paint(_ line: FieldText.Line) -> String {
        // A blank line ends with its sign, not with spaces.
        let text = line.text.isEmpty ? line.sign.rawValue : line.sign.rawValue + " " + line.text
        return style.paint(line.sign.tint, text)
    }

    private func stepText(_ step: Step) -> String {
        let text = printable(step.call)
        guard style.verbosity == .full || step.kind == .promoteVersion else { return text }
        let subject = step.subject.map { ", " + printable($0) } ?? ""
        return "\(text)  (\(step.kind.rawValue) on the \(step.node.rawValue)\(subject))"
    }

    private mutating func writeSections() {
        let refusals = plan.refusals.flatMap { refusal in
            ["\(refusal.message) [\(refusal.code)]"] + (refusal.mark.map { ["  at \($0.file):\($0.line)"] } ?? [])
                + (refusal.hint.map { ["  \($0)"] } ?? [])
        }
        // None is left out: they say what to do before anything can be applied.
        if !refusals.isEmpty {
            lines += ["", style.paint(.bold, "An apply will refuse:")] + refusals.map { "  " + printable($0) }
        }
        let sections = plan.sections
        if style.verbosity == .summary, !sections.isEmpty { lines.append("") }
        for part in sections {
            if style.verbosity == .summary { count(part.title, part.rows) } else { section(part.title, part.rows) }
        }
        if style.verbosity == .full {
            section("Recorded anew, without a write:", plan.rerecorded.map(\.description))
            section("External, only referred to:", plan.external.map(\.description))
            section("Unchanged:", plan.unchanged.map(\.description))
        }
        if !plan.checkedHealth { lines += ["", "running state: not checked"] }
    }

    private mutating func section(_ title: String, _ rows: [String]) {
        guard !rows.isEmpty else { return }
        let shown = rows.prefix(style.rows)
        lines += ["", style.paint(.bold, title)]
        lines += shown.map { "  " + printable($0) }
        if rows.count > shown.count { lines.append("  ... \(rows.count - shown.count) more") }
    }

    /// In a summary a list is its title and how long it is.
    private mutating func count(_ title: String, _ rows: [String]) {
        guard !rows.isEmpty else { return }
        let count = title.hasSuffix(":") ? " \(rows.count)" : ""
        lines.append(style.paint(.bold, title) + count)
    }
}
