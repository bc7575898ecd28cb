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

            /// As `--auto-approve`, `-e`.
            var options: Set<String> {
                Set((arguments ?? []).flatMap { $0.names ?? [] }.map { ($0.kind == "long" ? "--" : "-") + $0.name })
            }
        }

        let command: Command
    }

    static let texts = [
        "README.md", "docs/state.md", "docs/drift.md", "docs/watch.md", "examples/README.md", "examples/ci/README.md",
        "packaging/README.md", "CONTRIBUTING.md",
    ]

    /// The command lines in backticks, after a prompt or after `run:` and `script:`.
    private static func commands(in text: String) -> [String] {
        var found: [String] = []
        for line in text.components(separatedBy: "\n") {
            if let match = line.firstMatch(of: /^(?:    |\$ |- run: |script: )(mooring .*)$/) {
                // A comment and a redirection are the shell's.
                found.append(String(match.1.prefix { !"#>&".contains($0) }))
            } else {
                found += line.matches(of: /`(mooring [^`]*)`/).map { String($0.1) }
            }
        }
        return found
    }

    @Test(arguments: texts)
    func `each command in a text is one, with options that it has`(file: String) async throws {
        let dump = try await Workbench().run("--experimental-dump-help")
        let root = try JSONDecoder().decode(Help.self, from: Data(dump.output.utf8)).command
        let text = try String(contentsOf: Workbench.top.appending(path: file), encoding: .utf8)
        for line in DocumentationTests.commands(in: text) {
            var command = root
            for word in line.split(separator: " ").dropFirst() {
                if word.hasPrefix("-") {
                    let option = word.split(separator: "=").first.map(String.init) ?? ""
                    #expect(command.options.contains(option), "\(file): \(line)")
                } else if let child = command.subcommands?.first(where: { $0.commandName == word }) {
                    command = child
                } else if command.commandName == root.commandName {
                    Issue.record("\(file) names a command that there is not: \(line)")
                }
            }
        }
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
