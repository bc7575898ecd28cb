internal import ArgumentParser
internal import Diagnostics
internal import Graph
internal import JSON
internal import Reports

/// `mooring graph`
struct GraphCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Prints what waits for what.",
        discussion: "It needs no network. For a picture: mooring graph | dot -Tsvg > graph.svg")

    @Option(help: "The form of the result: dot, mermaid or json.")
    var format = GraphFormat.dot

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var output: OutputOptions

    var printsDocument: Bool { output.json || format == .json }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let open = try OpenWorkspace(workspace, session)
        let (desired, diagnostics) = try open.desired(try open.environmentName(workspace.environment))
        let graph = desired.graph
        var answer = Answer(document: graphJSON(graph), diagnostics: diagnostics)
        answer.text = format == .mermaid ? graphMermaid(graph) : graphDot(graph)
        return answer
    }
}

enum GraphFormat: String, ExpressibleByArgument, CaseIterable { case dot, mermaid, json }
