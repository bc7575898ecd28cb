internal import Diagnostics
internal import Files
internal import Planning
internal import Resources

extension Reconciler {
    /// Makes sure that a plan may and can be carried out, and returns the secrets that it writes; with a key for digests
    /// those of `adopting` too, as far as they are at hand.
    func prepare(
        _ plan: Plan, adopting: [Resource]
    ) async throws(ReconcileError) -> [SecretReference: Secret] {
        try checkFreezes(plan)
        var problems = plan.diagnostics.filter { $0.severity == .error } + plan.refusals
        var known: [SecretReference: Secret] = [:]
        var missing: Set<SecretReference> = []
        for change in plan.changes {
            // A roll-out saves nothing, and a deletion writes nothing of what was declared.
            let references = [.rollout, .delete].contains(change.action) ? [] : change.resource.spec.secrets
            for reference in references where known[reference] == nil && !missing.contains(reference) {
                do throws(FileError) {
                    known[reference] = try await secrets.resolve(reference, for: .manifest)
                } catch {
                    missing.insert(reference)
                    var problem = error.diagnostic
                    problem.address = change.address.description
                    problem.mark = change.resource.spec.mark(of: reference) ?? change.resource.mark
                    problems.append(problem)
                }
            }
            if change.action != .delete, let problem = await archiveProblem(change) { problems.append(problem) }
        }
        guard problems.isEmpty else { throw ReconcileError(problems) }
        guard prints != nil else { return known }
        for reference in Set(adopting.flatMap(\.spec.secrets)) where known[reference] == nil {
            known[reference] = try? await secrets.resolve(reference, for: .manifest)
        }
        return known
    }
}
