internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Reconciling
internal import Reports
internal import Resources

/// `mooring drift`
struct DriftCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Shows what others changed, and tells it from what the manifests changed.",
        discussion: """
            It compares the manifests, what was last applied and what is live, field by field, and writes nothing. It exits \
            with 0 when nothing differs, 2 when changes of the manifests are pending, 3 on drift and where a deployment is \
            unhealthy, 4 on both, 1 when something could not be read.
            """)

    @Option(help: "The form of the report: text, json, markdown, html, junit or sarif.")
    var format = ReportForm.text

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the report to this file, and the text to standard output.", valueName: "file"),
        completion: .file())
    var out: String?

    @Flag(help: "List objects that no manifest declares and nobody remembers, too.")
    var unmanaged = false

    @Flag(help: "Write the live values into the manifests, comments and layout kept. It asks first.")
    var accept = false

    @Flag(help: "With --accept: do not ask.")
    var autoApprove = false

    @OptionGroup var reporting: ReportOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    var printsDocument: Bool { output.json || (format == .json && out == nil) }
    var reports: [ReportRequest] { reporting.requests }

    mutating func validate() throws {
        try reporting.check(ReportForm.allCases)
        if accept, format != .text || out != nil || !reports.isEmpty {
            throw ValidationError(
                "'--accept' tells what it writes as text: it takes no '--format', '-o' and '--report'.")
        }
        if autoApprove, !accept { throw ValidationError("'--auto-approve' goes with '--accept'.") }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        // Told before the nodes are read: that may take a while.
        if let out { _ = try OutputFile.place(out, of: "report", session) }
        let environment = try await OpenEnvironment(workspace, nodes, session)
        let report = try await environment.drift(
            environment.desired, selection.planOptions, listsUnmanaged: unmanaged && !accept)
        if accept { return try await accept(environment, report, session) }
        environment.tellStatistics()
        let text = driftText(report, session.style)
        var answer = Answer(
            status: report.diagnostics.hasErrors ? .error : ExitStatus(report), text: text,
            document: session.isJSON ? driftJSON(report, version: mooringVersion) : .null,
            diagnostics: report.diagnostics)
        answer.report = .drift(report)
        if let out {
            try OutputFile.write(formed(report, session), as: out, of: "report", session)
            answer.text += "Wrote the report to '\(out)'.\n"
        } else if format != .text {
            answer.text = formed(report, session)
        }
        return answer
    }

    private func formed(_ report: DriftReport, _ session: Session) -> String {
        ResultReport.drift(report).text(as: format, page: session.job?.page, made: report.made)
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        driftJSON(environment: environment, version: mooringVersion, diagnostics: diagnostics)
    }

    static func report(failed diagnostics: [Diagnostic], environment: String) -> ResultReport? {
        let nowhere = PlanTargets(designer: nil, deployer: "", source: nil)
        return .drift(
            DriftReport(
                environment: environment, targets: nowhere, commit: nil, rows: [], diagnostics: diagnostics,
                checkedHealth: false,
                made: OpenState.milliseconds()))
    }
}

extension OpenEnvironment {
    /// What differs and who moved, with the warnings of manifests and connections among its diagnostics.
    func drift(
        _ desired: DesiredState, _ options: PlanOptions, listsUnmanaged: Bool
    ) async throws(Failure) -> DriftReport {
        var report = try await reading { () async throws(ReconcileError) in
            try await reconciler.drift(desired, options)
        }
        report.commit = headCommit(of: root)
        report.diagnostics = diagnostics + report.diagnostics
        if !listsUnmanaged { report.rows.removeAll { $0.verdict == .unmanaged } }
        return report
    }
}
