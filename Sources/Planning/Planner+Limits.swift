internal import Diagnostics
internal import Resources

/// How much one plan may do.
extension Planner {
    mutating func checkLimits() {
        let limits = desired.environment.limits
        let deletes = plan.count(.delete) + plan.count(.replace)
        if plan.changes.count > limits.maxChanges.allowed(of: desired.resources.count) {
            plan.refusals.append(
                Diagnostic(
                    .error, "limit-max-changes",
                    "the plan has \(plan.changes.count) changes, and limits.maxChanges is \(limits.maxChanges.text)",
                    hint: "Check that no overlay or variable changed everything; then raise limits.maxChanges."))
        }
        if deletes > limits.maxDeletes.allowed(of: desired.resources.count) {
            plan.refusals.append(
                Diagnostic(
                    .error, "limit-max-deletes",
                    "the plan deletes \(deletes) live objects, and limits.maxDeletes is \(limits.maxDeletes.text)",
                    hint: "A replacement counts as a deletion. Raise limits.maxDeletes for this run if it is meant."))
        }
    }
}
