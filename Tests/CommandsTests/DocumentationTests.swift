import Foundation
import Testing

/// What the texts for users say of the command line is what the program takes.
@Suite struct DocumentationTests {
    private struct Help: Decodable {
        struct Command: Decodable {
            struct Argument: Decodable {
                struct Name: Decodable {
                    let kind: String
                    let name: String
                }

                let names: [Name]?
            }

            let commandName: String
            let arguments: [Argument]?
            let subcommands: [Command]?
            let defaultSubcommand: String?

            /// What it does where no subcommand is named: itself, or its default.
            var unnamed: Command {
                subcommands?.first { $0.commandName == defaultSubcommand } ?? self
            }

            /// As `--auto-approve`, `-e`.
            var options: Set<String> {
                Set((arguments ?? []).flatMap { $0.names ?? [] }.map { ($0.kind == "long" ? "--" : "-") + $0.name })
            }
        }

        let command: Command
    }

    static let texts = [
        "README.md", "docs/state.md", "docs/drift.md", "docs/watch.md", "docs/notifications.md", "examples/README.md",
        "examples/ci/README.md", "examples/environments/README.md", "examples/fleet/README.md",
        "examples/quickstart/README.md", "examples/watch/README.md", "packaging/README.md", "CONTRIBUTING.md",
    ]

    /// The command lines in backticks, after a prompt or after `run:` and `script:`, with their further lines.
    private static func commands(in text: String) -> [String] {
        var found: [String] = []
        for line in text.replacing(#/ \\\n +/#, with: " ").components(separatedBy: "\n") {
            if let match = line.firstMatch(of: /^(?:    |\$ |- run: |script: )(?:[A-Z_]+=\S+ )*(mooring .*)$/) {
                // A comment and a redirection are the shell's.
                found.append(String(match.1.prefix { !"#>&".contains($0) }))
            } else {
                found += line.matches(of: /`(mooring [^`]*)`/).map { String($0.1) }
            }
        }
        return found
    }

    /// What is wrong with a command line; nil where it is one, with options that it has.
    private static func problem(with line: String, _ root: Help.Command) -> String? {
        var command = root
        for word in line.split(separator: " ").dropFirst() {
            if word.hasPrefix("-") {
                let option = word.split(separator: "=").first.map(String.init) ?? ""
                // Its own options go before those of what it does by default.
                if !command.options.contains(option) { command = command.unnamed }
                guard command.options.contains(option) else { return "'\(command.commandName)' has no '\(option)'" }
            } else if let child = command.subcommands?.first(where: { $0.commandName == word }) {
                command = child
            } else if command.commandName == root.commandName {
                return "there is no command '\(word)'"
            } else if command.subcommands?.isEmpty == false {
                guard word.contains(where: { "./".contains($0) }) else { return "'\(word)' is no command and no file" }
                command = command.unnamed
            }
        }
        return nil
    }

    private static func root() async throws -> Help.Command {
        let dump = try await Workbench().run("--experimental-dump-help")
        return try JSONDecoder().decode(Help.self, from: Data(dump.output.utf8)).command
    }

    @Test(arguments: texts)
    func `each command in a text is one, with options that it has`(file: String) async throws {
        let root = try await DocumentationTests.root()
        let text = try String(contentsOf: Workbench.top.appending(path: file), encoding: .utf8)
        for line in DocumentationTests.commands(in: text) {
            #expect(DocumentationTests.problem(with: line, root) == nil, "\(file): \(line)")
        }
    }

    @Test(arguments: [
        ("mooring watch -f central.yaml --once", nil), ("mooring watch central.yaml --listen 127.0.0.1:0", nil),
        ("mooring watch retry churn/prod --url https://m.example.com", nil),
        ("mooring watch --verbos", "'run' has no '--verbos'"),
        ("mooring watch status --once", "'status' has no '--once'"),
        ("mooring watch approv churn", "'approv' is no command and no file"),
        ("mooring plam", "there is no command 'plam'"),
        ("mooring plan --once", "'plan' has no '--once'"),
    ])
    func `a command without a subcommand is checked as its default one`(line: String, problem: String?) async throws {
        #expect(DocumentationTests.problem(with: line, try await DocumentationTests.root()) == problem)
    }

    @Test func `the workspace in docs is one`() async throws {
        let text = try String(contentsOf: Workbench.top.appending(path: "docs/state.md"), encoding: .utf8)
        let yaml = try #require(text.components(separatedBy: "```yaml\n").dropFirst().first)
        let bench = try Workbench()
        try bench.write("mooring.yaml", yaml.components(separatedBy: "```")[0])
        try bench.write(
            "infra.yaml",
            "{apiVersion: mooring/v1, kind: Infra, metadata: {name: i}, spec: {type: STATIC, stage: Production}}")
        let outcome = try await bench.run("validate")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
