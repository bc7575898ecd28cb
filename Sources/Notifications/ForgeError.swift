package import Diagnostics
internal import HTTP

/// Why a forge (GitHub, GitLab, Gitea) did not do what we asked. No token is in it.
package struct ForgeError: DiagnosableError, Hashable {
    package enum Reason: Hashable, Sendable {
        /// Nobody answered, or the server failed.
        case away
        /// The token is none, or may not do this.
        case denied
        /// There is no such repository, commit or request, or the token does not see it.
        case missing
        /// Too many requests.
        case limited
        /// What we sent is not taken, or the answer is none that we know.
        case refused
    }

    package let reason: Reason
    package let diagnostic: Diagnostic
    /// How long the forge wants to be left alone, where it says so.
    package let pause: Duration?

    package var isTransient: Bool { reason == .away || reason == .limited }

    init(_ reason: Reason, _ message: String, hint: String? = nil, pause: Duration? = nil) {
        self.reason = reason
        self.pause = pause
        let code =
            switch reason {
            case .away: "forge-away"
            case .denied: "forge-denied"
            case .missing: "forge-missing"
            case .limited: "forge-limited"
            case .refused: "forge-refused"
            }
        diagnostic = Diagnostic(.error, code, message, hint: hint)
    }

    init(_ error: HTTPError) {
        let isAway = [.unreachable, .timeout, .connectionLost, .cancelled].contains(error.kind)
        self.init(
            isAway ? .away : .refused, error.diagnostic.message,
            hint: "Check 'forge.api' in the watch file, and whether this machine reaches it.")
    }

    /// Nil for a success. `said` is what the forge says of a failure.
    init?(_ response: HTTPResponse, _ request: String, epochSeconds: Int, said: String?) {
        guard !(200..<300).contains(response.status) else { return nil }
        let words = "the forge answered \(response.status) to '\(request)'" + (said.map { ": \($0)" } ?? "")
        let asked = RetryAfter.parse(response.headers["Retry-After"], epochSeconds: epochSeconds)
        switch response.status {
        case 429:
            self.init(.limited, words, pause: asked ?? Self.reset(response, epochSeconds))
        // GitHub's limits answer so too, with one of these.
        case 403 where asked != nil || response.headers["X-RateLimit-Remaining"] == "0":
            self.init(.limited, words, pause: asked ?? Self.reset(response, epochSeconds))
        case 401, 403:
            self.init(
                .denied, words,
                hint: "The token must be able to write commit statuses and comments on pull requests: on GitHub "
                    + "'Commit statuses' and 'Pull requests' (write), on GitLab the scope 'api', on Gitea "
                    + "'write:repository' and 'write:issue'.")
        case 404:
            self.init(
                .missing, words, hint: "Check 'forge.repository' in the watch file, and that the token sees it.")
        case 408, 500...: self.init(.away, words, pause: asked)
        default: self.init(.refused, words)
        }
    }

    /// GitHub and Gitea name the second in which the limit ends, GitLab likewise under a name of its own.
    private static func reset(_ response: HTTPResponse, _ epochSeconds: Int) -> Duration? {
        let text = response.headers["X-RateLimit-Reset"] ?? response.headers["RateLimit-Reset"]
        // Limits are by the hour; no number leads beyond a day.
        guard let end = text.flatMap({ Int($0) }) else { return nil }
        return .seconds(min(max(end, epochSeconds) - epochSeconds, 86_400))
    }
}
