package import Diagnostics

/// Why nothing could be planned, or why an apply did not begin. Nothing was written.
package struct ReconcileError: DiagnosableError {
    package enum Reason: Hashable, Sendable {
        case failed
        /// Another run holds the lock of the environment.
        case locked
        /// The environment's policy forbids it.
        case refused
    }

    package let reason: Reason
    package let diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic], _ reason: Reason = .failed) {
        precondition(!diagnostics.isEmpty, "an error says at least one thing")
        self.diagnostics = diagnostics
        self.reason = reason
    }

    package init(_ diagnostic: Diagnostic, _ reason: Reason = .failed) { self.init([diagnostic], reason) }

    package var diagnostic: Diagnostic { diagnostics[0] }
}
