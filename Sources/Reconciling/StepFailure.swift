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
    /// Whether its last write may have been done, or may be done yet: the next run finds out.
    var isOpen: Bool

    init(
        _ result: Outcome.Result, _ diagnostics: [Diagnostic], parts: [Address: [Diagnostic]]? = nil,
        isOpen: Bool = false
    ) {
        self.result = result
        self.diagnostics = diagnostics
        self.parts = parts
        self.isOpen = isOpen
    }

    init(_ diagnostic: Diagnostic, _ result: Outcome.Result = .failed, isOpen: Bool = false) {
        self.init(result, [diagnostic], isOpen: isOpen)
    }
    init(_ error: DSSError) { self.init(error.diagnostic) }
    /// What was begun may be done yet.
    init(open error: DSSError) { self.init(error.diagnostic, isOpen: true) }
    init(_ error: FileError) { self.init(error.diagnostic) }
}
