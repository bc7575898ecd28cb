import Foundation
import Testing

/// README shows a session: each of its commands is run, and must print what README says.
@Suite struct ReadmeTests {
    /// A command, and what stands below it.
    struct Entry {
        let command: String
        var lines: [String] = []
        /// What somebody does before, in a screen of DSS: login, path, key and value.
        var change: [String]?

        /// As the last line says it, as `(exit status 3)`; 0 without one.
        var status: Int32 {
            lines.compactMap { $0.wholeMatch(of: /\(exit status (\d+)\)/).flatMap { Int32($0.1) } }.last ?? 0
        }
    }

    /// The entries of all `console` blocks, in order.
    static func session() throws -> [Entry] {
        let text = try String(contentsOf: Workbench.top.appending(path: "README.md"), encoding: .utf8)
        var entries: [Entry] = []
        var isInside = false
        var change: [String]?
        for line in text.components(separatedBy: "\n") {
            if let match = line.wholeMatch(of: /<!-- behind our back: (\S+) (\S+) (\S+) (.+) -->/) {
                change = [match.1, match.2, match.3, match.4].map(String.init)
            } else if line.hasPrefix("```") {
                isInside = line == "```console"
            } else if isInside, line.hasPrefix("$ ") {
                entries.append(Entry(command: String(line.dropFirst(2)), change: change))
                change = nil
            } else if isInside, !entries.isEmpty {
                entries[entries.count - 1].lines.append(line)
            }
        }
        return entries
    }

    @Test func `the session in README is what the program prints`() async throws {
        let session = try ReadmeTests.session()
        try #require(session.count >= 7 && session.contains { $0.change != nil })
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
        for entry in session {
            if let change = entry.change { try await bench.alter("quickstart/.mooring/sandbox", change) }
            let outcome = try await shell(entry.command, bench)
            #expect(comparable(outcome.output + outcome.errors) == comparable(entry.lines.joined(separator: "\n")))
            #expect(outcome.status == entry.status, "\(entry.command)")
        }
    }

    private func shell(_ command: String, _ bench: Workbench) async throws -> Workbench.Outcome {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let shell = try RunningProgram(
            "/bin/sh", ["-c", command], folder: bench.folder.appending(path: "quickstart"),
            environment: [
                "PATH": "\(Workbench.products.path):\(path)", "MOORING_SANDBOX_KEY": "the-key-of-the-tests",
            ], scratch: bench.folder)
        return try await shell.end(within: 60)
    }

    /// The lines in one order, since progress goes to another stream than results; times and waits differ from run to run.
    private func comparable(_ text: String) -> [String] {
        text.components(separatedBy: "\n")
            .map {
                $0.replacing(/[0-9]+\.[0-9]s/, with: "0.0s").replacing(
                    /\d{4}-\d\d-\d\dT[\d:]+Z( \([^)]*\))?/, with: "INSTANT"
                )
                .replacing(/\S+@\S+?(?=[,\s)]|$)/, with: "PERSON").replacing(/\s+/, with: " ")
                .trimmingCharacters(in: .whitespaces)
            }
            .filter { !$0.isEmpty && !$0.contains(": waiting for ") && !$0.hasPrefix("(exit status ") }.sorted()
    }
}
