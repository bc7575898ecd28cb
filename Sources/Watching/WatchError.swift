package import Diagnostics

/// Why a daemon could not begin.
package struct WatchError: DiagnosableError {
    package enum Reason: Hashable, Sendable {
        /// Another daemon works in the same data folder.
        case held
        /// The data folder cannot be used.
        case failed
    }

    package let reason: Reason
    package let diagnostic: Diagnostic

    init(_ reason: Reason, _ diagnostic: Diagnostic) {
        self.reason = reason
        self.diagnostic = diagnostic
    }
}
