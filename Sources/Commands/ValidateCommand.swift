internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Manifests
internal import Planning
internal import Reports
internal import Resources

/// `mooring validate`
struct ValidateCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Checks the manifests without any network.",
        discussion: "All that is wrong with any file is told in one run; without -e, for all environments.")

    @OptionGroup var reporting: ReportOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var output: OutputOptions

    var reports: [ReportRequest] { reporting.requests }

    mutating func validate() throws { try reporting.check([.text, .json, .markdown, .junit, .sarif]) }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let open = try OpenWorkspace(workspace, session)
        let states: [DesiredState]
        var diagnostics = open.diagnostics
        if let name = workspace.environment {
            let (state, problems) = loadDesired(
                open.workspace, environment: name, tree: open.tree, today: today())
            states = [state].compactMap { $0 }
            diagnostics += problems
        } else {
            let (all, problems) = loadAllDesired(open.workspace, tree: open.tree, today: today())
            states = all
            diagnostics += problems
        }
        // A rule of the workspace is one for each environment.
        var seen: Set<Diagnostic> = []
        let breaches = states.flatMap { policyProblems(of: $0, today: today()) }
        diagnostics += breaches.filter { seen.insert($0).inserted }
        let errors = diagnostics.count { $0.severity == .error }
        let lines = states.map { "  \($0.environment.name): \($0.resources.count) resources\n" }
        let document = Self.document(errors > 0 ? [] : states, diagnostics)
        var answer = Answer(
            status: errors > 0 ? .error : .done,
            text: errors > 0
                ? "Not valid: \(errors) \(errors == 1 ? "error" : "errors").\n" : "Valid.\n" + lines.joined(),
            document: document, diagnostics: diagnostics)
        let report = CheckReport(
            command: "validate", sound: errors > 0 ? [] : states.map(\.environment.name), diagnostics: diagnostics,
            made: OpenState.milliseconds())
        let told = diagnostics.map { $0.text() }.joined() + answer.text
        answer.report = .check(report, document: document, text: told)
        return answer
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        document([], diagnostics)
    }

    static func report(failed diagnostics: [Diagnostic], environment: String) -> ResultReport? {
        checkReport(failed: diagnostics, environment: environment)
    }

    private static func document(_ states: [DesiredState], _ diagnostics: [Diagnostic]) -> JSONValue {
        [
            "mooring": .string(mooringVersion), "valid": .bool(!diagnostics.hasErrors),
            "environments": .array(
                states.map { state in
                    [
                        "name": .string(state.environment.name),
                        "resources": .array(state.resources.map { .string($0.address.description) }),
                    ]
                }), "diagnostics": diagnosticsJSON(diagnostics),
        ]
    }
}
