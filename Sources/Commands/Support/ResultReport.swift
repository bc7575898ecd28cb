internal import ArgumentParser
internal import JSON
internal import Planning
internal import Reports

/// A result that is written in several forms.
enum ResultReport {
    case plan(Plan, document: JSONValue, only: String?, next: String?)
    case run(Run, of: Plan, digest: String)
    case drift(DriftReport)
    case check(CheckReport, document: JSONValue, text: String)

    /// The text in a form that the command has; `made` is in milliseconds since 1970 (UTC), `page` that of the CI job.
    func text(as form: ReportForm, page: String?, made: Int) -> String {
        switch (self, form) {
        case (.drift(let report), _): return Self.text(of: report, as: form)
        case (.plan(let plan, _, let only, let next), .text):
            return planText(plan, TextStyle(), only: only, next: next)
        case (.plan(let plan, let document, let only, let next), .markdown):
            return planMarkdown(plan, digest: document["digest"]?.string, only: only, next: next, page: page)
        case (.plan(let plan, _, _, _), .junit): return planJUnit(plan, made: made)
        case (.run(let run, _, _), .text): return runText(run, TextStyle())
        case (.run(let run, let plan, _), .markdown): return runMarkdown(run, commit: plan.commit, page: page)
        case (.run(let run, let plan, _), .junit): return runJUnit(run, commit: plan.commit, made: made)
        case (.run(let run, let plan, let digest), .json):
            return ResultReport.document(of: run, plan, digest: digest).text(.pretty) + "\n"
        case (.check(_, _, let text), .text): return text
        case (.check(let report, _, _), .markdown): return report.markdown
        case (.check(let report, _, _), .junit): return report.junit
        case (.check(let report, _, _), .sarif): return report.sarif(version: mooringVersion).text(.pretty) + "\n"
        case (.plan(_, let document, _, _), .json), (.check(_, let document, _), .json):
            return document.text(.pretty) + "\n"
        case (.plan, .html), (.plan, .sarif), (.run, .html), (.run, .sarif), (.check, .html):
            preconditionFailure("a command is asked for the forms that it has")
        }
    }

    static func document(of run: Run, _ plan: Plan, digest: String) -> JSONValue {
        runJSON(
            run, environment: run.environment, version: mooringVersion, diagnostics: plan.diagnostics,
            planDigest: digest)
    }

    private static func text(of report: DriftReport, as form: ReportForm) -> String {
        switch form {
        case .text: driftText(report, TextStyle())
        case .json: driftJSON(report, version: mooringVersion).text(.pretty) + "\n"
        case .markdown: driftMarkdown(report)
        case .html: driftHTML(report)
        case .junit: driftJUnit(report)
        case .sarif: driftSARIF(report, version: mooringVersion).text(.pretty) + "\n"
        }
    }
}

/// A form that results are written in.
enum ReportForm: String, ExpressibleByArgument, CaseIterable { case text, json, markdown, html, junit, sarif }
