internal import Diagnostics
package import Planning
package import Resources

/// A line of a log for what just happened, without its end; nil for what a log need not tell.
package func runLine(_ event: RunEvent) -> String? {
    switch event {
    case .started(let address, let action): return printable("\(address): \(action.gerund)")
    case .step(let address, let step): return printable("\(address): \(step.words) (\(step.call))")
    case .waiting(let address, let text, let milliseconds):
        return printable("\(address): \(text), \(elapsedText(milliseconds))")
    case .finished(let outcome):
        let reason = outcome.diagnostics.first.map { ": \($0.message)" } ?? ""
        switch outcome.result {
        case .applied:
            let health = outcome.health.map { ", \($0)" } ?? ""
            return printable(
                "\(outcome.address): \(outcome.action.past) after \(elapsedText(outcome.milliseconds))\(health)")
        case .skipped, .notStarted, .moved:
            return printable("\(outcome.address): \(outcome.result.words)\(reason)")
        case .failed, .rolledBack:
            return printable(
                "\(outcome.address): \(outcome.result.words) after \(elapsedText(outcome.milliseconds))\(reason)")
        }
    case .notice(let diagnostic):
        return printable("\(diagnostic.severity.rawValue): \(diagnostic.message) [\(diagnostic.code)]")
    }
}

/// The run as text for a person: what failed and why, what was left out and why, how deployments fare, and the counts.
package func runText(_ run: Run, _ style: TextStyle) -> String {
    var parts: [String] = []
    for outcome in run.outcomes where [.failed, .rolledBack, .moved].contains(outcome.result) {
        parts.append(failureText(outcome, style))
    }
    for outcome in run.outcomes where outcome.result == .applied && !outcome.diagnostics.isEmpty {
        parts.append(failureText(outcome, style))
    }
    let left = run.outcomes.filter { $0.result == .skipped || $0.result == .notStarted }
    if !left.isEmpty {
        parts.append(
            section(
                "Not applied:",
                left.map { outcome in
                    "\(outcome.address)  \(outcome.result.words)"
                        + (outcome.diagnostics.first.map { ": \($0.message)" } ?? "")
                }, style))
    }
    let running = run.outcomes.filter { $0.health != nil || !$0.serviceURLs.isEmpty }
    if !running.isEmpty {
        parts.append(
            section(
                "Running:",
                running.map {
                    ([$0.address.description, $0.health ?? "UNKNOWN"] + $0.serviceURLs).joined(separator: "  ")
                },
                style))
    }
    if let problem = run.problem { parts.append(problem.text(color: style.color)) }
    switch run.end {
    case .finished: break
    case .stoppedAfterFailures:
        parts.append("Stopped: limits.stopAfterFailures was reached. Nothing new was started.\n")
    case .interrupted(let signal):
        parts.append("Stopped by signal \(signal). What was under way was finished; nothing new was started.\n")
    }
    parts.append(style.paint(.bold, summaryText(run)) + "\n")
    return parts.joined(separator: "\n")
}

/// The counts of a run: `Apply: 5 applied · 1 failed · 2 skipped (run 12)`.
package func summaryText(_ run: Run) -> String {
    let counts = Outcome.Result.allCases.compactMap { result in
        run.count(result) > 0 ? "\(run.count(result)) \(result.words)" : nil
    }
    return "Apply: " + (counts.isEmpty ? "nothing to do" : counts.joined(separator: " · "))
        + (run.number.map { " (run \($0))" } ?? "")
}

private func failureText(_ outcome: Outcome, _ style: TextStyle) -> String {
    let tint: TextStyle.Tint = outcome.result == .applied ? .yellow : .red
    let head = style.paint(tint, printable("\(outcome.address) \(outcome.result.words)"))
    return ([head + "\n"] + outcome.diagnostics.map { $0.text(color: style.color) }).joined()
}

private func section(_ title: String, _ rows: [String], _ style: TextStyle) -> String {
    let shown = rows.prefix(style.rows).map { "  \(printable($0))\n" }
    let more = rows.count > shown.count ? "  ... \(rows.count - shown.count) more\n" : ""
    return style.paint(.bold, title) + "\n" + shown.joined() + more
}

/// `0.4s`, `12s`, `3m05s`, `1h02m`.
package func elapsedText(_ milliseconds: Int) -> String {
    let milliseconds = max(0, milliseconds)
    let seconds = milliseconds / 1000
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    switch seconds {
    case ..<10: return "\(seconds).\(milliseconds % 1000 / 100)s"
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(seconds / 60)m\(two(seconds % 60))s"
    default: return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
    }
}

extension Outcome.Result {
    var words: String {
        switch self {
        case .applied: "applied"
        case .failed: "failed"
        case .moved: "moved since the plan"
        case .rolledBack: "rolled back"
        case .skipped: "skipped"
        case .notStarted: "not started"
        }
    }
}

extension Action {
    /// What is being done, as `creating`.
    package var gerund: String {
        switch self {
        case .create: "creating"
        case .update: "updating"
        case .replace: "replacing"
        case .delete: "deleting"
        case .rollout: "rolling out"
        case .noOp: "doing nothing"
        }
    }

    /// What was done, as `created`.
    package var past: String {
        switch self {
        case .create: "created"
        case .update: "updated"
        case .replace: "replaced"
        case .delete: "deleted"
        case .rollout: "rolled out"
        case .noOp: "left as it is"
        }
    }
}

extension Step {
    /// What the step does, as `saving settings`.
    var words: String {
        let what = subject.map { " \($0)" } ?? ""
        return switch kind {
        case .createAPIService: "creating the service"
        case .saveAPIService, .savePublishedService, .saveInfra, .saveDeployment: "saving settings"
        case .createPackage: "making the package"
        case .publishPackage: "publishing to\(what)"
        case .createPublishedService: "creating the published service"
        case .importVersion: "importing the archive"
        case .promoteVersion: "copying version\(what)"
        case .createInfra: "creating the infrastructure"
        case .deleteInfra: "deleting the infrastructure"
        case .createDeployment: "creating the deployment"
        case .startUpdate: "starting the update"
        case .awaitHealth: "waiting until it runs"
        case .disableDeployment: "disabling"
        case .deleteDeployment: "deleting the deployment"
        case .deletePackage: "deleting the package"
        case .deleteVersion: "deleting the published version of\(what)"
        case .deletePublishedService: "deleting the published service"
        }
    }
}
