internal import CLibGit2
package import Diagnostics
internal import Files

/// Why something of git could not be had.
package struct GitError: DiagnosableError, Hashable {
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The server or the folder is away, or does not answer.
        case unreachable
        /// It is there and does not let us in, or we do not trust it.
        case denied
        /// The repository has no such branch, tag or version.
        case missingRef
        /// There is no such repository, commit or file.
        case missing
        /// More than the bounds allow.
        case tooLarge
        /// What we keep of it is damaged; it is fetched anew by itself.
        case corrupt
        /// A commit that is not signed as it must be.
        case untrusted
        /// A kind of repository, address or object that we do not know.
        case unsupported
        /// Anything else.
        case failed
    }

    package let reason: Reason
    package let diagnostic: Diagnostic

    init(_ reason: Reason, _ message: String, hint: String? = nil) {
        self.reason = reason
        diagnostic = Diagnostic(.error, "git-\(reason.code)", message, hint: hint)
    }

    /// Whether it may pass by itself, so that the next look-up is worth its while.
    package var isTransient: Bool {
        switch reason {
        case .unreachable, .missingRef, .missing, .corrupt, .failed: true
        case .denied, .tooLarge, .untrusted, .unsupported: false
        }
    }
}

extension GitError.Reason {
    /// As a diagnostic's code ends.
    fileprivate var code: String {
        switch self {
        case .missingRef: "missing-ref"
        case .tooLarge: "too-large"
        default: rawValue
        }
    }
}

extension GitError {
    static let withoutLibrary = GitError(
        .unsupported, "there is no libgit2 1.5 on this machine", hint: "Install 'libgit2-1.5'.")
}

extension GitError {
    /// What libgit2 says of a piece of work, as `read commit 1a2b3c4d5e`, at a place, as users know it.
    init(_ failure: LibraryFailure, _ work: String, at place: String) {
        if let found = failure.found {
            self = found
            return
        }
        let message = "cannot \(work) of '\(place)': \(failure.message)"
        switch (failure.code, failure.kind) {
        case (GIT_EAUTH, _):
            self.init(.denied, message, hint: "Check what 'credentials' names, and that it may read the repository.")
        case (GIT_ECERTIFICATE, _), (_, GIT_ERROR_SSL):
            self.init(.denied, message, hint: "Name the authority that signed the server's certificate with 'caFile'.")
        case (_, GIT_ERROR_NET), (_, GIT_ERROR_HTTP), (_, GIT_ERROR_SSH):
            self.init(.unreachable, message)
        case _ where failure.isDamage: self.init(.corrupt, message)
        case (GIT_ENOTFOUND, _): self.init(.missing, message)
        default: self.init(.failed, message)
        }
    }

    /// What a file of ours did not let us do.
    init(_ error: FileError) {
        self.init(.failed, error.diagnostic.message, hint: error.diagnostic.hint)
    }

    static func damaged(_ place: String) -> GitError {
        GitError(
            .corrupt, "what is kept of '\(place)' is damaged",
            hint: "It is fetched anew by itself when the repository can be reached.")
    }

    static func tooMuch(bytes: Int) -> GitError {
        GitError(
            .tooLarge, "the repository holds more than one fetch may bring: \(bytes >> 20) MiB",
            hint: "Raise 'maxFetch', or follow a repository that holds manifests alone.")
    }

    static let tooDeep = GitError(
        .tooLarge, "the repository has folders more than 256 levels deep", hint: "No folder of a user is so deep.")
}
