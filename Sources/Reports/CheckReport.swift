package import Diagnostics
internal import Files
package import JSON

/// What can be told of a command that came to nothing but diagnostics: a check, or a command that failed.
package struct CheckReport: Sendable {
    /// As `validate`.
    package let command: String
    /// What is sound, as the environments' names.
    package let sound: [String]
    package let diagnostics: [Diagnostic]
    /// In milliseconds since 1970 (UTC).
    package let made: Int

    package init(command: String, sound: [String] = [], diagnostics: [Diagnostic], made: Int) {
        self.command = command
        self.sound = sound
        self.diagnostics = diagnostics
        self.made = made
    }

    private var errors: Int { diagnostics.count { $0.severity == .error } }

    /// A comment or a summary, below `longestComment` bytes: at most twenty rows.
    package var markdown: String {
        let outcome = errors > 0 ? counted(errors, "error") : "valid"
        var text = "**mooring \(command)** \(outcome)\n"
        if errors == 0 { text += Markdown.list("Environments:", sound, room: longestComment / 4) }
        let told = Markdown.told(diagnostics)
        if !told.isEmpty { text += "\n" + told }
        return text
    }

    /// Test results: a case for each sound environment, and one for each error.
    package var junit: String {
        let passed = sound.map { JUnitSuite.Case(className: "mooring.\(command)", name: $0, verdict: .passed) }
        let failed = diagnostics.filter { $0.severity == .error }.map { error in
            JUnitSuite.Case(
                className: "mooring.\(command)", name: caseName(error),
                verdict: .failed(type: error.code, message: error.message, body: error.text()))
        }
        return JUnitSuite(name: "mooring \(command)", made: made, properties: [], cases: passed + failed).text
    }

    /// The place and the code: two errors of a run have the same name only where they say the same.
    private func caseName(_ error: Diagnostic) -> String {
        error.mark.map { "\($0) \(error.code)" } ?? error.code
    }

    /// A result for each diagnostic, whose rule is its code; `version` is ours.
    package func sarif(version: String) -> JSONValue {
        let codes = Set(diagnostics.map(\.code)).sorted()
        let rules: [JSONValue] = codes.map { ["id": .string($0)] }
        let results: [JSONValue] = diagnostics.map { diagnostic in
            let mark = diagnostic.mark.flatMap { $0.file.isEmpty ? nil : $0 } ?? SARIF.workspaceFile
            let words = [diagnostic.message] + (diagnostic.hint.map { [$0] } ?? [])
            let identity = [diagnostic.code, mark.file, diagnostic.address ?? "", diagnostic.message]
            return [
                "ruleId": .string(diagnostic.code),
                "ruleIndex": .number(JSONNumber(codes.firstIndex(of: diagnostic.code) ?? 0)),
                "level": .string(diagnostic.severity.rawValue),
                "message": ["text": .string(words.map(printable).joined(separator: "\n"))],
                "locations": [.object(SARIF.location(mark))],
                "partialFingerprints": [
                    "mooringCheck/v1": .string(sha256(Array(identity.joined(separator: "\0").utf8)))
                ],
            ]
        }
        return SARIF.document(
            id: "mooring/\(command)/", version: version, rules: rules,
            invocation: ["executionSuccessful": true, "endTimeUtc": .string(Instant.text(made))], results: results)
    }
}
