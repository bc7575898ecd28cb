import Foundation
import TestSupport
import Testing

@Suite struct CommandTests {
    @Test func `a new workspace works at once`() async throws {
        let bench = try Workbench()
        var text = bench.transcript(try await bench.run("init", "apis"))
        text += bench.transcript(try await bench.run("init", "apis"))
        text += bench.transcript(try await bench.run("validate", in: "apis/services"))
        text += bench.transcript(try await bench.run("apply", "--auto-approve", in: "apis"), sortsErrors: true)
        text += bench.transcript(try await bench.run("plan", "--detailed-exitcode", "-C", "apis"))
        assertSnapshot(text, "init.txt")
        #expect(try bench.read("apis/services/hello.yaml").hasPrefix("# yaml-language-server: $schema=../.mooring/"))
    }

    @Test func `a repository's own CI files are left as they are`() async throws {
        let bench = try Workbench()
        try bench.write("apis/.gitignore", "*.o\n")
        #expect(try await bench.run("init", in: "apis").status == 0)
        #expect(try bench.read("apis/.gitignore") == "*.o\n")
    }

    @Test(arguments: ["dot", "mermaid", "json"])
    func `the graph has three forms`(format: String) async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let outcome = try await bench.run("graph", "--format", format, in: "quickstart")
        assertSnapshot(bench.transcript(outcome), "graph-\(format).txt")
    }

    @Test func `the help tells all commands`() async throws {
        let bench = try Workbench()
        var text = bench.transcript(try await bench.run("--help"))
        for command in [
            "init", "sandbox", "validate", "plan", "apply", "drift", "status", "rollout", "rollback", "destroy",
            "import",
            "adopt", "history", "lock", "show", "graph", "explain", "schema", "version",
        ] { text += bench.transcript(try await bench.run("help", command)) }
        for command in ["status", "release"] { text += bench.transcript(try await bench.run("help", "lock", command)) }
        text += bench.transcript(try await bench.run("help", "watch"))
        for command in ["run", "check", "status", "approve", "suspend", "resume", "retry", "sync"] {
            text += bench.transcript(try await bench.run("help", "watch", command))
        }
        assertSnapshot(text, "help.txt")
    }

    @Test func `the manual page is the one that is committed`() async throws {
        let bench = try Workbench()
        let outcome = try await bench.run("manual")
        #expect(outcome.status == 0)
        assertFile(outcome.output, Workbench.top.appending(path: "docs/mooring.1").path)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `there are completions for a shell`(shell: String) async throws {
        let bench = try Workbench()
        let outcome = try await bench.run("--generate-completion-script", shell)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("auto-approve"))
    }

    @Test(arguments: [
        ["plan", "--no-such-option"], ["plan", "--concurrency", "0"], ["plan", "--selector", "team"], ["nothing"],
        ["rollout"], ["sandbox", "--latency", "soon"], ["apply", "p.json", "--target", "x"],
        ["apply", "p.json", "--prune"], ["apply", "--max-deletes", "101%"], ["plan", "--prune", "--only-drift"],
        ["apply", "--lock-timeout", "soon"], ["rollback", "3"], ["rollback", "3", "--reason", " "],
        ["rollback", "3", "--to", "v1", "--reason", "x"], ["history", "--limit", "0"],
        ["drift", "--accept", "--format", "html"], ["drift", "--auto-approve"],
    ])
    func `wrong usage exits with 64`(arguments: [String]) async throws {
        let bench = try Workbench()
        let outcome = try await bench.start(arguments).end()
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        let json = try await bench.start(arguments + ["--json"]).end()
        #expect(json.status == 64)
        #expect(try diagnosticCodes(json.output) == ["usage"])
    }

    @Test(arguments: [
        (["follow", "-e", "prod"], "follow", "`mooring --help` lists them."),
        (["-C", "x", "statsu", "--json"], "statsu", "Did you mean 'status'?"),
        (["plam", "-o", "p"], "plam", "Did you mean 'plan'?"),
    ])
    func `a command that there is not is told by its name`(
        arguments: [String], word: String, hint: String
    ) async throws {
        let bench = try Workbench()
        let outcome = try await bench.start(arguments).end()
        #expect(outcome.status == 64)
        #expect(outcome.errors == "error: there is no command '\(word)' [usage]\n   = \(hint)\n")
    }

    @Test(arguments: ["churn-on-local", "churn-on-locla", "Deployment/churn-on-locl"])
    func `a status of nothing says what may be meant`(word: String) async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let outcome = try await bench.run("status", word, in: "quickstart")
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasSuffix("   = Did you mean 'Deployment/churn-on-local'?\n"), "\(outcome.errors)")
    }

    @Test(arguments: [
        ["validate"], ["plan"], ["apply", "--auto-approve"], ["status"], ["rollout", "Deployment/x"], ["graph"],
        ["show", "none.json"], ["apply", "none.json"],
    ])
    func `a failure with --json is one document and the same exit status`(arguments: [String]) async throws {
        let bench = try Workbench()
        let text = try await bench.start(arguments).end()
        let json = try await bench.start(arguments + ["--json"]).end()
        #expect(text.status == 1)
        #expect(json.status == 1)
        #expect(try diagnosticCodes(json.output).count == 1)
        #expect(json.errors == text.errors)
    }

    @Test(arguments: [
        ["validate"], ["plan"], ["apply", "--auto-approve"], ["status"], ["graph"], ["version"], ["schema"],
        ["history"], ["lock", "status"], ["lock", "release"], ["adopt"], ["import"],
    ])
    func `a result with --json is one document`(arguments: [String]) async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let outcome = try await bench.start(arguments + ["--json"], in: "quickstart").end()
        #expect(outcome.status == 0)
        #expect(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) is [String: Any])
    }

    @Test func `common options may stand before the verb`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let outcome = try await bench.run("-C", "quickstart", "--json", "plan", "-e", "local", "--detailed-exitcode")
        #expect(outcome.status == 2)
        #expect(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) is [String: Any])
    }

    @Test func `a plan is not saved where there is no folder`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let outcome = try await bench.run("plan", "-o", "nowhere/p.json", in: "quickstart")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("there is no folder '\(bench.path("quickstart/nowhere"))'"))
    }

    @Test func `an environment must be named when there are several`() async throws {
        let bench = try Workbench()
        try bench.copyExample("environments")
        let text =
            bench.transcript(try await bench.run("plan", in: "environments"))
            + bench.transcript(try await bench.run("plan", "-e", "prdo", in: "environments"))
            + bench.transcript(try await bench.run("rollout", "churn", "-e", "dev", in: "environments"))
            + bench.transcript(try await bench.run("rollout", "Deployment/chrn", "-e", "dev", in: "environments"))
        assertSnapshot(text, "environment-needed.txt")
    }
}

/// The codes in the `diagnostics` of a document that is the whole text.
func diagnosticCodes(_ text: String) throws -> [String] {
    let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let diagnostics = document?["diagnostics"] as? [[String: Any]]
    return diagnostics?.compactMap { $0["code"] as? String } ?? []
}
