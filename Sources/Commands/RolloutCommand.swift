internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Planning
internal import Reconciling
internal import Reports
internal import Resources

/// `mooring rollout`
struct RolloutCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rollout",
        abstract: "Pushes a deployment's saved settings to its nodes again, and waits until it runs.",
        discussion: "The settings are left as they are saved on the deployer.")

    @Argument(help: "The deployment, as 'Deployment/scoring-on-prod'.")
    var address: String

    @Option(help: ArgumentHelp("Why, for the history.", valueName: "text"))
    var reason: String?

    @OptionGroup var lock: LockOptions
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let environment = try await OpenEnvironment(workspace, nodes, session, writes: true)
        session.tell(environment.diagnostics)
        let address = try Address.given(self.address)
        return try await environment.writing("rollout \(shellWord(address.description))", lock) { run throws(Failure) in
            var plan = try await environment.reading { () async throws(ReconcileError) in
                try await environment.reconciler.rolloutPlan(address, in: environment.desired)
            }
            session.tell(plan.diagnostics)
            plan.diagnostics = environment.diagnostics + plan.diagnostics
            return try await environment.apply(plan, in: run, reason: reason)
        }
    }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        ApplyCommand.document(failed: diagnostics, environment: environment)
    }

    static var interruption: String? { ApplyCommand.interruption }
}
