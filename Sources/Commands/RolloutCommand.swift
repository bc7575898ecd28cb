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

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let environment = try await OpenEnvironment(workspace, nodes, session)
        session.tell(environment.diagnostics)
        // A deployment's bare name says the same.
        guard let address = Address(address) ?? Address("\(Kind.deployment.rawValue)/\(address)") else {
            throw Failure(
                Diagnostic(
                    .error, "bad-address", "'\(address)' is no address",
                    hint: "An address is a kind and names, as 'Deployment/scoring-on-prod'."))
        }
        var plan: Plan
        do throws(ReconcileError) {
            plan = try await environment.reconciler.rolloutPlan(address, in: environment.desired)
        } catch {
            throw Failure(error.diagnostics)
        }
        plan.diagnostics = environment.diagnostics
        return try await environment.apply(plan, session, isVerbose: nodes.verbose)
    }

    static func document(failed diagnostics: [Diagnostic]) -> JSONValue { ApplyCommand.document(failed: diagnostics) }
}
