internal import Diagnostics
package import Planning
internal import Resources

/// The run as test results: the environment is a suite, each change a case, with the time that it took.
///
/// What failed, was rolled back or had moved fails; what was left out is skipped with the reason. `made` is in milliseconds
/// since 1970 (UTC); `commit` is the one that was applied.
package func runJUnit(_ run: Run, commit: String?, made: Int) -> String {
    let cases = run.outcomes.map { outcome in
        JUnitSuite.Case(outcome.address, verdict(of: outcome), milliseconds: outcome.milliseconds)
    }
    return JUnitSuite(
        name: "apply to '\(run.environment)'", made: made,
        properties: [
            ("environment", run.environment), ("commit", commit), ("run", run.number.map(String.init)),
        ], cases: cases + JUnitSuite.problems(run.problem.map { [$0] } ?? [], of: "apply")
    ).text
}

private func verdict(of outcome: Outcome) -> JUnitSuite.Case.Verdict {
    let reason = outcome.diagnostics.first.map { ": \($0.message)" } ?? ""
    let message = outcome.result.words + reason
    switch outcome.result {
    case .applied: return .passed
    case .skipped, .notStarted: return .skipped(message)
    case .failed, .moved, .rolledBack:
        let body = outcome.diagnostics.map { $0.text() }.joined()
        return .failed(type: outcome.result.rawValue, message: message, body: body)
    }
}
