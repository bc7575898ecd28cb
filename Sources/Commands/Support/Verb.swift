internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Reports

/// A command that ends with one answer.
protocol Verb: AsyncParsableCommand {
    var output: OutputOptions { get }
    /// Whether standard output gets one JSON document, whatever happens.
    var printsDocument: Bool { get }

    /// The files that the result is written to as well.
    var reports: [ReportRequest] { get }

    func answer(_ session: Session) async throws(Failure) -> Answer

    /// What `--json` prints when there is no result.
    static func document(failed diagnostics: [Diagnostic]) -> JSONValue

    /// What is written to files when there is no result; nil where the command writes none.
    static func report(failed diagnostics: [Diagnostic]) -> ResultReport?
}

extension Verb {
    var printsDocument: Bool { output.json }
    var reports: [ReportRequest] { [] }

    static func document(failed diagnostics: [Diagnostic]) -> JSONValue {
        failureDocument(diagnostics)
    }

    static func report(failed diagnostics: [Diagnostic]) -> ResultReport? { nil }

    /// That there is no result, and why.
    static func checkReport(failed diagnostics: [Diagnostic]) -> ResultReport {
        let command = configuration.commandName ?? ""
        return .check(
            CheckReport(command: command, diagnostics: diagnostics, made: OpenState.milliseconds()),
            document: document(failed: diagnostics), text: diagnostics.map { $0.text() }.joined())
    }

    func run() async throws {
        let session = Session(output, isJSON: printsDocument)
        var status: ExitStatus
        do {
            try session.check(reports)
        } catch {
            throw ExitCode(session.finish(failed(error)).rawValue)
        }
        do {
            let answer = try await answer(session)
            status = session.finish(answer)
            if let report = answer.report { status = session.write(report, to: reports, status) }
        } catch {
            status = session.finish(failed(error))
            if let report = Self.report(failed: error.diagnostics) {
                status = session.write(report, to: reports, status)
            }
        }
        throw ExitCode(status.rawValue)
    }

    private func failed(_ error: Failure) -> Answer {
        var failure = Answer(status: error.status, document: Self.document(failed: error.diagnostics))
        if !error.isTold { failure.diagnostics = error.diagnostics }
        return failure
    }
}

/// The document of a command that has no form of its own for its failures.
func failureDocument(_ diagnostics: [Diagnostic]) -> JSONValue {
    ["mooring": .string(mooringVersion), "diagnostics": diagnosticsJSON(diagnostics)]
}
