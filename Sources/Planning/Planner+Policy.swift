package import Diagnostics
package import Resources

/// The rules that the environment sets for every plan.
extension Planner {
    mutating func checkPolicy() {
        if options.purpose != .destroy { checkDeclared() }
        checkProtection()
        plan.refusals += freezeRefusals(of: plan, now.freezes)
    }

    /// What a change would bring about is refused; what is so already is told.
    private mutating func checkDeclared() {
        let changing = Set(plan.changes.lazy.filter { $0.action != .delete }.map(\.address))
        let leaving = Set(plan.changes.lazy.filter { $0.action == .delete }.map { $0.address.description })
        for breach in PolicyRules(desired: desired, live: live, today: now.today).breaches() {
            guard breach.carriers.contains(where: selection.contains),
                !(breach.diagnostic.address.map(leaving.contains) ?? false)
            else { continue }
            if breach.carriers.contains(where: changing.contains) {
                plan.refusals.append(breach.diagnostic)
            } else {
                var told = breach.diagnostic
                told.severity = .warning
                plan.diagnostics.append(told)
            }
        }
    }

    private mutating func checkProtection() {
        guard let rule = desired.environment.policy.protect else { return }
        let leaving = plan.changes.filter { $0.action == .delete || $0.action == .replace }
        for change in leaving.sorted(by: { $0.address < $1.address }) {
            guard let pattern = rule.value.first(where: { Selection.matches(change.address, orItsPackage: $0) }) else {
                continue
            }
            let isReplaced = change.action == .replace
            plan.refusals.append(
                Diagnostic(
                    .error, "policy-protect",
                    "the policy 'protect: \(pattern)' forbids to \(isReplaced ? "replace" : "delete") '\(change.address)'",
                    at: rule.mark,
                    hint: isReplaced
                        ? "Change the fields back that can't be changed in place, or leave it out with --exclude."
                        : "Declare it again, or leave it out with --exclude.",
                    address: change.address.description,
                    related: [Diagnostic.Related(change.cause.mark, isReplaced ? "declared here" : "was declared here")]
                ))
        }
    }
}

/// Why freezes forbid to carry out a plan; none when it changes nothing.
///
/// A saved plan is asked again at its apply: it may have been made before the freeze began.
package func freezeRefusals(of plan: Plan, _ freezes: [FreezeInForce]) -> [Diagnostic] {
    guard !plan.isEmpty else { return [] }
    return freezes.map { freeze in
        let until = freeze.until.map { "until \($0) (\(freeze.window.timeZone))" } ?? "for ever"
        let reason = freeze.window.reason.map { ": \($0)" } ?? ""
        return Diagnostic(
            .error, "policy-freeze", "a freeze of the policy forbids all changes \(until)\(reason)",
            at: freeze.window.mark, hint: "Apply it later. To look at plans and drift is allowed as always.")
    }
}

/// What an apply of the declared resources would be refused for, as far as can be told without any node.
///
/// What live fields could make good is a warning. `today` is a date, as `2026-12-31`.
package func policyProblems(of desired: DesiredState, today: String) -> [Diagnostic] {
    PolicyRules(desired: desired, live: nil, today: today).breaches().map { breach in
        var told = breach.diagnostic
        if breach.dependsOnLive { told.severity = .warning }
        return told
    }
}
