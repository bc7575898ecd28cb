package import Diagnostics

/// Why the daemon does not do what somebody asks.
package struct WatchRefusal: DiagnosableError {
    package enum Reason: Hashable, Sendable {
        /// There is no such repository, environment or plan.
        case unknown
        /// It does not fit how things stand: the plan is another one by now, nothing is suspended.
        case conflict
        /// It cannot be told now: too many ask, or what is to be asked is away.
        case unavailable
    }

    package let reason: Reason
    package let diagnostic: Diagnostic

    package init(_ reason: Reason, _ diagnostic: Diagnostic) {
        self.reason = reason
        self.diagnostic = diagnostic
    }
}
