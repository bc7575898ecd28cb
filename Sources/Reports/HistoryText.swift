internal import Diagnostics
internal import JSON
internal import Planning
package import Resources

/// The runs of an environment as a table for a person, newest first, with the reason of each below it.
///
/// `more` says that there are older ones.
package func historyText(
    _ runs: [RunRecord], environment: String, more: Bool = false, _ style: TextStyle
) -> String {
    guard !runs.isEmpty else { return "Nothing was applied to '\(printable(environment))' yet.\n" }
    let rows = runs.map { run in
        [
            "\(run.number)", Instant.short(run.started), run.actor, run.command,
            run.commit.map { String($0.prefix(7)) } ?? "-", resultText(run),
        ].map(printable)
    }
    var lines: [String] = []
    for (line, run) in zip(table(["RUN", "STARTED", "WHO", "COMMAND", "COMMIT", "RESULT"], rows), [nil] + runs) {
        lines.append(run == nil ? style.paint(.bold, line) : line)
        if let reason = run?.reason { lines.append("     " + style.paint(.dim, printable(reason))) }
    }
    if more { lines += ["", "Older runs are left out: --limit shows more."] }
    return lines.joined(separator: "\n") + "\n"
}

/// One run as text for a person: who, when, why, and each change with its fields.
package func historyText(_ run: RunRecord, _ changes: [RunChange], environment: String, _ style: TextStyle) -> String {
    var lines = [style.paint(.bold, printable("Run \(run.number) on '\(environment)': \(run.command)"))]
    let facts: [(String, String?)] = [
        ("result", resultText(run)), ("who", run.actor), ("started", Instant.short(run.started)),
        ("took", run.finished.map { elapsedText($0 - run.started) }), ("commit", run.commit),
        ("reason", run.reason), ("plan", run.planDigest),
    ]
    lines += facts.compactMap { name, value in
        value.map { style.paint(.dim, "  \(padded(name, to: 13)) \(printable($0))") }
    }
    for change in changes {
        lines += ["", changeText(change, style)] + details(change, style)
    }
    if changes.isEmpty { lines += ["", "Nothing was written to the nodes."] }
    return lines.joined(separator: "\n") + "\n"
}

/// What runs did to one object, newest first.
package func historyText(
    _ address: Address, _ changes: [(run: RunRecord, change: RunChange)], environment: String, _ style: TextStyle
) -> String {
    guard !changes.isEmpty else {
        return printable("No run changed '\(address)' in '\(environment)'.") + "\n"
    }
    var lines = [style.paint(.bold, printable("\(address) on '\(environment)'"))]
    for (run, change) in changes {
        let who = printable("\(Instant.short(run.started)) by \(run.actor)")
        lines += ["", "Run \(run.number)  \(who)  \(changeText(change, style))"]
        if let reason = run.reason { lines.append("    " + style.paint(.dim, printable(reason))) }
        lines += details(change, style)
    }
    return lines.joined(separator: "\n") + "\n"
}

/// An instant as reports name it, as `2026-03-01T09:00:00Z`, from milliseconds since 1970 (UTC).
package func instantText(_ milliseconds: Int) -> String { Instant.short(milliseconds) }

/// `applied: 3 applied, 1 adopted`.
private func resultText(_ run: RunRecord) -> String {
    let counts = run.counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    let word = run.result == .open ? "under way, or ended without a word" : run.result.rawValue
    return word + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", "))
}

private func changeText(_ change: RunChange, _ style: TextStyle) -> String {
    let word =
        change.result == Outcome.Result.applied.rawValue
        ? change.action.past : "\(change.action.rawValue) \(change.result)"
    let health = change.health.map { ", \($0)" } ?? ""
    let text = "\(change.address) \(word) after \(elapsedText(change.milliseconds))\(health)"
    return style.paint(change.action.tint, printable(text))
}

private func details(_ change: RunChange, _ style: TextStyle) -> [String] {
    let mark = SourceMark(file: "", line: 1, column: 1)
    let fields = (change.fields.array ?? []).map { field in
        FieldChange(
            path: field["path"]?.string ?? "", before: shown(field["before"]), after: shown(field["after"]), mark: mark)
    }
    let lines = FieldText(fields, width: style.width - 4, rows: style.rows).lines.map { line in
        style.paint(line.sign.tint, "    \(line.sign.rawValue) \(line.text)")
    }
    return lines + change.messages.map { "    " + printable($0) }
}

private func shown(_ value: JSONValue?) -> ShownValue {
    guard let value, value != .null else { return .absent }
    return .value(value)
}

/// The head and the rows, each cell padded to its column; a line ends with its last letter.
private func table(_ head: [String], _ rows: [[String]]) -> [String] {
    let widths = head.indices.map { column in ([head] + rows).map { columns($0[column]) }.max() ?? 0 }
    return ([head] + rows).map { cells in
        cells.indices.map { column in
            column == cells.count - 1 ? cells[column] : padded(cells[column], to: widths[column])
        }.joined(separator: "  ")
    }
}
