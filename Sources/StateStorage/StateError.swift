package import Diagnostics
package import Resources

/// Why the state could not be read or written.
package struct StateError: DiagnosableError, Hashable {
    package enum Reason: Hashable, Sendable {
        /// Another run took the lease over, or it ran out.
        case leaseLost
        /// The file is no state, or damaged; it was left as it is.
        case damaged
        /// A newer Mooring wrote it.
        case newer
        /// No room on the disk.
        case full
        case denied
        /// The server does not answer, or ended the connection.
        case unreachable
        case failed
    }

    package let reason: Reason
    package let diagnostic: Diagnostic

    package init(_ reason: Reason, _ code: String, _ message: String, hint: String? = nil) {
        self.reason = reason
        diagnostic = Diagnostic(.error, code, message, hint: hint)
    }
}

extension StateError {
    /// Another run has the lease of ours.
    package static func leaseLost(_ lease: Lease) -> StateError {
        StateError(
            .leaseLost, "lease-lost", "this run no longer holds the lock of '\(lease.environment)'",
            hint: "Another run took over, or this one stood still for too long. Nothing more is written; plan again.")
    }
}
