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
        let (plan, live, _) = try await environment.plan(PlanOptions())
        environment.tellStatistics()
        let whole = StatusReport(plan: plan, desired: environment.desired, live: live, dialect: environment.dialect)
        let report = try narrowed(whole)
        return Answer(
            status: report.diagnostics.hasErrors ? .error : .done, text: statusText(report, session.style),
            document: statusJSON(report, version: mooringVersion),
            diagnostics: report.diagnostics)
    }

    private func narrowed(_ report: StatusReport) throws(Failure) -> StatusReport {
        guard let address else { return report }
        let rows = report.rows.filter { $0.address.matches(address) }
        guard !rows.isEmpty else {
            throw Failure(
                Diagnostic(
                    .error, "unknown-address", "no declared resource has an address like '\(address)'",
                    hint: StatusCommand.likely(address, among: report.rows.map(\.address)).map {
                        "Did you mean '\($0)'?"
                    } ?? "`mooring status` without an address lists all."))
        }
        return StatusReport(
            environment: report.environment, targets: report.targets, rows: rows, diagnostics: report.diagnostics)
    }

    /// The address that a word stands for that matches none: a bare name, or one mistyped.
    private static func likely(_ word: String, among addresses: [Address]) -> Address? {
        var named: [String: Address] = [:]
        for address in addresses.sorted().reversed() {
            named[address.name] = address
            named[address.description] = address
        }
        return closest(to: word, among: named.keys).flatMap { named[$0] }
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        let targets = PlanTargets(designer: nil, deployer: "", source: nil)
        let report = StatusReport(environment: environment, targets: targets, rows: [], diagnostics: diagnostics)
        return statusJSON(report, version: mooringVersion)
    }
}
