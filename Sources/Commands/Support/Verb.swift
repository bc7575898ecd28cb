internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Reports

/// A command that ends with one answer.
protocol Verb: AsyncParsableCommand {
    var output: OutputOptions { get }
    /// Whether standard output gets one JSON document, whatever happens.
    var printsDocument: Bool { get }

    func answer(_ session: Session) async throws(Failure) -> Answer

    /// What `--json` prints when there is no result.
    static func document(failed diagnostics: [Diagnostic]) -> JSONValue
}

extension Verb {
    var printsDocument: Bool { output.json }

    static func document(failed diagnostics: [Diagnostic]) -> JSONValue {
        failureDocument(diagnostics)
    }

    func run() async throws {
        let session = Session(output, isJSON: printsDocument)
        let status: ExitStatus
        do {
            status = session.finish(try await answer(session))
        } catch {
            var failure = Answer(status: error.status, document: Self.document(failed: error.diagnostics))
            if !error.isTold { failure.diagnostics = error.diagnostics }
            status = session.finish(failure)
        }
        throw ExitCode(status.rawValue)
    }
}

/// The document of a command that has no form of its own for its failures.
func failureDocument(_ diagnostics: [Diagnostic]) -> JSONValue {
    ["mooring": .string(mooringVersion), "diagnostics": diagnosticsJSON(diagnostics)]
}
