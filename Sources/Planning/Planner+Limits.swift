internal import Diagnostics
internal import Resources

/// How much one plan may do.
extension Planner {
    /// A share is one of the objects that are managed: declared, or owned and declared no more.
    mutating func checkLimits() {
        checkEmptySet()
        let limits = desired.environment.limits
        let managed = managedCount
        if plan.changes.count > limits.maxChanges.allowed(of: managed) {
            plan.refusals.append(
                Diagnostic(
                    .error, "limit-max-changes",
                    "the plan has \(plan.changes.count) changes, and limits.maxChanges is "
                        + text(limits.maxChanges, of: managed),
                    hint: "Check that no overlay or variable changed everything; then raise limits.maxChanges."))
        }
        let deletes = plan.count(.delete) + plan.count(.replace)
        let most = options.maxDeletes ?? limits.maxDeletes
        if deletes > most.allowed(of: managed) {
            plan.refusals.append(
                Diagnostic(
                    .error, "limit-max-deletes",
                    "the plan deletes \(deletes) live object\(deletes == 1 ? "" : "s"), and "
                        + (options.maxDeletes == nil ? "limits.maxDeletes" : "--max-deletes")
                        + " is \(text(most, of: managed))",
                    hint: (plan.count(.replace) > 0 ? "A replacement counts as a deletion. " : "")
                        + "If it is meant, raise limits.maxDeletes, or allow it for this run with --max-deletes \(deletes)."
                ))
        }
    }

    /// A folder that moved or an overlay that lost its way must not empty an environment.
    private mutating func checkEmptySet() {
        let spared = plan.orphaned.count { $0.reason == Departures.emptySetReason }
        guard spared > 0 else { return }
        plan.refusals.append(
            Diagnostic(
                .error, "empty-set",
                "no resource is declared, and pruning would delete all \(spared) that Mooring made",
                at: desired.environment.mark,
                hint: "Look whether 'manifests' still names the right folders. To delete everything, use "
                    + "`mooring destroy`."))
    }

    private func text(_ bound: Bound, of managed: Int) -> String {
        if case .percent = bound { return "\(bound.text) of \(managed)" }
        return bound.text
    }

    private var managedCount: Int {
        let declared = desired.resources.count { !$0.isExternal && !$0.isReference(in: desired.environment) }
        let others = state.records.values.count { record in
            guard record.ownership == .owned, !record.isOutOfReach(in: desired.environment) else { return false }
            guard let resource = desired[record.address.withoutVersion] else { return true }
            return record.address.version.map { $0 != resource.spec["version"]?.string } ?? false
        }
        return declared + others
    }
}
