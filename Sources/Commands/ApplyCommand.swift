internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Reconciling
internal import Reports

/// `mooring apply`
struct ApplyCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Makes live what the manifests say.",
        discussion: """
            It plans, shows the plan, asks, and carries it out. A saved plan is its own approval: it is carried out as it \
            stands, or not at all when anything moved since.
            """)

    @Argument(help: "A plan that 'mooring plan -o' saved.", completion: .file())
    var plan: String?

    @Flag(help: "Do not ask.")
    var autoApprove = false

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if plan != nil, !selection.isDefault {
            throw ValidationError("A saved plan is carried out whole: it takes no selection.")
        }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        if let plan { return try await applySaved(plan, session) }
        let environment = try await OpenEnvironment(workspace, nodes, session)
        let plan = try await environment.plan(selection.planOptions).plan
        session.tell(plan.diagnostics)
        if plan.diagnostics.hasErrors { throw Failure.alreadyTold(plan.diagnostics) }
        session.show(planText(plan, session.style, only: selection.only))
        guard !plan.isEmpty else { return nothingToDo(plan) }
        guard plan.refusals.isEmpty else { throw Failure(plan.refusals, .refused) }
        try approve(plan, session)
        return try await environment.apply(plan, session, isVerbose: nodes.verbose)
    }

    private func nothingToDo(_ plan: Plan) -> Answer {
        let run = Run(environment: plan.environment, outcomes: [])
        return Answer(
            document: runJSON(
                run, environment: plan.environment, version: mooringVersion, diagnostics: plan.diagnostics))
    }

    private func approve(_ plan: Plan, _ session: Session) throws(Failure) {
        if autoApprove { return }
        guard Approval.canAsk else {
            throw Failure(
                Diagnostic(
                    .error, "not-approved", "nobody can be asked whether to apply this plan: there is no terminal",
                    hint: "Approve it with --auto-approve, or save it with 'mooring plan -o' and apply the file."),
                .refused)
        }
        let problem = Diagnostic(.error, "not-approved", "the plan was not approved")
        let isApproved = Approval.ask("Apply this to '\(plan.environment)'?") {
            guard session.isJSON else { return }
            Console.output.write(ApplyCommand.document(failed: [problem]).text(.pretty) + "\n")
        }
        guard isApproved else { throw Failure(problem, .refused) }
    }

    private func applySaved(_ file: String, _ session: Session) async throws(Failure) -> Answer {
        let plan = try SavedPlan.read(file, session)
        let environment = try await OpenEnvironment(workspace, nodes, session, environment: plan.environment)
        session.tell(environment.diagnostics)
        try await environment.verify(plan, file: file)
        guard !plan.isEmpty else { return nothingToDo(plan) }
        guard plan.refusals.isEmpty else { throw Failure(plan.refusals, .refused) }
        return try await environment.apply(plan, session, isVerbose: nodes.verbose)
    }

    static func document(failed diagnostics: [Diagnostic]) -> JSONValue {
        runJSON(nil, environment: "", version: mooringVersion, diagnostics: diagnostics)
    }
}
