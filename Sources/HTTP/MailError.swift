internal import CLibCurl
package import Diagnostics

/// Why a mail was not taken.
package struct MailError: DiagnosableError, Hashable {
    package enum Kind: String, Hashable, Sendable {
        case unreachable, tls, denied, refused, timeout, cancelled
        case invalid
    }

    package let kind: Kind
    /// In a few words; never what we sent.
    package let message: String
    /// The server's last answer, as 550; nil where there was none.
    package let code: Int?

    package init(_ kind: Kind, _ message: String, code: Int? = nil) {
        self.kind = kind
        self.message = message
        self.code = code
    }

    /// Whether the same may be taken later: by SMTP's own words, 4xx may and 5xx may not (RFC 5321, 4.2.1).
    package var isTransient: Bool {
        switch kind {
        case .unreachable, .timeout: true
        case .refused: code.map { $0 < 500 } ?? true
        case .tls, .denied, .cancelled, .invalid: false
        }
    }

    package var diagnostic: Diagnostic { Diagnostic(.error, "mail-\(kind.rawValue)", message) }

    /// libcurl's result; `code` is the server's last answer.
    init(_ result: CURLcode, code: Int) {
        let code = (400..<600).contains(code) ? code : nil
        let answer = code.map { " (\($0))" } ?? ""
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT:
            self.init(.unreachable, "the mail server cannot be reached: its name is unknown, or nobody listens")
        case CURLE_USE_SSL_FAILED:
            self.init(.tls, "the mail server does not encrypt the connection (STARTTLS), which is required", code: code)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            self.init(.tls, "the mail server's certificate is not trusted, or it speaks no TLS")
        case CURLE_LOGIN_DENIED:
            self.init(.denied, "the mail server does not take the user and password\(answer)", code: code)
        case CURLE_OPERATION_TIMEDOUT: self.init(.timeout, "the mail server did not answer in time")
        case CURLE_ABORTED_BY_CALLBACK: self.init(.cancelled, "it was given up because the program ends")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            self.init(.invalid, "the mail server's address is none")
        default:
            let what = code == nil ? "the connection to the mail server broke" : "the mail server refused the message"
            self.init(.refused, what + answer, code: code)
        }
    }
}
