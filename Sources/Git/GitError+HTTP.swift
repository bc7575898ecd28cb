internal import Glibc
internal import HTTP

extension GitError {
    init(_ error: HTTPError, at url: String, mostBytes: Int) {
        switch error.kind {
        case .unreachable, .timeout, .connectionLost, .cancelled:
            self.init(
                .unreachable, "no answer from '\(url)': \(error.message)",
                hint: "Check 'url', whether the server runs, and the proxy that the environment names.")
        case .tls:
            self.init(
                .denied, "no trusted connection to '\(url)': \(error.message)",
                hint: "Name the authority that signed the server's certificate with 'caFile', and give a "
                    + "'clientCertificate' if the server asks for one.")
        case .bodyTooLarge: self = .tooMuch(bytes: mostBytes)
        case .invalidRequest: self.init(.unsupported, "'\(url)' cannot be asked: \(error.message)")
        case .file: self.init(.failed, "what '\(url)' sends cannot be stored: \(error.message)")
        }
    }

    /// An answer that is no success.
    init(_ response: HTTPResponse, at url: String, hasToken: Bool) {
        switch response.status {
        case 401, 403:
            self.init(
                .denied, "'\(url)' does not let us in (HTTP \(response.status))",
                hint: hasToken
                    ? "Check that the token is not expired, and that it may read this repository."
                    : "Give a 'token' under 'credentials' that may read this repository.")
        case 404, 410:
            self.init(
                .missing, "there is no git repository at '\(url)' (HTTP \(response.status))",
                hint: hasToken
                    ? "Check 'url'; forges say so too where the token may not read the repository."
                    : "Check 'url'; forges say so too where a token is needed.")
        case 300..<400:
            let target = response.headers["Location"].map { " to '\(withoutLogin($0))'" } ?? ""
            self.init(
                .unsupported, "'\(url)' sends us on\(target) (HTTP \(response.status))",
                hint: "Write the address that it leads to as 'url': no credentials are sent elsewhere.")
        default:
            self.init(.unreachable, "'\(url)' fails (HTTP \(response.status))", hint: "See the server's log.")
        }
    }

    /// `verb` as in "cannot read"; reads `errno`.
    static func system(_ verb: String, _ path: String) -> GitError {
        GitError(.failed, "cannot \(verb) '\(path)': \(String(cString: strerror(errno)))")
    }
}
