package import Diagnostics

/// Why there is no whole answer to a request.
package struct HTTPError: DiagnosableError, Hashable {
    package enum Kind: String, Hashable, Sendable {
        /// The name does not resolve, or nobody listens: nothing was sent.
        case unreachable
        /// Certificates, protocol versions: nothing was sent.
        case tls
        /// The deadline passed. The request may have arrived.
        case timeout
        /// The connection broke after the request began: it may have arrived.
        case connectionLost
        case bodyTooLarge
        case invalidRequest
        /// The file that a body comes from or goes to could not be read or written.
        case file
        case cancelled
    }

    package let kind: Kind
    /// What happened, in a few words, with libcurl's own where they help.
    package let message: String
    /// The request's label: method and path.
    package let request: String
    /// Scheme, host and port that were asked; never a secret.
    package let origin: String

    package init(_ kind: Kind, _ message: String, request: String, origin: String = "") {
        self.kind = kind
        self.message = message
        self.request = request
        self.origin = origin
    }

    /// Whether the request may have reached the other side, so that a write must be settled by reading.
    package var mayHaveArrived: Bool { kind == .timeout || kind == .connectionLost || kind == .cancelled }
}

extension HTTPError {
    package var diagnostic: Diagnostic { Diagnostic(.error, "http-\(kind.rawValue)", "\(message): \(request)") }
}
