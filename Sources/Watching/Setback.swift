internal import Diagnostics
internal import Files
internal import Git
internal import Reconciling
internal import Resources

/// Why a step of an environment did not come to its end.
struct Setback: Error, Hashable, Sendable {
    enum Class: Hashable, Sendable {
        /// It passes: the same commit is tried again.
        case passing
        /// The commit is held.
        case lasting
        /// A freeze holds: it waits for its end.
        case frozen
        /// The plan that somebody agreed to is no more what would be done.
        case stale
        /// Something newer came, or the daemon stops.
        case superseded
    }

    let diagnostics: [Diagnostic]
    let kind: Class
    var isRolledBack = false
    /// Who holds the lock that was in the way.
    var lock: LockStatus?
    /// Whether what is kept of the repository is damaged, so that it must be fetched anew.
    var isMirrorDamaged: Bool { diagnostics.contains { $0.code == "git-corrupt" } }

    /// A message and the line that it speaks of are a manifest's, of any length, and are remembered, shown and told in many
    /// places.
    private static let longestText = 2000

    init(_ diagnostics: [Diagnostic], _ kind: Class) {
        self.diagnostics = diagnostics.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.message = Setback.cut(diagnostic.message)
            diagnostic.hint = diagnostic.hint.map(Setback.cut)
            if let excerpt = diagnostic.excerpt, excerpt.utf8.count > Setback.longestText { diagnostic.excerpt = nil }
            return diagnostic
        }
        self.kind = kind
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > longestText else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(longestText - 1))) + "…"
    }

    /// Judged by the codes.
    init(_ diagnostics: [Diagnostic]) {
        self.init(diagnostics, FailureClass.isTransient(diagnostics) ? .passing : .lasting)
    }

    init(_ error: GitError) {
        self.init([error.diagnostic], error.isTransient || error.reason == .denied ? .passing : .lasting)
    }

    /// Of a plan or an apply that did not begin.
    init(_ error: ReconcileError) {
        let errors = error.diagnostics.filter { $0.severity == .error }
        if error.reason == .locked {
            self.init(error.diagnostics, .passing)
        } else if !errors.isEmpty, errors.allSatisfy({ $0.code == Setback.freezeCode }) {
            self.init(error.diagnostics, .frozen)
        } else {
            self.init(error.diagnostics)
        }
    }

    /// The data folder could not be written: that says nothing about the commit.
    init(data error: FileError) {
        self.init(
            [
                Diagnostic(
                    .error, "data-failed", "the daemon cannot keep what it must remember: \(error.diagnostic.message)",
                    hint: "Nothing is applied that could not be resumed. See to the folder that 'data' names.")
            ], .passing)
    }

    static let freezeCode = "policy-freeze"
    static let superseded = Setback([], .superseded)
}
