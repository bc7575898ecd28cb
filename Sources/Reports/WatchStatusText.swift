internal import Diagnostics
package import JSON
internal import Resources

/// Whom the reader of a status can ask for what stands below it.
package enum WatchAdvice: Sendable {
    /// A daemon that runs; `options` lead a command to it, as ` -f central.yaml`.
    case daemon(options: String = "")
    /// Nobody: it ran once and ended; `command` runs it again.
    case once(command: String)
}

/// What a daemon follows as a table for a person, each environment with what stands in its way below it.
///
/// `document` is what `statusDocument` made, here or in a daemon elsewhere; what is not in it is left out. `only` names one
/// environment as `churn/prod`, or one repository.
package func watchStatusText(
    _ document: JSONValue, only: String? = nil, advice: WatchAdvice = .daemon(), _ style: TextStyle
) -> String {
    let heads = ["ENVIRONMENT", "SYNC", "HEALTH", "LIVE", "NEWEST", "APPLY"]
    var rows: [WatchRow] = []
    for repository in document["repositories"]?.array ?? [] {
        let name = repository["name"]?.string ?? ""
        let before = rows.count
        for environment in repository["environments"]?.array ?? [] {
            let place = "\(name)/\(environment["name"]?.string ?? "")"
            guard only == nil || only == name || only == place else { continue }
            rows.append(WatchRow(place, repository, environment, advice))
        }
        if rows.count > before { rows[rows.count - 1].details += problemLines(repository["problem"], of: name, advice) }
    }
    let cells = rows.map { $0.cells.map(printable) }
    let widths = heads.indices.map { column in ([heads] + cells).map { columns($0[column]) }.max() ?? 0 }
    let line = { (cells: [String], tints: [TextStyle.Tint?]) in
        cells.indices.map { column in
            let text = style.paint(tints[column], cells[column])
            let isLast = column == cells.count - 1
            return text + String(repeating: " ", count: isLast ? 0 : max(0, widths[column] - columns(cells[column])))
        }.joined(separator: "  ")
    }
    guard !rows.isEmpty else { return "Nothing is followed.\n" }
    var lines = [line(heads, heads.map { _ in .bold })]
    for (row, cells) in zip(rows, cells) {
        lines.append(line(cells, row.tints))
        lines += row.details.map { "    " + printable($0) }
    }
    return lines.joined(separator: "\n") + "\n"
}

/// One environment of the table.
private struct WatchRow {
    let cells: [String]
    let tints: [TextStyle.Tint?]
    var details: [String]

    init(_ place: String, _ repository: JSONValue, _ environment: JSONValue, _ advice: WatchAdvice) {
        let live = environment["revision"]?.string
        let newest = repository["head"]?.string
        let sync = environment["sync"]?.string ?? "-"
        let health = environment["health"]?.string ?? "-"
        cells = [
            place, sync, health, live.map(short) ?? "-", newest.map(short) ?? "-", environment["mode"]?.string ?? "-",
        ]
        let isBehind = newest != nil && live != newest
        tints = [
            nil, SyncStatus(rawValue: sync)?.tint, Health(rawValue: health)?.tint, nil, isBehind ? .yellow : nil, nil,
        ]
        details = WatchRow.details(of: environment, place, advice)
    }

    private static func details(of environment: JSONValue, _ place: String, _ advice: WatchAdvice) -> [String] {
        var lines: [String] = []
        if let running = environment["running"] {
            lines.append("applying: \(number(running["done"])) of \(number(running["total"])) done")
        }
        if let held = environment["held"], let revision = held["revision"]?.string {
            let undone = held["rolledBack"]?.bool == true ? ", and what failed went back" : ""
            lines.append("commit \(short(revision)) is held\(undone): \(held["reason"]?.string ?? "")")
            lines += hintLines(held["diagnostics"])
            lines.append(advice.ofHeld(place))
        }
        if let suspension = environment["suspension"] {
            let until = suspension["until"]?.string.map { " until \($0)" } ?? ""
            lines.append(
                "suspended\(until) by \(suspension["by"]?.string ?? "?"): \(suspension["reason"]?.string ?? "")")
        }
        if let pending = environment["pending"], let digest = pending["digest"]?.string {
            let revision = pending["commit"]?["id"]?.string.map(short) ?? "?"
            if pending["needsApproval"]?.bool == true {
                lines.append("the plan of \(revision) waits for\(advice.approval(place, digest))")
            } else {
                lines.append("the plan of \(revision) waits: \(counts(pending["counts"]))")
            }
        }
        if let closed = environment["closed"]?.string { lines.append("nothing is written now: \(closed)") }
        if let lock = environment["lock"] {
            lines.append("locked by \(lock["owner"]?.string ?? "?"): \(lock["command"]?.string ?? "")")
        }
        if number(environment["drifted"]) > 0 {
            lines.append("\(counted(number(environment["drifted"]), "object")) drifted")
        }
        return lines + problemLines(environment["problem"], of: place, advice)
    }

    private static func counts(_ counts: JSONValue?) -> String {
        guard case .object(let object)? = counts else { return "no change" }
        let parts = object.map { "\(number($0.value)) to \($0.key)" }
        return parts.isEmpty ? "no change" : parts.joined(separator: ", ")
    }
}

private func number(_ value: JSONValue?) -> Int { value?.integer ?? 0 }

extension WatchAdvice {
    fileprivate func ofHeld(_ place: String) -> String {
        switch self {
        case .daemon(let options):
            "a newer commit goes on by itself; this one by: mooring watch retry \(place)\(options)"
        case .once(let command): "the next run takes a newer commit up; this one by: \(command) --retry-held"
        }
    }

    fileprivate func approval(_ place: String, _ digest: String) -> String {
        switch self {
        case .daemon(let options): ": mooring watch approve \(place) \(digest)\(options)"
        case .once: " an approval, which only a running daemon takes"
        }
    }

    fileprivate func retry(_ time: String) -> String {
        switch self {
        case .daemon: "next try at \(time)"
        case .once(let command): "to be tried again by: \(command)"
        }
    }
}

private func problemLines(_ problem: JSONValue?, of name: String, _ advice: WatchAdvice) -> [String] {
    guard let problem else { return [] }
    let retry = problem["retry"]?.string.map { ", \(advice.retry($0))" } ?? ""
    let messages = (problem["diagnostics"]?.array ?? []).compactMap { $0["message"]?.string }
    return ["\(name): \(messages.first ?? "a problem"), since \(problem["since"]?.string ?? "?")\(retry)"]
        + hintLines(problem["diagnostics"])
}

/// What to do about the first of the problems, which is the one that is told; as below an error.
private func hintLines(_ diagnostics: JSONValue?) -> [String] {
    guard let hint = diagnostics?.array?.first?["hint"]?.string else { return [] }
    return ["  = \(hint)"]
}

/// A commit's first 10 digits.
private func short(_ revision: String) -> String { String(revision.prefix(10)) }
