internal import Diagnostics
internal import Notifications
internal import Planning
internal import Reports

/// What one environment's plan of a pull request comes to.
struct PullRequestOutcome {
    let markdown: String
    let state: Forge.State
    let text: String

    init(_ plan: Plan?, _ diagnostics: [Diagnostic], _ environment: String, longest: Int) {
        guard let plan else {
            let report = CheckReport(command: "plan \(environment)", diagnostics: diagnostics, made: 0)
            markdown = report.markdown
            state = .failure
            text = diagnostics.first { $0.severity == .error }?.message ?? "no plan"
            return
        }
        markdown = planMarkdown(plan, longest: longest)
        let problem = plan.diagnostics.first { $0.severity == .error } ?? plan.refusals.first
        state = problem == nil ? .success : .failure
        text = problem?.message ?? PullRequestOutcome.summary(plan)
    }

    private static func summary(_ plan: Plan) -> String {
        guard !plan.isEmpty else { return "nothing changes" }
        guard let branch = plan.branch else { return summaryText(plan) }
        let own = plan.changes.count { branch.share(of: $0) == .branch }
        let rest = plan.changes.count - own
        let words =
            own == 0 ? "this branch changes nothing" : "\(own) \(own == 1 ? "change" : "changes") by this branch"
        return rest == 0 ? words : "\(words); \(rest) more pending or drifted"
    }
}
