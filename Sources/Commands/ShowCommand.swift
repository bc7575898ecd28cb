internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Planning
internal import Reports

/// `mooring show`
struct ShowCommand: Verb {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows a saved plan again.")

    @Argument(help: "A plan that 'mooring plan -o' saved.", completion: .file())
    var file: String

    @Option(help: "The form of the result: text, json or markdown.")
    var format = PlanFormat.text

    @OptionGroup var output: OutputOptions

    var printsDocument: Bool { output.json || format == .json }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let plan = try SavedPlan.read(file, session)
        let document = planJSON(plan, version: mooringVersion)
        let next = plan.isEmpty ? nil : PlanAdvice(plan: plan).text(savedCommand: "mooring apply \(shellFile(file))")
        var answer = Answer(document: document, diagnostics: plan.diagnostics + plan.warningsOfRefusals)
        answer.text =
            format == .markdown
            ? planMarkdown(plan, digest: document["digest"]?.string, next: next)
            : planText(plan, session.style, next: next)
        return answer
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        PlanCommand.document(failed: diagnostics, environment: environment)
    }
}
