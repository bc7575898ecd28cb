internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// `mooring destroy`
struct DestroyCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Deletes all that Mooring owns in an environment, in reverse order.",
        discussion: """
            It shows the plan and asks for the environment's name. Adopted and protected objects are left and listed, and \
            'limits.maxDeletes' holds: raise it with --max-deletes.
            """)

    @Option(help: ArgumentHelp("The environment's name, instead of the answer to the question.", valueName: "env"))
    var confirm: String?

    @OptionGroup var approval: ApprovalOptions

    @Option(help: ArgumentHelp("Why, for the history.", valueName: "text"))
    var reason: String?

    @OptionGroup var deletions: DeletionOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let environment = try await OpenEnvironment(
            workspace, nodes, session, maxDeletes: deletions.maxDeletes, writes: true, mayBeEmpty: true)
        let name = environment.environment.name
        if let confirm, confirm != name {
            throw Failure(
                Diagnostic(
                    .error, "not-confirmed", "'--confirm \(confirm)' is not the name of the environment, '\(name)'",
                    hint: "Nothing was written."), .refused)
        }
        var options = PlanOptions()
        options.purpose = .destroy
        return try await environment.writing("destroy", lock) { run throws(Failure) in
            let plan = try await environment.plan(options).plan
            try environment.show(plan)
            if !plan.isEmpty { try check(plan, environment) }
            return try await environment.apply(plan, in: run, reason: reason)
        }
    }

    /// Only the environment's name is an agreement: `--auto-approve` is in too many scripts to be one.
    private func check(_ plan: Plan, _ environment: OpenEnvironment) throws(Failure) {
        let name = environment.environment.name
        let command = "mooring destroy\(workspace.text) --confirm \(shellWord(name))\(deletions.text)"
        var agreed = approval
        agreed.autoApprove = false
        let request = Request(
            question: "This deletes \(counted(plan.changes.count, "object")) of '\(name)'.", deed: "delete all this",
            hint: "Confirm it with --confirm and the name of the environment; --auto-approve is not enough.",
            word: name, code: "not-confirmed", document: ApplyCommand.document)
        try agreed.check(
            plan, of: environment.environment, isAgreed: confirm != nil, command: command, environment.session,
            asking: request)
        // An approved plan is not yet a confirmed one.
        if confirm == nil, approval.approve != nil { try request.ask(environment.session) }
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        ApplyCommand.document(failed: diagnostics, environment: environment)
    }

    static var interruption: String? { ApplyCommand.interruption }
}
