internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Planning
internal import Reports
internal import Resources

/// `mooring status`
struct StatusCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows which version runs where, whether live is as declared, and how it fares.")

    @Argument(help: "Only the resources whose address matches, as 'Deployment/*'.")
    var address: String?

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let environment = try await OpenEnvironment(workspace, nodes, session)
        var selection = SelectionOptions()
        selection.target = address.map { [$0] } ?? []
        selection.exclude = []
        selection.selector = []
        selection.noHealth = false
        let (plan, live) = try await environment.plan(selection)
        environment.tellStatistics()
        let report = StatusReport(plan: plan, desired: environment.desired, live: live, dialect: environment.dialect)
        return Answer(
            status: report.diagnostics.hasErrors ? .error : .done, text: statusText(report, session.style),
            document: statusJSON(report, version: mooringVersion),
            diagnostics: environment.diagnostics + report.diagnostics)
    }

    static func document(failed diagnostics: [Diagnostic]) -> JSONValue {
        let targets = PlanTargets(designer: nil, deployer: "", source: nil)
        let report = StatusReport(environment: "", targets: targets, rows: [], diagnostics: diagnostics)
        return statusJSON(report, version: mooringVersion)
    }
}
