internal import Diagnostics
internal import JSON
internal import Planning
package import Resources

/// The runs of an environment as a table for a person, the newest first, with the reason of each below it.
///
/// `now` is in milliseconds since 1970 (UTC); without it no ages are told. `more` says that there are older runs.
package func historyText(
    _ runs: [RunRecord], environment: String, more: Bool = false, now: Int? = nil, _ style: TextStyle
) -> String {
    guard !runs.isEmpty else { return printable("Nothing was applied to '\(environment)' yet.") + "\n" }
    let runs = runs.sorted { $0.number > $1.number }
    let heads = ["RUN", "STARTED", "COMMAND", "BY", "COMMIT", "RESULT", "CHANGES"]
    let rows = runs.map { run in
        [
            "\(run.number)", momentText(run.started, now), run.command, run.actor,
            shortCommit(run), run.result.words, countsText(run),
        ].map(printable)
    }
    let widths = heads.indices.map { column in ([heads] + rows).map { columns($0[column]) }.max() ?? 0 }
    let line = { (cells: [String], tint: (Int) -> TextStyle.Tint?) in
        cells.indices.map { column in
            // The last column is not padded: a line ends with its last letter.
            let space = column == cells.count - 1 ? 0 : widths[column] - columns(cells[column])
            return style.paint(tint(column), cells[column]) + String(repeating: " ", count: max(0, space))
        }.joined(separator: "  ")
    }
    var lines = [line(heads) { _ in .bold }]
    for (run, cells) in zip(runs, rows) {
        lines.append(line(cells) { $0 == 5 ? run.result.tint : nil })
        if style.verbosity != .summary, let reason = run.reason {
            lines.append(
                String(repeating: " ", count: widths[0] + 2) + style.paint(.dim, "reason: " + printable(reason)))
        }
    }
    if more { lines += ["", "Older runs are left out: --limit shows more."] }
    return lines.joined(separator: "\n") + "\n"
}

/// One run as text for a person: who, when, why, and each change with its fields.
package func historyText(
    _ run: RunRecord, _ changes: [RunChange], environment: String, now: Int? = nil, _ style: TextStyle
) -> String {
    let head = style.paint(.bold, printable("Run \(run.number) on '\(environment)': \(run.command)"))
    var lines = [head + " " + style.paint(run.result.tint, run.result.words)]
    let finished = run.finished.map { "\(Instant.short($0)) (after \(elapsedText($0 - run.started)))" }
    let facts = [
        ("by", Optional(run.actor)), ("started", momentText(run.started, now)), ("finished", finished),
        ("commit", run.commitName.map { run.hasUncommitted ? $0 + " and what was not committed" : $0 }),
        ("plan", run.planDigest), ("reason", run.reason),
    ]
    lines += facts.compactMap { word, value in
        value.map { style.paint(.dim, "  \(padded(word, to: 13)) ") + printable($0) }
    }
    for change in changes { lines += ["", headText(change, style)] + details(change, style) }
    if changes.isEmpty { lines += ["", "Nothing was written to the nodes."] }
    lines += ["", style.paint(.bold, "Run \(run.number): \(countsText(run)).")]
    return lines.joined(separator: "\n") + "\n"
}

/// What runs did to one object, the newest first.
package func historyText(
    _ address: Address, _ changes: [(run: RunRecord, change: RunChange)], environment: String, now: Int? = nil,
    _ style: TextStyle
) -> String {
    guard !changes.isEmpty else { return printable("No run changed '\(address)' on '\(environment)'.") + "\n" }
    var lines = [style.paint(.bold, printable("\(address) on '\(environment)'"))]
    for (run, change) in changes {
        let who = printable("run \(run.number), \(run.command) by \(run.actor), \(momentText(run.started, now))")
        lines += ["", "\(headText(change, style))", "    " + style.paint(.dim, who)]
        if let reason = run.reason { lines.append("    " + style.paint(.dim, "reason: " + printable(reason))) }
        lines += details(change, style)
    }
    return lines.joined(separator: "\n") + "\n"
}

/// Who holds an environment's lock, since when and until when; nil for nobody.
package func lockText(_ holder: LeaseHolder?, environment: String, _ style: TextStyle) -> String {
    guard let holder else { return printable("'\(environment)' is not locked.") + "\n" }
    let left = holder.expires - holder.acquired - holder.ageMilliseconds
    let end =
        left > 0
        ? "in \(elapsedText(left)), unless it is renewed" : "\(Instant.age(-left)): the next run takes it over"
    let facts = [
        ("command", holder.command), ("process", "\(holder.process.number)"),
        ("since", "\(Instant.short(holder.acquired)) (\(Instant.age(holder.ageMilliseconds)))"),
        ("expires", "\(Instant.short(holder.expires)) (\(end))"),
    ]
    let head = style.paint(.bold, printable("'\(environment)' is locked by \(holder.owner)"))
    let lines = [head] + facts.map { style.paint(.dim, "  \(padded($0.0, to: 13)) ") + printable($0.1) }
    return lines.joined(separator: "\n") + "\n"
}

private func shortCommit(_ run: RunRecord) -> String {
    run.commitName.map { $0.prefix(12) + (run.hasUncommitted ? RunRecord.uncommittedMark : "") } ?? "-"
}

private func momentText(_ milliseconds: Int, _ now: Int?) -> String {
    Instant.short(milliseconds) + (now.map { " (\(Instant.age($0 - milliseconds)))" } ?? "")
}

private func headText(_ change: RunChange, _ style: TextStyle) -> String {
    let result = Outcome.Result(rawValue: change.result)
    let words = result == .applied ? change.action.past : result?.words ?? change.result
    let time = change.milliseconds > 0 ? " after \(elapsedText(change.milliseconds))" : ""
    let health = change.health.map { ", \($0)" } ?? ""
    return style.paint(change.action.tint, change.action.sign) + " "
        + style.paint(.bold, printable(change.address.description)) + printable(" \(words)\(time)\(health)")
}

private func details(_ change: RunChange, _ style: TextStyle) -> [String] {
    guard style.verbosity != .summary else { return [] }
    let fields = FieldText(historyFields(change.fields), width: style.width - 6, rows: style.rows)
    let lines = fields.lines.map { line in
        let text = line.text.isEmpty ? line.sign.rawValue : line.sign.rawValue + " " + line.text
        return line == .blank ? "" : "    " + style.paint(line.sign.tint, text)
    }
    return lines + change.messages.map { "    " + printable($0) }
}

/// The fields of a change as history keeps them; what is not in that form is left out.
func historyFields(_ json: JSONValue) -> [FieldChange] {
    (json.array ?? []).compactMap { field in
        guard let path = field["path"]?.string else { return nil }
        let shown = { (key: String) -> ShownValue in
            if let state = field["secret"]?[key]?.string { return .secret(state) }
            guard let value = field[key], value != .null else { return .absent }
            return .value(value)
        }
        var change = FieldChange(path: path, before: shown("before"), after: shown("after"), mark: SourceMark(file: ""))
        change.origin = field["origin"]?.string.flatMap(FieldChange.Origin.init(rawValue:)) ?? .manifest
        return change
    }
}

/// `5 applied · 1 failed`, in the order of a run's results, others after them.
package func countsText(_ run: RunRecord) -> String {
    let known = Outcome.Result.allCases.map(\.rawValue)
    let others = run.counts.keys.filter { !known.contains($0) }.sorted()
    let parts = (known + others).compactMap { key in
        run.counts[key].flatMap { $0 > 0 ? "\($0) \(Outcome.Result(rawValue: key)?.words ?? key)" : nil }
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: " · ")
}

extension RunRecord.Result {
    package var words: String {
        switch self {
        case .open: "not finished"
        case .partly: "applied in part"
        case .rolledBack: "rolled back"
        default: rawValue
        }
    }

    fileprivate var tint: TextStyle.Tint {
        switch self {
        case .applied: .green
        case .failed, .rolledBack, .abandoned: .red
        case .partly, .interrupted: .yellow
        case .open: .cyan
        }
    }
}
