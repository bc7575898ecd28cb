internal import Diagnostics

/// Why a command ends without its result.
struct Failure: Error {
    let diagnostics: [Diagnostic]
    let status: ExitStatus
    /// Whether the diagnostics are on standard error already.
    var isTold = false

    init(_ diagnostics: [Diagnostic], _ status: ExitStatus = .error) {
        precondition(!diagnostics.isEmpty, "a failure says why")
        self.diagnostics = diagnostics
        self.status = status
    }

    init(_ diagnostic: Diagnostic, _ status: ExitStatus = .error) { self.init([diagnostic], status) }

    init(_ error: some DiagnosableError, _ status: ExitStatus = .error) { self.init(error.diagnostic, status) }

    static func alreadyTold(_ diagnostics: [Diagnostic], _ status: ExitStatus = .error) -> Failure {
        var failure = Failure(diagnostics, status)
        failure.isTold = true
        return failure
    }
}
