internal import DSS
internal import Diagnostics
internal import Files
internal import Planning
internal import Resources

/// Why a change was not carried out.
struct StepFailure: Error {
    let result: Outcome.Result
    var diagnostics: [Diagnostic]
    /// The changes of a unit that failed, each with its own diagnostics, where the others were carried out.
    var parts: [Address: [Diagnostic]]?

    init(_ result: Outcome.Result, _ diagnostics: [Diagnostic], parts: [Address: [Diagnostic]]? = nil) {
        self.result = result
        self.diagnostics = diagnostics
        self.parts = parts
    }

    init(_ diagnostic: Diagnostic, _ result: Outcome.Result = .failed) { self.init(result, [diagnostic]) }
    init(_ error: DSSError) { self.init(error.diagnostic) }
    init(_ error: FileError) { self.init(error.diagnostic) }
}
