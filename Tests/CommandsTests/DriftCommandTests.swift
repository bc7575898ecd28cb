import Foundation
import TestSupport
import Testing

/// What others change, from its report to its end.
@Suite struct DriftCommandTests {
    private static let tags = ["bob", "/projects/CHURN/apiservices/churn/settings", "tags", #"["churn", "urgent"]"#]
    private static let stage = ["bob", "/api-deployer/infras/local/settings", "stage", #""Production""#]

    private func bench(_ changes: [[String]] = [tags, stage]) async throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let apply = try await bench.run("apply", "--auto-approve", in: "quickstart")
        try #require(apply.status == 0, "\(apply.output)\(apply.errors)")
        for change in changes { try await bench.alter("quickstart/.mooring/sandbox", change) }
        return bench
    }

    /// The transcript without ages.
    private func transcript(_ bench: Workbench, _ outcome: Workbench.Outcome, sortsErrors: Bool = false) -> String {
        bench.transcript(outcome, sortsErrors: sortsErrors).replacing(/INSTANT \([^)]*\)/, with: "INSTANT")
    }

    @Test func `drift is reported with who and when, healed, and gone`() async throws {
        let bench = try await bench()
        var text = transcript(bench, try await bench.run("drift", in: "quickstart"))
        text += transcript(
            bench, try await bench.run("apply", "--only-drift", "--auto-approve", in: "quickstart"), sortsErrors: true)
        text += transcript(bench, try await bench.run("drift", in: "quickstart"))
        assertSnapshot(text, "drift.txt")
    }

    @Test func `what could not be read is no clean report`() async throws {
        let bench = try await bench([])
        try bench.write(
            "quickstart/.mooring/sandbox/faults.json",
            #"{"rules": [{"match": {"method": "GET", "path": "*/status"}, "errorRate": 1, "status": 403}]}"#)
        let outcome = try await bench.run("drift", in: "quickstart")
        #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
        let headline = "No drift on 'local', but 1 resource could not be read: "
        #expect(outcome.output.hasPrefix(headline), "\(outcome.output)")
        #expect(try await bench.run("drift", "--no-health", in: "quickstart").status == 0)
    }

    @Test func `the exit status tells drift from pending changes`() async throws {
        let bench = try await bench([])
        #expect(try await bench.run("drift", in: "quickstart").status == 0)
        try bench.replace("- url: sandbox://node-2", "- url: sandbox://node-3", in: "quickstart/infra/local.yaml")
        #expect(try await bench.run("drift", in: "quickstart").status == 2)
        try await bench.alter("quickstart/.mooring/sandbox", DriftCommandTests.tags)
        #expect(try await bench.run("drift", in: "quickstart").status == 4)
        #expect(try await bench.run("drift", "--target", "APIService/*", in: "quickstart").status == 3)
        // To heal is to leave what is pending alone.
        #expect(try await bench.run("apply", "--only-drift", "--auto-approve", in: "quickstart").status == 0)
        #expect(try await bench.run("drift", in: "quickstart").status == 2)
    }

    @Test(arguments: ["json", "markdown", "html", "junit", "sarif"])
    func `a report goes to standard output or to a file`(format: String) async throws {
        let bench = try await bench([DriftCommandTests.stage])
        let shown = try await bench.run("drift", "--format", format, in: "quickstart")
        #expect(shown.status == 3)
        let begins = ["json": "{", "markdown": "**", "html": "<!DOCTYPE html>", "junit": "<?xml", "sarif": "{"]
        #expect(shown.output.hasPrefix(try #require(begins[format])), "\(shown.output.prefix(80))")
        let kept = try await bench.run("drift", "--format", format, "-o", "report", in: "quickstart")
        #expect(kept.status == 3)
        #expect(kept.output.hasPrefix("Drift on 'local': 1 drifted"))
        #expect(kept.output.hasSuffix("Wrote the report to 'report'.\n"))
        let file = try bench.read("quickstart/report")
        #expect(file.hasPrefix(try #require(begins[format])))
        #expect(file.contains("Infra/local"))
        let folder = try await bench.run("drift", "--format", format, "-o", "infra", in: "quickstart")
        #expect(folder.status == 1)
        #expect(folder.errors.contains("'infra' is a folder [not-overwritten]"), "\(folder.errors)")
    }

    @Test func `drift is accepted into the manifests, comments kept`() async throws {
        let bench = try await bench()
        let before = try bench.read("quickstart/infra/local.yaml")
        let refused = try await bench.run("drift", "--accept", in: "quickstart")
        #expect(refused.status == 7)
        #expect(try bench.read("quickstart/infra/local.yaml") == before)
        let accepted = try await bench.run("drift", "--accept", "--auto-approve", in: "quickstart")
        #expect(accepted.status == 0, "\(accepted.errors)")
        assertSnapshot(transcript(bench, refused) + transcript(bench, accepted), "drift-accept.txt")
        #expect(
            try bench.read("quickstart/infra/local.yaml")
                == before.replacing("stage: Development", with: "stage: Production"))
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 0)
        let nothing = try await bench.run("drift", "--accept", "--auto-approve", in: "quickstart")
        #expect(nothing.status == 0)
        #expect(nothing.output == "There is no drift to accept.\n")
    }

    @Test func `what no manifest can say is left, and told`() async throws {
        let bench = try await bench([["bob", "/api-deployer/deployments/churn-on-local/settings", "enabled", "false"]])
        let outcome = try await bench.run("drift", "--accept", "--auto-approve", in: "quickstart")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("[not-accepted]"), "\(outcome.errors)")
    }

    @Test func `a roll-back is held until its manifest changes`() async throws {
        let bench = try await bench([])
        try bench.replace("version: v1", "version: v2", in: "quickstart/services/churn.yaml")
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
        let back = ["rollback", "churn-on-local", "--to", "v1", "--reason", "v2 is slow"]
        let refused = try await bench.start(back, in: "quickstart").end()
        #expect(refused.status == 7)
        var text = transcript(
            bench, try await bench.start(back + ["--auto-approve"], in: "quickstart").end(), sortsErrors: true)
        text += transcript(bench, try await bench.run("apply", "--auto-approve", in: "quickstart"))
        text += transcript(bench, try await bench.run("history", in: "quickstart"))
        text += transcript(bench, try await bench.run("history", "3", in: "quickstart"))
        text += transcript(bench, try await bench.run("history", "Deployment/churn-on-local", in: "quickstart"))
        text += transcript(bench, try await bench.run("history", "9", in: "quickstart"))
        text += transcript(bench, try await bench.run("rollback", "9", "--reason", "x", in: "quickstart"))
        text += transcript(bench, try await bench.run("rollback", "Nothing/x", "--reason", "x", in: "quickstart"))
        // How wide the columns are depends on how long ago the moments were, and on who runs the tests.
        text = text.replacing(/STARTED +COMMAND/, with: "STARTED  COMMAND").replacing(/BY +COMMIT/, with: "BY  COMMIT")
            .replacing(/INSTANT +(apply|rollback)/) { "INSTANT  \($0.output.1)" }
            .replacing(/PERSON +-/, with: "PERSON  -")
        assertSnapshot(text.replacing(/sha256:[0-9a-f]{64}/, with: "DIGEST"), "rollback.txt")
        try bench.replace("version: v2", "version: v3", in: "quickstart/services/churn.yaml")
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
        let status = try await bench.run("status", "Deployment/*", in: "quickstart")
        #expect(status.output.contains("v3"), "\(status.output)")
        let whole = try await bench.run("rollback", "2", "--reason", "all of it", "--auto-approve", in: "quickstart")
        #expect(whole.status == 0, "\(whole.output)\(whole.errors)")
        let after = try await bench.run("status", "Deployment/*", in: "quickstart")
        #expect(after.output.contains("v2"), "\(after.output)")
    }
}
