import Foundation
import TestSupport
import Testing

@Suite struct QuickstartTests {
    @Test func `the quick start is planned, applied, and planned again without changes`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        var text = ""
        text += bench.transcript(try await bench.run("validate", in: "quickstart"))
        text += bench.transcript(try await bench.run("plan", "-e", "local", "--detailed-exitcode", in: "quickstart"))
        text += bench.transcript(try await bench.run("apply", "--auto-approve", in: "quickstart"), sortsErrors: true)
        text += bench.transcript(try await bench.run("plan", "-e", "local", "--detailed-exitcode", in: "quickstart"))
        text += bench.transcript(try await bench.run("status", in: "quickstart"))
        text += bench.transcript(try await bench.run("status", "Package/*", in: "quickstart"))
        text += bench.transcript(
            try await bench.run("rollout", "churn-on-local", in: "quickstart"), sortsErrors: true)
        assertSnapshot(text, "quickstart.txt")
    }

    @Test func `a change of one field is shown alone, and applied alone`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try await bench.run("apply", "--auto-approve", in: "quickstart")
        try bench.replace("stage: Development", "stage: Test", in: "quickstart/infra/local.yaml")
        var text = bench.transcript(try await bench.run("plan", in: "quickstart"))
        text += bench.transcript(try await bench.run("plan", "--format", "markdown", in: "quickstart"))
        text += bench.transcript(try await bench.run("apply", "--auto-approve", in: "quickstart"), sortsErrors: true)
        text += bench.transcript(try await bench.run("plan", "--target", "Infra/*", in: "quickstart"))
        assertSnapshot(text, "one-field.txt")
    }

    @Test func `two plans of the same inputs are the same bytes`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let first = try await bench.run("plan", "--json", in: "quickstart")
        let second = try await bench.run("plan", "--json", in: "quickstart")
        #expect(first.output == second.output)
        #expect(first.status == 0)
    }

    @Test func `a bad release is rolled back, and says so`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try await bench.run("apply", "--auto-approve", in: "quickstart")
        let code = try bench.read("quickstart/code/discount.py")
        try bench.write("quickstart/code/discount.py", "# sandbox: unhealthy\n" + code)
        try bench.replace("version: v1", "version: v2", in: "quickstart/services/churn.yaml")
        let outcome = try await bench.run("apply", "--auto-approve", "--json", in: "quickstart")
        #expect(outcome.status == 9)
        let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let summary = document?["summary"] as? [String: Int]
        #expect(summary?["rolledBack"] == 1)
        let status = try await bench.run("status", "Deployment/*", in: "quickstart")
        #expect(status.output.contains("v1 (declared: v2)"))
    }

    @Test func `the demo plays to its end`() async throws {
        let bench = try Workbench()
        let demo = try RunningProgram(
            Workbench.top.appending(path: "scripts/demo.sh").path, [], folder: bench.folder,
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "MOORING": Workbench.products.appending(path: "mooring").path, "TMPDIR": bench.folder.path,
            ], scratch: bench.folder)
        let outcome = try await demo.end(within: 240)
        #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
        let titles = outcome.output.split(separator: "\n").filter { $0.hasPrefix("==== ") }
        #expect(titles.count == 23)
        // Who made the drift, and where the report lies.
        #expect(outcome.output.contains("by bob"), "\(outcome.output)")
        let report = try String(contentsOfFile: bench.path("mooring-drift.html"), encoding: .utf8)
        #expect(report.hasPrefix("<!DOCTYPE html>") && report.contains("churn-on-local"))
    }
}
