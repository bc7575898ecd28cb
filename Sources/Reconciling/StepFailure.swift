internal import DSS
internal import Diagnostics
internal import Files
internal import Planning

/// Why a change was not carried out.
struct StepFailure: Error {
    let result: Outcome.Result
    var diagnostics: [Diagnostic]

    init(_ result: Outcome.Result, _ diagnostics: [Diagnostic]) {
        self.result = result
        self.diagnostics = diagnostics
    }

    init(_ diagnostic: Diagnostic, _ result: Outcome.Result = .failed) { self.init(result, [diagnostic]) }
    init(_ error: DSSError) { self.init(error.diagnostic) }
    init(_ error: FileError) { self.init(error.diagnostic) }
}
