internal import Diagnostics
internal import JSON
internal import Planning
package import Resources

/// The runs of an environment as a table for a person, the newest first, with the reason of each below it.
///
/// `now` is in milliseconds since 1970 (UTC), like all moments here.
package func historyText(_ runs: [RunRecord], environment: String, now: Int, _ style: TextStyle) -> String {
    guard !runs.isEmpty else { return "Nothing was applied to '\(printable(environment))' yet.\n" }
    let heads = ["RUN", "STARTED", "COMMAND", "BY", "COMMIT", "RESULT", "CHANGES"]
    let sorted = runs.sorted { $0.number > $1.number }
    let rows = sorted.map { run in
        [
            "\(run.number)", "\(Instant.short(run.started))  \(Instant.age(now - run.started))", run.command, run.actor,
            run.commit.map { String($0.prefix(12)) } ?? "-", run.result.words, run.countsText,
        ].map(printable)
    }
    let widths = heads.indices.map { column in ([heads] + rows).map { columns($0[column]) }.max() ?? 0 }
    func line(_ cells: [String], _ tint: (Int) -> TextStyle.Tint?) -> String {
        cells.indices.map { column in
            // The last column is not padded: a line ends with its last letter.
            let gap = column == cells.count - 1 ? 0 : widths[column] - columns(cells[column])
            return style.paint(tint(column), cells[column]) + String(repeating: " ", count: gap)
        }.joined(separator: "  ")
    }
    var lines = [line(heads) { _ in .bold }]
    for (run, cells) in zip(sorted, rows) {
        lines.append(line(cells) { heads[$0] == "RESULT" ? run.result.tint : nil })
        if style.verbosity != .summary, let reason = run.reason {
            lines.append("     reason: " + printable(reason))
        }
    }
    return lines.joined(separator: "\n") + "\n"
}

/// One run as text for a person: who, when, why, and each change with its fields.
package func historyText(
    _ run: RunRecord, _ changes: [RunChange], environment: String, now: Int, _ style: TextStyle
) -> String {
    let head = printable("Run \(run.number): \(run.command) on '\(environment)' ")
    var lines = [style.paint(.bold, head) + style.paint(run.result.tint, run.result.words)]
    let facts: [(String, String?)] = [
        ("by", run.actor), ("started", "\(Instant.text(run.started)) (\(Instant.age(now - run.started)))"),
        ("finished", run.finished.map { "\(Instant.text($0)) (after \(elapsedText($0 - run.started)))" }),
        ("commit", run.commit), ("plan", run.planDigest), ("reason", run.reason),
    ]
    lines += facts.compactMap { name, value in
        value.map { style.paint(.dim, "  \(padded(name, to: 8)) ") + printable($0) }
    }
    lines.append("")
    for change in changes { lines += changeLines(change, style) + [""] }
    lines.append(style.paint(.bold, "Run \(run.number): \(run.countsText)."))
    return lines.joined(separator: "\n") + "\n"
}

/// What runs did to one object as text for a person, the newest first.
package func historyText(
    _ address: Address, _ changes: [(run: RunRecord, change: RunChange)], environment: String, now: Int,
    _ style: TextStyle
) -> String {
    guard !changes.isEmpty else { return printable("No run changed '\(address)' on '\(environment)'.") + "\n" }
    var lines = [style.paint(.bold, printable("\(address) on '\(environment)'"))]
    for (run, change) in changes {
        let when = "\(Instant.short(run.started)) (\(Instant.age(now - run.started)))"
        lines += ["", printable("Run \(run.number): \(run.command) by \(run.actor), \(when)")]
        if let reason = run.reason { lines.append("  reason: " + printable(reason)) }
        lines += changeLines(change, style).map { $0.isEmpty ? "" : "  " + $0 }
    }
    return lines.joined(separator: "\n") + "\n"
}

/// Who holds the lock of an environment, what for and until when; nil: nobody does.
package func lockText(_ holder: LeaseHolder?, environment: String, _ style: TextStyle) -> String {
    guard let holder else { return printable("'\(environment)' is not locked.") + "\n" }
    let now = holder.acquired + holder.ageMilliseconds
    let left = holder.expires - now
    let end =
        left > 0
        ? "(in \(elapsedText(left)), unless it is renewed)" : "(\(Instant.age(-left)): the next run takes it over)"
    let facts = [
        ("command", holder.command), ("process", "\(holder.process.number)"),
        ("taken", "\(Instant.short(holder.acquired)) (\(Instant.age(holder.ageMilliseconds)))"),
        ("expires", "\(Instant.short(holder.expires)) \(end)"),
    ]
    let head = style.paint(.bold, printable("'\(environment)' is locked by \(holder.owner)"))
    return ([head] + facts.map { style.paint(.dim, "  \(padded($0.0, to: 8)) ") + printable($0.1) })
        .joined(separator: "\n") + "\n"
}

private func changeLines(_ change: RunChange, _ style: TextStyle) -> [String] {
    let head = printable("\(change.address) \(change.outcomeText)")
    var lines = [style.paint(change.action.tint, "\(change.action.sign) \(head)")]
    guard style.verbosity != .summary else { return lines }
    lines += FieldText(change.shownFields, width: style.width - 4, rows: style.rows).lines.map { line in
        style.paint(line.sign.tint, "    \(line.sign.rawValue) \(line.text)")
    }
    return lines + change.messages.map { "    " + printable($0) }
}

extension RunChange {
    fileprivate var outcomeText: String {
        guard let outcome = Outcome.Result(rawValue: result) else { return result }
        let words = outcome == .applied ? action.past : outcome.words
        return "\(words) after \(elapsedText(milliseconds))" + (health.map { ", \($0)" } ?? "")
    }

    /// The fields as a plan shows them; what is none is left out.
    fileprivate var shownFields: [FieldChange] { keptFields.compactMap { readField($0) } }
}

extension RunRecord {
    /// `2 applied · 1 failed`, in the order in which a run tells it.
    fileprivate var countsText: String {
        let results = Outcome.Result.allCases.map(\.rawValue)
        let others = counts.keys.filter { !results.contains($0) }.sorted()
        let parts = (results + others).compactMap { key in
            counts[key].flatMap { $0 > 0 ? "\($0) \(Outcome.Result(rawValue: key)?.words ?? key)" : nil }
        }
        return parts.isEmpty ? "nothing" : parts.joined(separator: " · ")
    }
}

extension RunRecord.Result {
    fileprivate var words: String {
        switch self {
        case .open: "not finished"
        case .applied: "applied"
        case .partly: "applied in part"
        case .failed: "failed"
        case .rolledBack: "rolled back"
        case .interrupted: "interrupted"
        case .abandoned: "ended without a word"
        }
    }

    fileprivate var tint: TextStyle.Tint {
        switch self {
        case .open: .cyan
        case .applied: .green
        case .partly, .rolledBack, .interrupted: .yellow
        case .failed, .abandoned: .red
        }
    }
}
