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

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var output: OutputOptions

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
        guard !diagnostics.hasErrors else {
            let errors = diagnostics.count { $0.severity == .error }
            var answer = Answer(status: .error, document: Self.document([], diagnostics), diagnostics: diagnostics)
            answer.text = "Not valid: \(errors) \(errors == 1 ? "error" : "errors").\n"
            return answer
        }
        let lines = states.map { state in
            "  \(state.environment.name): \(state.resources.count) resources\n"
        }
        return Answer(
            text: "Valid.\n" + lines.joined(), document: Self.document(states, diagnostics), diagnostics: diagnostics)
    }

    static func document(failed diagnostics: [Diagnostic]) -> JSONValue { document([], diagnostics) }

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
