internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Planning
internal import Reconciling
internal import Resources

/// `mooring rollback`
struct RollbackCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Goes back to what an earlier run had applied, whole or for one object.",
        discussion: """
            It plans the way back, shows it, asks, and carries it out. What was rolled back is held there: an apply passes \
            it over until its manifest changes.

            'mooring history' lists the runs; RUN is one to go back to: what was live when it had ended. An address goes \
            back to what was applied before, or to a version.
            """)

    @Argument(help: "The number of a run, or an address, as 'Deployment/scoring-on-prod'.")
    var target: String

    @Option(help: "The version that a deployment goes back to.")
    var to: String?

    @Option(help: ArgumentHelp("Why, for the history and for who finds it held.", valueName: "text"))
    var reason: String

    @OptionGroup var approval: ApprovalOptions
    @OptionGroup var deletions: DeletionOptions
    @OptionGroup var lock: LockOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if to != nil, Int(target) != nil {
            throw ValidationError("'--to' goes with the address of a deployment, not with a run.")
        }
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("'--reason' takes a text: who finds the object held has to know why.")
        }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let target = try rollbackTarget()
        let environment = try await OpenEnvironment(
            workspace, nodes, session, maxDeletes: deletions.maxDeletes, writes: true)
        return try await environment.writing("rollback \(shellWord(self.target))", lock) { run throws(Failure) in
            var plan = try await environment.reading { () async throws(ReconcileError) in
                try await environment.reconciler.rollbackPlan(to: target, environment.desired)
            }
            environment.complete(&plan)
            try environment.show(told(plan, by: Person.name(session.variables)))
            if !plan.isEmpty { try check(plan, environment) }
            return try await environment.apply(plan, in: run, reason: reason)
        }
    }

    /// The plan with who holds what is rolled back, and why. The plan itself says neither: its digest is approved by others.
    private func told(_ plan: Plan, by person: String) -> Plan {
        var plan = plan
        plan.held = plan.held.map { held in
            HeldResource(
                address: held.address,
                hold: Hold(
                    reason: reason, by: person, since: OpenState.milliseconds(), manifest: held.hold.manifest))
        }
        return plan
    }

    private func rollbackTarget() throws(Failure) -> RollbackTarget {
        if let number = Int(target) { return .run(number) }
        let address = try Address.given(target, or: "the number of a run")
        return .resource(address, version: to)
    }

    private func check(_ plan: Plan, _ environment: OpenEnvironment) throws(Failure) {
        let version = to.map { " --to \(shellWord($0))" } ?? ""
        let command =
            "mooring rollback\(workspace.text) \(shellWord(target))\(version) --reason \(shellWord(reason))"
            + deletions.text
        try approval.check(
            plan, of: environment.environment, isAgreed: false, command: command, environment.session,
            asking: Request(
                question: "Go back to this in '\(plan.environment)'?", deed: "go back to this",
                hint: "Approve it with --auto-approve.", document: ApplyCommand.document))
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        ApplyCommand.document(failed: diagnostics, environment: environment)
    }

    static var interruption: String? { ApplyCommand.interruption }
}
