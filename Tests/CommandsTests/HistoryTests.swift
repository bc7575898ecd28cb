import Foundation
import Testing

@Suite struct HistoryTests {
    private struct Document: Decodable {
        struct Run: Decodable {
            let commit: String?
            let uncommitted: Bool?
        }

        let runs: [Run]
    }

    /// A commit alone would claim that what is live can be had again from it.
    @Test func `a run of files that are not committed is marked in history`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try FileManager.default.moveItem(atPath: bench.path("quickstart"), toPath: bench.path("repo"))
        try bench.write("repo/.gitignore", ".mooring/\n")
        try await BranchPlanTests.git(bench, "init", "-q", "-b", "main")
        try await BranchPlanTests.git(bench, "add", "-A")
        try await BranchPlanTests.git(bench, "commit", "-q", "-m", "First release")
        try await bench.run("apply", "--auto-approve", in: "repo")
        try bench.replace("stage: Development", "stage: Test", in: "repo/infra/local.yaml")
        try await bench.run("plan", "-o", "../p.json", in: "repo")
        try await bench.run("apply", "../p.json", in: "repo")

        let history = try await bench.run("history", "--json", in: "repo")
        let runs = try JSONDecoder().decode(Document.self, from: Data(history.output.utf8)).runs
        #expect(runs.map(\.uncommitted) == [true, nil], "\(history.output)")
        #expect(runs.allSatisfy { $0.commit?.count == 40 && $0.commit == runs[0].commit })
        let table = try await bench.run("history", in: "repo").output.split(separator: "\n")
        #expect(table.map { $0.contains("-dirty  ") } == [false, true, false], "\(table)")
        let one = try await bench.run("history", "2", in: "repo").output
        #expect(one.contains("\(runs[0].commit ?? "?") and what was not committed\n"), "\(one)")
    }

    @Test func `a roll-out of what is disabled says that it takes it off its nodes`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try bench.replace("  version: auto", "  enabled: false\n  version: auto", in: "quickstart/infra/local.yaml")
        try await bench.run("apply", "--auto-approve", in: "quickstart")
        let rollout = try await bench.run("rollout", "churn-on-local", "--json", in: "quickstart")
        #expect(rollout.status == 0, "\(rollout.errors)")
        #expect(
            rollout.errors.hasPrefix(
                "note: 'Deployment/churn-on-local' is disabled: a roll-out takes it off its nodes"),
            "\(rollout.errors)")
        #expect(rollout.output.contains(#""code": "disabled""#), "\(rollout.output)")
    }
}
