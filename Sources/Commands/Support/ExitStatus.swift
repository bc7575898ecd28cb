internal import Planning

/// What the process says when it ends; the numbers are a promise to scripts.
enum ExitStatus: Int32 {
    /// Done, or nothing to do.
    case done = 0
    case error = 1
    /// With `drift` and `plan --detailed-exitcode`: the manifests ask for something.
    case changesPending = 2
    /// Live moved by itself, or is unhealthy.
    case drifted = 3
    case driftedAndPending = 4
    /// The saved plan is stale.
    case stale = 5
    /// Another run or server holds what this one needs.
    case locked = 6
    /// Policy, protection, limits, no approval.
    case refused = 7
    case partlyApplied = 8
    case rolledBack = 9
    case usage = 64
    /// The terminal went away.
    case hungUp = 129
    case interrupted = 130
    case terminated = 143

    /// A signal asked for the end: 128 and its number, as a shell says it.
    init(signal: Int32) { self = ExitStatus(rawValue: 128 + signal) ?? .interrupted }

    /// What a comparison came to.
    init(_ report: DriftReport) {
        let isOff = report.hasDrift || report.count(.unhealthy) > 0
        self =
            switch (isOff, report.hasPending) {
            case (true, true): .driftedAndPending
            case (true, false): .drifted
            // Of what could not be read, nobody knows that it did not drift.
            case (false, _) where report.count(.unknown) > 0: .error
            case (false, true): .changesPending
            case (false, false): .done
            }
    }

    /// What a run came to.
    init(_ run: Run) {
        if case .interrupted(let signal) = run.end {
            self.init(signal: signal)
        } else if run.outcomes.allSatisfy({ $0.result == .applied }) {
            self = .done
        } else if run.count(.failed) == 0, run.count(.moved) == 0, run.count(.rolledBack) > 0 {
            self = .rolledBack
        } else if run.count(.applied) > 0 || run.count(.moved) > 0 || run.count(.rolledBack) > 0 {
            self = .partlyApplied
        } else {
            self = .error
        }
    }
}
