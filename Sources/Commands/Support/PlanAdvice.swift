internal import Diagnostics
internal import Planning

/// What stands below a plan: the command that carries it out, or what to mend first.
struct PlanAdvice {
    let plan: Plan
    /// Whether a secret that an apply writes cannot be had here.
    var lacksSecrets = false

    /// For a plan that is shown and not kept; `command` makes it again and carries it out.
    func text(command: String) -> String? {
        if let obstacle { return obstacle }
        if plan.isEmpty { return nil }
        return lacksSecrets
            ? "Provide the secrets that are unavailable here. Then, to do this: \(command)" : "To do this: \(command)"
    }

    /// For a plan in a file; `command` carries out just that.
    func text(savedCommand command: String) -> String? {
        if let obstacle { return obstacle }
        return lacksSecrets
            ? "Provide the secrets that are unavailable here. Then, to do exactly this: \(command)"
            : "To do exactly this: \(command)"
    }

    private var obstacle: String? {
        if plan.diagnostics.hasErrors { return "Nothing can be applied: mend the errors, then plan again." }
        if !plan.refusals.isEmpty {
            return "An apply will refuse this plan: mend what is listed under 'An apply will refuse', then plan again."
        }
        return nil
    }
}

extension Plan {
    /// The refusals as a plan tells them: it only warns of what an apply will do.
    var warningsOfRefusals: [Diagnostic] {
        refusals.map { refusal in
            var warning = refusal
            warning.severity = .warning
            warning.message = "an apply will refuse: \(refusal.message)"
            return warning
        }
    }
}
