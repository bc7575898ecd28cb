internal import ArgumentParser
internal import JSON
internal import Reports

/// `mooring explain`
struct ExplainCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains a kind or a field: what it is, its name on the wire, and where that is known from.",
        discussion: """
            The name is a kind, as 'Deployment', a field, as 'Deployment.rollout.timeout', or one of 'workspace', \
            'watch', 'metadata' and 'dialect'.
            """)

    @Argument(help: "What to explain.")
    var name: String

    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let (text, diagnostics) = explain(name, session.style)
        guard let text else { throw Failure(diagnostics) }
        return Answer(
            text: text,
            document: [
                "mooring": .string(mooringVersion), "name": .string(name), "text": .string(text),
                "diagnostics": diagnosticsJSON(diagnostics),
            ], diagnostics: diagnostics)
    }
}
