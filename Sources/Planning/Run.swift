package import Diagnostics
package import Resources

/// What became of a plan that was applied.
package struct Run: Hashable, Sendable {
    package enum End: Hashable, Sendable {
        case finished
        /// `limits.stopAfterFailures` was reached.
        case stoppedAfterFailures
        /// SIGINT (2) or SIGTERM (15): what was in flight was finished, nothing new was started.
        case interrupted(signal: Int32)
    }

    package let environment: String
    /// In the order of the plan, one for each change.
    package var outcomes: [Outcome]
    package var end = End.finished
    /// As history names it; nil when nothing was recorded.
    package var number: Int?
    /// What went wrong with the run itself: it lost its lock, or what it did could not be recorded.
    package var problem: Diagnostic?

    package init(environment: String, outcomes: [Outcome]) {
        self.environment = environment
        self.outcomes = outcomes
    }

    package func count(_ result: Outcome.Result) -> Int { outcomes.count { $0.result == result } }
}

/// What became of one change.
package struct Outcome: Hashable, Sendable {
    package enum Result: String, Hashable, Sendable, CaseIterable {
        case applied
        case failed
        /// The object moved since the plan was made: nothing was written to it.
        case moved
        /// The roll-out failed, and the mapping and settings before it are back.
        case rolledBack = "rolled-back"
        /// Something that it waits for failed.
        case skipped
        /// The run ended before its turn.
        case notStarted = "not-started"
    }

    package let address: Address
    package let action: Action
    package var result: Result
    /// Why it failed, was skipped or rolled back; warnings of one that was applied.
    package var diagnostics: [Diagnostic]
    /// DSS's word for the health that a deployment ended in.
    package var health: String?
    /// Where a deployment's service answers.
    package var serviceURLs: [String]
    package var milliseconds: Int

    package init(
        address: Address, action: Action, result: Result, diagnostics: [Diagnostic] = [], health: String? = nil,
        serviceURLs: [String] = [], milliseconds: Int = 0
    ) {
        self.address = address
        self.action = action
        self.result = result
        self.diagnostics = diagnostics
        self.health = health
        self.serviceURLs = serviceURLs
        self.milliseconds = milliseconds
    }
}

/// What happens while a plan is applied, as it happens.
package enum RunEvent: Hashable, Sendable {
    case started(Address, Action)
    /// A remote call is about to be sent.
    case step(Address, Step)
    /// A roll-out goes on: what it waits for, and for how long already.
    case waiting(Address, text: String, milliseconds: Int)
    case finished(Outcome)
    /// Something that the user should know at once.
    case notice(Diagnostic)
}
