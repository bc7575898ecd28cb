import Foundation
import TestSupport
import Testing

/// What is deleted, and all that stands before it.
@Suite struct DeletionTests {
    /// The quick start, applied.
    private func bench(_ lifecycle: String? = nil) async throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        if let lifecycle {
            try bench.replace(
                "  name: churn-on-local", "  name: churn-on-local\n  lifecycle: \(lifecycle)",
                in: "quickstart/infra/local.yaml")
        }
        let apply = try await bench.run("apply", "--auto-approve", in: "quickstart")
        try #require(apply.status == 0, "\(apply.output)\(apply.errors)")
        return bench
    }

    /// Takes the deployment out of the manifests: the second document of its file.
    private func removeDeployment(_ bench: Workbench) throws {
        let text = try bench.read("quickstart/infra/local.yaml")
        try bench.write("quickstart/infra/local.yaml", text.components(separatedBy: "---\n")[0])
    }

    @Test func `what left the manifests is listed, and deleted when that is asked for and allowed`() async throws {
        let bench = try await bench()
        try removeDeployment(bench)
        var text = bench.transcript(try await bench.run("plan", "--detailed-exitcode", in: "quickstart"))
        text += bench.transcript(try await bench.run("apply", "--auto-approve", in: "quickstart"))
        text += bench.transcript(try await bench.run("apply", "--prune", "--auto-approve", in: "quickstart"))
        text += bench.transcript(
            try await bench.run("apply", "--prune", "--max-deletes", "20%", "--auto-approve", in: "quickstart"),
            sortsErrors: true)
        text += bench.transcript(try await bench.run("plan", "--prune", "--detailed-exitcode", in: "quickstart"))
        assertSnapshot(text, "prune.txt")
    }

    @Test func `a saved plan carries what it may delete`() async throws {
        let bench = try await bench()
        try removeDeployment(bench)
        let plan = try await bench.run("plan", "--prune", "--max-deletes", "1", "-o", "p.plan", in: "quickstart")
        #expect(plan.status == 0)
        #expect(plan.output.hasSuffix("To do exactly this: mooring apply p.plan\n"), "\(plan.output)")
        #expect(try await bench.run("apply", "p.plan", in: "quickstart").status == 0)
        #expect(try await bench.run("drift", "--unmanaged", in: "quickstart").status == 0)
    }

    @Test func `what is protected, adopted or all there is stays`() async throws {
        let bench = try await bench("{protect: true}")
        try removeDeployment(bench)
        let prune = ["apply", "--prune", "--max-deletes", "9", "--auto-approve"]
        let protected = try await bench.start(prune, in: "quickstart").end()
        #expect(protected.status == 0)
        #expect(protected.output.contains("Deployment/churn-on-local  protected; "), "\(protected.output)")
        // Without manifests nothing is deleted, whatever is asked for.
        for folder in ["services", "infra"] {
            try FileManager.default.removeItem(atPath: bench.path("quickstart/\(folder)"))
            try FileManager.default.createDirectory(
                atPath: bench.path("quickstart/\(folder)"), withIntermediateDirectories: true)
        }
        let empty = try await bench.start(prune, in: "quickstart").end()
        #expect(empty.status != 0)
        #expect(try bench.files(below: "quickstart/.mooring/sandbox").values.contains { $0.count > 0 })
    }

    @Test func `a destroy needs the environment's name`() async throws {
        let bench = try await bench()
        let destroys: [[String]] = [
            ["--auto-approve"], ["--auto-approve", "--max-deletes", "100%"], ["--confirm", "prod"],
            ["--confirm", "local"],
        ]
        var text = ""
        for arguments in destroys {
            let outcome = try await bench.start(["destroy"] + arguments, in: "quickstart").end()
            #expect(outcome.status == 7, "\(arguments)")
            text += "$ mooring destroy \(arguments.joined(separator: " "))\n\(outcome.errors)"
        }
        assertSnapshot(text, "destroy-refused.txt")
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 0)
        let destroy = try await bench.run(
            "destroy", "--confirm", "local", "--max-deletes", "100%", "--reason", "the end", in: "quickstart")
        #expect(destroy.status == 0, "\(destroy.output)\(destroy.errors)")
        assertSnapshot(bench.transcript(destroy, sortsErrors: true), "destroy.txt")
        let status = try await bench.run("status", "Deployment/*", in: "quickstart")
        #expect(status.output.contains("Missing"), "\(status.output)")
    }

    @Test func `an environment that needs approval takes only the plan that was approved`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try bench.replace(
            "sandbox: .mooring/sandbox", "sandbox: .mooring/sandbox\n      approval: required",
            in: "quickstart/mooring.yaml")
        let plan = try await bench.run("plan", "-o", "p.plan", in: "quickstart")
        let last = try #require(plan.output.split(separator: "\n").last)
        let digest = try #require(last.split(separator: " ").last.map(String.init))
        #expect(last == "Saved the plan to 'p.plan'. To do exactly this: mooring apply p.plan --approve \(digest)")
        for arguments in [["p.plan"], ["--auto-approve"]] {
            let refused = try await bench.start(["apply"] + arguments, in: "quickstart").end()
            #expect(refused.status == 7)
            #expect(refused.errors.contains("[approval-required]"), "\(refused.errors)")
            #expect(refused.errors.contains("--approve \(digest)"), "\(refused.errors)")
        }
        let other = try await bench.run("apply", "--approve", "sha256:abc", in: "quickstart")
        #expect(other.status == 7)
        #expect(other.errors.contains("[approval-mismatch]"), "\(other.errors)")
        #expect(try await bench.run("apply", "--approve", digest, in: "quickstart").status == 0)
    }
}
