internal import DSS
internal import Diagnostics
internal import Planning
internal import Resources

extension Reconciler {
    /// The stages that a plan names and the deployer does not know. They are read once, and only where one is to be set.
    ///
    /// Where they can't be read, as without the right to, the write itself finds out.
    func unknownStages(in plan: Plan) async -> [Diagnostic] {
        let changes = plan.changes.filter { change in
            change.address.kind == .infra
                && ([.create, .replace].contains(change.action) || change.fields.contains { $0.path == "stage" })
        }
        guard !changes.isEmpty, let stages = try? await nodes.deployer.apiDeployer.listStages(), !stages.isEmpty else {
            return []
        }
        let known = stages.map(\.id)
        return changes.compactMap { change in
            guard let value = change.resource.spec["stage"], let stage = value.string, !known.contains(stage) else {
                return nil
            }
            let guess = closest(to: stage, among: known).map { "Did you mean '\($0)'? " } ?? ""
            return Diagnostic(
                .error, "unknown-stage", "the deployer has no stage '\(stage)'", at: value.mark,
                hint: guess + "Its stages are \(known.map { "'\($0)'" }.joined(separator: ", ")).",
                address: change.address.description)
        }
    }
}
