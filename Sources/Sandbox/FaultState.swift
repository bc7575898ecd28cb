/// A fault plan at work: its dice, and how often each rule has hit.
struct FaultState: Sendable {
    /// What happens to one request.
    enum Effect: Equatable {
        case none
        case error(status: Int, retryAfter: Int?)
        case lostAnswer
        case truncate
        case html
        case hang
    }

    private(set) var plan = FaultPlan()
    private var random = SplitMix64(state: 0)

    mutating func use(_ plan: FaultPlan) {
        self.plan = plan
        random = SplitMix64(state: plan.seed)
    }

    /// Decides over one request; `latency` is what it is held back besides, in milliseconds.
    mutating func decide(_ method: String, _ path: String) -> (effect: Effect, latency: Int) {
        var latency = 0
        for index in plan.rules.indices {
            let rule = plan.rules[index]
            if rule.times == 0 { continue }
            guard globMatches(rule.method, method), globMatches(rule.path, path) else { continue }
            latency += rule.latency
            let effect = roll(rule)
            if effect != .none || rule.latency > 0 { plan.rules[index].times? -= 1 }
            if effect != .none { return (effect, latency) }
        }
        return (.none, latency)
    }

    private mutating func roll(_ rule: FaultPlan.Rule) -> Effect {
        let effects: [(Double, Effect)] = [
            (rule.errorRate, .error(status: rule.status, retryAfter: rule.retryAfter)),
            (rule.lostAnswers, .lostAnswer), (rule.truncate, .truncate), (rule.html, .html), (rule.hang, .hang),
        ]
        for (rate, effect) in effects where rate > 0 && random.unit() < rate { return effect }
        return .none
    }

    /// How the next update of a deployment ends, if the plan says so.
    mutating func takeUpdate(_ deployment: String) -> UpdateFault.Outcome? {
        guard
            let index = plan.updates.firstIndex(where: {
                $0.times != 0 && globMatches($0.deployment, deployment)
            })
        else { return nil }
        plan.updates[index].times? -= 1
        return plan.updates[index].outcome
    }
}
