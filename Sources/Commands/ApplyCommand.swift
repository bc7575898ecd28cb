internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Planning
internal import Reports

/// `mooring apply`
struct ApplyCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Makes live what the manifests say.",
        discussion: """
            It plans, shows the plan, asks, and carries it out. A saved plan is its own approval: it is carried out as it \
            stands, or not at all when anything moved since. Where the environment has 'approval: required', either is \
            carried out only with --approve and its digest.

            Objects that are as declared and not remembered yet are recorded, without a write to them.
            """)

    @Argument(help: "A plan that 'mooring plan -o' saved.", completion: .file())
    var plan: String?

    @OptionGroup var approval: ApprovalOptions

    @Option(help: ArgumentHelp("Why, for the history.", valueName: "text"))
    var reason: String?

    @OptionGroup var reporting: ReportOptions
    @OptionGroup var reach: ReachOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    var reports: [ReportRequest] { reporting.requests }

    mutating func validate() throws {
        try reporting.check([.text, .json, .markdown, .junit])
        if plan != nil, !selection.isDefault || !reach.isDefault {
            throw ValidationError("A saved plan is carried out whole: it takes no selection and no limits.")
        }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        if let plan { return try await applySaved(plan, session) }
        let environment = try await OpenEnvironment(
            workspace, nodes, session, maxDeletes: reach.deletions.maxDeletes, writes: true)
        return try await environment.writing("apply", lock) { run throws(Failure) in
            let plan = try await environment.plan(reach.planOptions(selection)).plan
            try environment.show(plan, only: selection.only)
            if !plan.isEmpty {
                let command = "mooring apply\(workspace.text)\(reach.text)\(selection.text)"
                try check(plan, environment, isAgreed: false, command: command)
            }
            return try await environment.apply(plan, in: run, reason: reason)
        }
    }

    private func applySaved(_ file: String, _ session: Session) async throws(Failure) -> Answer {
        let plan = try SavedPlan.read(file, session)
        try SavedPlan.checkPurpose(plan, file: file)
        let environment = try await OpenEnvironment(
            workspace, nodes, session, environment: plan.environment, writes: true)
        session.tell(environment.diagnostics)
        return try await environment.writing("apply", lock) { run throws(Failure) in
            try await environment.verify(plan, file: file)
            if !plan.isEmpty {
                guard plan.refusals.isEmpty else { throw Failure(plan.refusals, .refused) }
                let command = "mooring apply\(workspace.text) \(shellFile(file))"
                try check(plan, environment, isAgreed: true, command: command)
            }
            return try await environment.apply(plan, in: run, reason: reason)
        }
    }

    private func check(
        _ plan: Plan, _ environment: OpenEnvironment, isAgreed: Bool, command: String
    ) throws(Failure) {
        try approval.check(
            plan, of: environment.environment, isAgreed: isAgreed, command: command, environment.session,
            asking: Request(
                question: "Apply this to '\(plan.environment)'?", deed: "apply this plan",
                hint: "Approve it with --auto-approve, or save it with 'mooring plan -o' and apply the file.",
                document: ApplyCommand.document))
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        runJSON(nil, environment: environment, version: mooringVersion, diagnostics: diagnostics)
    }

    static func report(failed diagnostics: [Diagnostic], environment: String) -> ResultReport? {
        checkReport(failed: diagnostics, environment: environment)
    }

    static var interruption: String? { "Nothing was written." }
}
