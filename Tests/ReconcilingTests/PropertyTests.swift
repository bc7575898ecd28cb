import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import TestSupport
import Testing

@Suite struct PropertyTests {
    @Test(arguments: 0..<200) func `a plan after an apply is empty`(seed: Int) async throws {
        var generator = WorkspaceGenerator(seed: UInt64(seed))
        let world = try World(generator.files())
        let plan = try await world.plan()
        try #require(plan.problems == "", "seed \(seed)")
        let run = try await world.apply(plan)
        try #require(run.failures == "", "seed \(seed)")
        _ = try await world.writes()
        let second = try await world.plan()
        #expect(second.lines == [], "seed \(seed)")
        try await world.apply(second)
        let writes = try await world.writes()
        #expect(writes == [], "seed \(seed)")
        #expect(try await world.plan() == second, "two plans of the same are the same, seed \(seed)")
    }

    @Test func `a thousand manifests plan empty after their apply, with two requests a service and a deployment`()
        async throws
    {
        var generator = WorkspaceGenerator(seed: 4711)
        var world = try World(generator.files(services: 300), updateDuration: .zero)
        world.workspace.replace("local: {sandbox", with: "local: {limits: {maxChanges: 5000}, sandbox")
        let run = try await world.apply()
        try #require(run.failures == "")
        let desired = try world.desired()
        #expect(desired.resources.count > 1000)
        let counter = CountingTransport(SandboxTransport(world.sandbox))
        let second = try await world.plan(transport: counter)
        #expect(second.lines == [])
        let services = desired.resources(of: .apiService).count
        let others = desired.resources(of: .infra).count + desired.resources(of: .publishedService).count
        let constant = 4
        #expect(counter.count <= services * 2 + desired.resources(of: .deployment).count * 2 + others + constant)
    }

    @Test(arguments: 0..<40) func `converges through lost answers and errors, and makes nothing twice`(seed: Int)
        async throws
    {
        var generator = WorkspaceGenerator(seed: UInt64(seed + 1000))
        let world = try World(generator.files())
        try await world.send(
            .put, "/sandbox/faults",
            [
                "seed": .number(JSONNumber(seed)),
                "rules": [["lostAnswers": 0.15, "errorRate": 0.1, "status": 503, "truncate": 0.05]],
            ])
        var left = ["not applied yet"]
        var history = ""
        for _ in 0..<40 where !left.isEmpty {
            let retrying = RetryingTransport(
                SandboxTransport(world.sandbox), policy: RetryPolicy(maximumAttempts: 6, base: .zero, ceiling: .zero),
                limiter: nil, statistics: nil)
            do {
                let plan = try await world.plan(transport: retrying)
                left = plan.lines
                if !left.isEmpty { history += try await world.apply(plan, transport: retrying).failures }
            } catch let error as ReconcileError {
                history += text(error.diagnostics)
            }
        }
        #expect(left == [], "seed \(seed)\n\(history)")
        try await world.send(.put, "/sandbox/faults", [:])
        // A health that could not be read is no change: once it can be, one more apply may be due.
        let rest = try await world.plan()
        #expect(rest.changes.allSatisfy { $0.action == .rollout }, "seed \(seed): \(rest.lines)")
        try await world.apply(rest)
        #expect(try await world.plan().lines == [], "seed \(seed)")
        let log = try await world.send(.get, "/sandbox/requests")
        let entries = log.array ?? log["requests"]?.array ?? []
        var done: [String: Int] = [:]
        for entry in entries {
            guard entry["method"] == "POST", let path = entry["path"]?.string, path.contains("/packages/"),
                (entry["status"]?.integer ?? 500) < 400
            else { continue }
            done[path, default: 0] += 1
        }
        #expect(done.filter { $0.value > 1 } == [:], "seed \(seed)")
        #expect(!history.contains("canary"), "no secret in any message")
    }
}
