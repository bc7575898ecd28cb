internal import Diagnostics

/// Which failures say nothing about a commit: they pass, and the same commit is tried again.
enum FailureClass {
    /// The codes of what passes by itself or is mended elsewhere than in the repository: connections, servers, keys, the
    /// state, locks, the disk. All others hold the commit.
    static let transientCodes: Set<String> = [
        // HTTP
        "http-unreachable", "http-timeout", "http-connection-lost", "http-cancelled", "http-tls",
        // DSS; a rejected key is no fault of the commit, and a page instead of an answer is a proxy's
        "dss-unavailable", "dss-busy", "dss-server-error", "dss-unauthorized", "dss-unexpected-answer", "dss-redirect",
        // StateStorage
        "state-unreachable", "state-busy", "state-full", "state-denied", "state-failed", "state-damaged",
        "state-connection", "state-newer", "state-replaced", "state-encoding", "libpq-missing", "lease-lost",
        // Reconciling
        "locked", "update-under-way",
        // Files: a secret may be there a moment later
        "secret-unavailable", "no-time-zones",
        // The daemon's own disk is full, or not its own: what a commit names is never told by these
        "file-failed", "file-denied", "http-file",
        // Git: what is kept of a repository is fetched anew
        "git-corrupt",
        // Watching
        "data-failed",
    ]

    /// DSS answers 500 for its own faults and for what it can never do alike: after some attempts it is the commit's.
    private static let doubtfulCodes: Set<String> = ["dss-server-error"]
    private static let mostAttempts = 5

    /// Whether what failed so many times in a row, now for one of these reasons, passes no more.
    static func hasLasted(_ diagnostics: [Diagnostic], failures: Int) -> Bool {
        failures + 1 >= mostAttempts
            && diagnostics.contains { $0.severity == .error && doubtfulCodes.contains($0.code) }
    }

    static func isTransient(_ diagnostic: Diagnostic) -> Bool { transientCodes.contains(diagnostic.code) }

    /// Whether all that failed passes: one lasting reason is enough to hold, since each new attempt would bring it about
    /// again.
    static func isTransient(_ diagnostics: [Diagnostic]) -> Bool {
        let errors = diagnostics.filter { $0.severity == .error }
        return !errors.isEmpty && errors.allSatisfy(isTransient)
    }
}
