package import Diagnostics
package import Planning
internal import Resources

/// The run as a comment or a summary: Markdown, below `longestComment` bytes.
///
/// What went wrong comes first, each with its reason; what was done is a list that is folded. `page` is the run's own page.
package func runMarkdown(_ run: Run, commit: String?, page: String? = nil) -> String {
    var parts = [Markdown.code(run.environment), countsText(run)]
    if let number = run.number { parts.append("run \(number)") }
    if let commit { parts.append("commit " + Markdown.code(String(commit.prefix(12)))) }
    var text = "**mooring apply** " + parts.joined(separator: " · ") + "\n"
    if let problem = run.problem { text += "\n" + Markdown.told([problem]) }
    switch run.end {
    case .finished: break
    case .stoppedAfterFailures: text += "\nStopped: limits.stopAfterFailures was reached. Nothing new was started.\n"
    case .interrupted(let signal): text += "\nStopped by signal \(signal). Nothing new was started.\n"
    }
    let running = run.outcomes.filter { $0.health != nil || !$0.serviceURLs.isEmpty }.map { outcome in
        ([outcome.address.description, outcome.health ?? "UNKNOWN"] + outcome.serviceURLs).joined(separator: "  ")
    }
    let left = run.outcomes.filter { [.skipped, .notStarted].contains($0.result) }.map { outcome in
        "\(outcome.address)  \(outcome.result.words)" + (outcome.diagnostics.first.map { ": \($0.message)" } ?? "")
    }
    let tail =
        Markdown.list("Not applied:", left, room: longestList)
        + Markdown.list("Running:", running, room: longestList) + doneMarkdown(run)
    return text + failuresMarkdown(run, room: longestComment - text.utf8.count - tail.utf8.count, page: page) + tail
}

/// In bytes, of each list.
private let longestList = 10_000
/// In bytes: what says how many failures are not shown, and where they are.
private let longestRest = 600

private func failuresMarkdown(_ run: Run, room: Int, page: String?) -> String {
    let failures = run.outcomes.filter { [.failed, .rolledBack, .moved].contains($0.result) }
    var result = ""
    for (index, outcome) in failures.enumerated() {
        let lines = outcome.diagnostics.flatMap { diagnostic in
            diagnostic.text().split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "# \($0)" }
        }
        let title = "\(Markdown.code(outcome.address.description)) \(outcome.result.words)"
        let block = Markdown.folded(title, lines, isOpen: true)
        guard result.utf8.count + block.utf8.count <= room - longestRest else {
            let place = Markdown.link("the log of the run", to: page)
            return result + "\n_\(counted(failures.count - index, "more failure")) not shown: see \(place)._\n"
        }
        result += block
    }
    return result
}

private func doneMarkdown(_ run: Run) -> String {
    let lines = run.outcomes.filter { $0.result == .applied }.map { outcome in
        printable(
            "\(outcome.action.sign) \(outcome.address): \(outcome.action.past) after \(elapsedText(outcome.milliseconds))"
        )
    }
    return lines.isEmpty ? "" : Markdown.folded("\(counted(lines.count, "change")) applied", lines)
}

/// `5 applied · 1 failed`.
private func countsText(_ run: Run) -> String {
    let counts = Outcome.Result.allCases.compactMap { result in
        run.count(result) > 0 ? "\(run.count(result)) \(result.words)" : nil
    }
    return counts.isEmpty ? "nothing to do" : counts.joined(separator: " · ")
}

/// What went wrong in a run, at the places in the manifests that asked for it: for annotations.
package func runProblems(_ run: Run, of plan: Plan) -> [Diagnostic] {
    let marks = Dictionary(plan.changes.map { ($0.address, $0.cause.mark) }, uniquingKeysWith: { first, _ in first })
    let problems = run.outcomes.compactMap { outcome -> Diagnostic? in
        guard [.failed, .rolledBack, .moved].contains(outcome.result) else { return nil }
        let reason = outcome.diagnostics.first
        return Diagnostic(
            .error, reason?.code ?? outcome.result.rawValue,
            "\(outcome.address) \(outcome.result.words)" + (reason.map { ": \($0.message)" } ?? ""),
            at: reason?.mark ?? marks[outcome.address], hint: reason?.hint)
    }
    return problems + (run.problem.map { [$0] } ?? [])
}
