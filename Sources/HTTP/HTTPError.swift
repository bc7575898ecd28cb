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
    package var diagnostic: Diagnostic {
        Diagnostic(.error, kind.code, "\(summary): \(message) ('\(request)')", hint: kind.hint)
    }

    private var summary: String {
        let server = origin.isEmpty ? "the server" : "'\(origin)'"
        return switch kind {
        case .unreachable: "no connection to \(server)"
        case .tls: "no trusted connection to \(server)"
        case .timeout: "no whole answer in time from \(server)"
        case .connectionLost: "the connection to \(server) broke"
        case .bodyTooLarge: "the answer of \(server) is refused"
        case .invalidRequest: "the request cannot be sent"
        case .file: "a file for \(server) failed"
        case .cancelled: "the request was given up"
        }
    }
}

extension HTTPError.Kind {
    fileprivate var code: String {
        switch self {
        case .unreachable: "http-unreachable"
        case .tls: "http-tls"
        case .timeout: "http-timeout"
        case .connectionLost: "http-connection-lost"
        case .bodyTooLarge: "http-body-too-large"
        case .invalidRequest: "http-invalid-request"
        case .file: "http-file"
        case .cancelled: "http-cancelled"
        }
    }

    fileprivate var hint: String? {
        switch self {
        case .unreachable:
            "Check the connection's 'url', whether the server runs, and the proxy that the environment names "
                + "(http_proxy, https_proxy, no_proxy)."
        case .tls:
            "Name the authority that signed the server's certificate with 'caFile', and give a 'clientCertificate' "
                + "if the server asks for one."
        case .timeout:
            "The server is slow or hangs; give it longer with 'limits.requestTimeout'. The request may have been "
                + "carried out."
        case .connectionLost:
            "The server or a proxy between hung up; see its log. The request may have been carried out."
        case .bodyTooLarge:
            "Check that the 'url' leads to DSS and not to another server."
        case .invalidRequest:
            "Check the connection's 'url' and 'headers'."
        case .file:
            "Check that the file exists, that you may use it, and that the disk has room."
        case .cancelled:
            nil
        }
    }
}
