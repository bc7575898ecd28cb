package import Diagnostics

/// Why a sandbox does not open.
package struct SandboxError: DiagnosableError, Hashable {
    package enum Kind: String, Hashable, Sendable {
        /// The data folder cannot be read or written.
        case data = "sandbox-data"
        /// The data folder holds something that this program did not write.
        case corrupt = "sandbox-corrupt"
        /// The seed does not describe a sandbox.
        case seed = "sandbox-seed"
        /// The fault plan in the data folder is not one.
        case faults = "sandbox-faults"
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension SandboxError {
    package var diagnostic: Diagnostic {
        let hint: String? =
            switch kind {
            case .data: "Check that the folder can be written by this user and that its disk is not full."
            case .corrupt: "Move the folder away and start with a fresh one."
            case .seed, .faults: nil
            }
        return Diagnostic(.error, kind.rawValue, message, hint: hint)
    }
}
