internal import Diagnostics
internal import Git
internal import Planning
internal import Resources

/// Where a pull request's branch began, and what was declared there: what it changes is told apart from the rest by it.
struct BranchBase: Sendable {
    /// The branch that it asks to be merged into.
    let name: String
    let commit: CommitStamp
    /// Nil: the watched folder is new since.
    let reading: CommitReading?

    /// What of a plan of the branch is the branch's own.
    func comparison(of plan: Plan, head: DesiredState) -> BranchComparison {
        let (desired, problem) = declared(head.environment.name)
        var comparison = BranchComparison(of: plan, name: name, base: commit, desired: desired, head: head)
        comparison.problem = problem
        return comparison
    }

    /// Nil where nothing was declared; with a problem where it cannot be read.
    private func declared(_ environment: String) -> (DesiredState?, Diagnostic?) {
        guard let reading else { return (nil, nil) }
        do throws(Setback) { return (try reading.desired(environment).desired, nil) } catch {
            let errors = error.diagnostics.filter { $0.severity == .error }
            let isNew = errors.allSatisfy { BranchBase.newCodes.contains($0.code) }
            return (nil, isNew ? nil : .baseNotValid(self, errors.first))
        }
    }

    /// What is wrong where the workspace, or the environment, came with the branch.
    private static let newCodes: Set<String> = ["no-workspace", "no-manifests", "unknown-environment"]
}

extension Diagnostic {
    fileprivate static func baseNotValid(_ base: BranchBase, _ first: Diagnostic?) -> Diagnostic {
        let place = first?.mark.map { " (\($0.file):\($0.line))" } ?? ""
        return Diagnostic(
            .warning, "base-not-valid",
            "the manifests of '\(base.name)', at \(base.commit.short), have errors: all changes count as this branch's",
            hint: first.map { "The first one: \($0.message)\(place)." })
    }
}
