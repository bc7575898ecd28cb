import Foundation
import TestSupport
import Testing

@Suite struct SavedPlanTests {
    private func bench() async throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        return bench
    }

    @Test func `a saved plan is shown again, applied, and stale afterwards`() async throws {
        let bench = try await bench()
        let plan = try await bench.run("plan", "-o", "p.json", in: "quickstart")
        let shown = try await bench.run("show", "p.json", in: "quickstart")
        #expect(shown.status == 0)
        #expect(shown.output.contains("+ Deployment/churn-on-local v1 will be created"))
        #expect(plan.output.contains("Saved the plan to 'p.json'"))
        let first = try await bench.run("apply", "p.json", in: "quickstart")
        #expect(first.status == 0, "\(first.errors)")
        let second = try await bench.run("apply", "p.json", in: "quickstart")
        assertSnapshot(bench.transcript(first, sortsErrors: true) + bench.transcript(second), "saved-plan.txt")
    }

    @Test func `a saved plan that was changed is refused`() async throws {
        let bench = try await bench()
        try await bench.run("plan", "-o", "p.json", in: "quickstart")
        try bench.replace("\"Development\"", "\"Production\"", in: "quickstart/p.json")
        let text = bench.transcript(try await bench.run("apply", "p.json", in: "quickstart"))
        assertSnapshot(text, "changed-plan.txt")
    }

    @Test func `a saved plan is stale at another commit`() async throws {
        let bench = try await bench()
        let (first, second) = (String(repeating: "a", count: 40), String(repeating: "b", count: 40))
        try bench.write("quickstart/.git/HEAD", "ref: refs/heads/main\n")
        try bench.write("quickstart/.git/refs/heads/main", first + "\n")
        try await bench.run("plan", "-o", "p.json", in: "quickstart")
        #expect(try bench.read("quickstart/p.json").contains(first))
        try bench.write("quickstart/.git/refs/heads/main", second + "\n")
        let apply = try await bench.run("apply", "p.json", in: "quickstart")
        #expect(apply.status == 5)
        #expect(apply.errors.contains("the commit of the workspace"))
    }

    @Test func `a plan with errors is not saved`() async throws {
        let bench = try await bench()
        try bench.write("quickstart/.mooring/sandbox/faults.json", #"{"errorRate": 1, "status": 403}"#)
        let plan = try await bench.run("plan", "-o", "p.json", in: "quickstart")
        #expect(plan.status == 1)
        #expect(!FileManager.default.fileExists(atPath: bench.path("quickstart/p.json")))
    }

    @Test(arguments: ["nothing.json", "infra/local.yaml", "infra"])
    func `a file that is no plan is told`(file: String) async throws {
        let bench = try await bench()
        let outcome = try await bench.run("apply", file, in: "quickstart")
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("error: "))
    }
}
