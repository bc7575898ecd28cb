internal import Diagnostics
internal import HTTP
internal import JSON
internal import Reconciling
internal import Reports

/// What a daemon tells its operator, a line each, on standard error.
struct DaemonLog: Sendable {
    enum Form: String, CaseIterable, Sendable { case text, json }

    private let form: Form
    private let now: @Sendable () -> Int
    private let write: @Sendable (String) -> Void

    /// `now` is in milliseconds since 1970 (UTC).
    init(
        _ form: Form, now: @escaping @Sendable () -> Int = { Timekeeper.system.wallMilliseconds() },
        write: @escaping @Sendable (String) -> Void = { Console.errors.write($0) }
    ) {
        self.form = form
        self.now = now
        self.write = write
    }

    func tell(_ entry: LogEntry) { write(DaemonLog.line(entry, at: now(), form) + "\n") }

    func tell(_ level: LogEntry.Level, _ message: String, _ facts: [(String, String)] = []) {
        tell(LogEntry(level, message, facts))
    }

    /// Each problem on a line of its own.
    func tell(_ diagnostics: [Diagnostic]) {
        for problem in diagnostics {
            var facts = [("code", problem.code)]
            if let mark = problem.mark { facts.append(("at", "\(mark)")) }
            if let hint = problem.hint { facts.append(("hint", hint)) }
            tell(problem.severity == .error ? .error : .warning, problem.message, facts)
        }
    }

    /// One attempt of a request.
    func tell(_ record: RequestRecord) {
        let result =
            switch record.outcome {
            case .status(let status): String(status)
            case .failure(let kind): kind.rawValue
            }
        var facts = [
            ("method", record.method.rawValue), ("path", record.path), ("result", result),
            ("milliseconds", String(record.milliseconds)), ("bytes", String(record.bytesIn)),
        ]
        if record.attempt > 1 { facts.append(("attempt", String(record.attempt))) }
        tell(.info, "request sent", facts)
    }

    /// `2026-11-22T09:00:00Z info commit applied place=churn/prod run=3`, or a JSON object with the same.
    static func line(_ entry: LogEntry, at milliseconds: Int, _ form: Form) -> String {
        let time = Instant.short(milliseconds)
        switch form {
        case .text:
            let facts = entry.facts.map { " \($0.key)=\(value($0.value))" }.joined()
            return "\(time) \(entry.level.rawValue) \(Diagnostic.printable(entry.message))\(facts)"
        case .json:
            var object: JSONObject = [
                "time": .string(time), "level": .string(entry.level.rawValue), "message": .string(entry.message),
            ]
            for fact in entry.facts { object[fact.key] = .string(fact.value) }
            return JSONValue.object(object).text(.compact)
        }
    }

    /// A word as it stands; anything else in quotes, so that nothing in it can be taken for another fact or line.
    private static func value(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy {
            (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
        }
        return isWord && !text.isEmpty ? text : JSONValue.string(text).text(.compact)
    }
}
