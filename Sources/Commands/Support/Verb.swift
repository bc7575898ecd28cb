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

    /// What `--json` prints when there is no result; `environment` is empty where it is not known yet.
    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue

    /// What is written to files when there is no result; nil where the command writes none.
    static func report(failed diagnostics: [Diagnostic], environment: String) -> ResultReport?

    /// What a person is told when a signal ends the command before it carries anything out; nil where that goes without
    /// saying.
    static var interruption: String? { get }
}

extension Verb {
    var printsDocument: Bool { output.json }
    var reports: [ReportRequest] { [] }

    static func document(failed diagnostics: [Diagnostic], environment: String) -> JSONValue {
        failureDocument(diagnostics, environment: environment)
    }

    static func report(failed diagnostics: [Diagnostic], environment: String) -> ResultReport? { nil }

    static var interruption: String? { nil }

    /// That there is no result, and why.
    static func checkReport(failed diagnostics: [Diagnostic], environment: String) -> ResultReport {
        let command = configuration.commandName ?? ""
        return .check(
            CheckReport(command: command, diagnostics: diagnostics, made: OpenState.milliseconds()),
            document: document(failed: diagnostics, environment: environment),
            text: diagnostics.map { $0.text() }.joined())
    }

    func run() async throws {
        let session = Session(output, isJSON: printsDocument)
        // Whoever writes has a watch of its own by then.
        let signals = SignalWatch { Self.end(by: $0, session) }
        defer { signals.end() }
        var status: ExitStatus
        do {
            try session.check(reports)
        } catch {
            throw ExitCode(session.finish(failed(error, session)).rawValue)
        }
        do {
            let answer = try await answer(session)
            status = session.finish(answer)
            if let report = answer.report { status = session.write(report, to: reports, status) }
        } catch {
            status = session.finish(failed(error, session))
            if let report = Self.report(failed: error.diagnostics, environment: session.environment.name) {
                status = session.write(report, to: reports, status)
            }
        }
        throw ExitCode(status.rawValue)
    }

    private func failed(_ error: Failure, _ session: Session) -> Answer {
        let document = Self.document(failed: error.diagnostics, environment: session.environment.name)
        var failure = Answer(status: error.status, document: document)
        if !error.isTold { failure.diagnostics = error.diagnostics }
        return failure
    }

    /// Ends the process as the signal does that nobody hears, so that a shell's loop ends too; a script gets its document.
    private static func end(by number: Int32, _ session: Session) -> Never {
        if let interruption { Console.errors.write((Console.errors.isTerminal ? "\n" : "") + interruption + "\n") }
        if session.isJSON {
            let problem = Diagnostic(.error, "interrupted", "signal \(number) came before there was a result")
            let document = document(failed: [problem], environment: session.environment.name)
            Console.output.write(document.text(.pretty) + "\n")
        }
        SignalWatch.endProcess(by: number)
    }
}

/// The document of a command that has no form of its own for its failures.
func failureDocument(_ diagnostics: [Diagnostic], environment: String) -> JSONValue {
    var document: JSONObject = ["mooring": .string(mooringVersion)]
    if !environment.isEmpty { document["environment"] = .string(environment) }
    document["diagnostics"] = diagnosticsJSON(diagnostics)
    return .object(document)
}
