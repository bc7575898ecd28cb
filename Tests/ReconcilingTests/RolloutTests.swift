import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Synchronization
import TestSupport
import Testing

/// The bad ends of an update: none of them is taken for success.
@Suite struct RolloutTests {
    struct End: Sendable, CustomTestStringConvertible {
        let outcome: String
        let result: Outcome.Result
        /// A part of what the user is told.
        let words: String
        var testDescription: String { outcome }
    }

    @Test(arguments: [
        End(outcome: "fail", result: .failed, words: "its update failed: "),
        End(outcome: "abort", result: .failed, words: "its update was aborted"),
        End(outcome: "hang", result: .failed, words: "waited 5m for its update to end"),
        End(outcome: "unhealthy", result: .failed, words: "it is UNHEALTHY"),
        End(outcome: "partial", result: .failed, words: "it is "),
        End(outcome: "lostFuture", result: .applied, words: ""),
    ])
    func `follows an update to its end`(end: End) async throws {
        let world = try World()
        try await world.send(
            .put, "/sandbox/faults",
            ["updates": [["deployment": "scoring-on-prod", "outcome": .string(end.outcome), "times": 1]]])
        let run = try await world.apply()
        #expect(run.outcomes.last?.result == end.result, "\(run.failures)")
        #expect(run.failures.contains(end.words) || end.words.isEmpty, "\(run.failures)")
        guard end.result != .applied else { return }
        #expect(run.count(.applied) == 5, "the rest was applied")
        if end.outcome == "hang" {
            for future in try await world.send(.get, "/dip/publicapi/futures/?allUsers=True").array ?? [] {
                try await world.send(.delete, "/dip/publicapi/futures/\(future["jobId"]?.string ?? "")")
            }
        }
        let next = try await world.plan()
        let isMended = next.lines.isEmpty && next.diagnostics.contains { $0.code == "not-healthy" }
        #expect(next.lines == ["> Deployment/scoring-on-prod"] || isMended, "\(next.lines)")
        let mending = try await world.reconciler(world.desired()).rolloutPlan(
            Address(.deployment, "scoring-on-prod"), in: world.desired())
        #expect(try await world.apply(mending).failures == "")
        #expect(try await world.plan().lines == [])
    }

    /// A deployer that restarts: what its proxy says then is nothing about the roll-out.
    @Test(arguments: [("*/futures/*", 502), ("*/status", 503), ("*/status", 429), ("*/futures/*", 504)])
    func `a deployer that is away for minutes fails no roll-out`(path: String, status: Int) async throws {
        let world = try World(updateDuration: .seconds(100))
        try await world.send(
            .put, "/sandbox/faults",
            [
                "rules": [
                    [
                        "match": ["path": .string(path)], "errorRate": 1, "status": .number(JSONNumber(status)),
                        "times": 40,
                    ]
                ]
            ])
        let told = Mutex<Set<String>>([])
        let desired = try world.desired()
        let run = try await world.reconciler(desired).apply(nil, desired) { event in
            if case .waiting(_, let text, _) = event { _ = told.withLock { $0.insert(text) } }
        }
        #expect(run.failures == "")
        #expect(try await world.plan().lines == [])
        #expect(
            told.withLock { $0 }.contains { $0.contains("\(status)") || $0.contains("fault") },
            "\(told.withLock { $0 })")
    }

    @Test func `a roll-out whose deployer stays away is left to the next run, which waits for its end`() async throws {
        let world = try World(updateDuration: .seconds(400))
        try await world.send(
            .put, "/sandbox/faults",
            ["rules": [["match": ["path": "*/futures/*"], "errorRate": 1, "status": 502]]])
        let run = try await world.apply()
        #expect(run.outcomes.last?.result == .failed)
        #expect(run.failures.contains("waited 5m for its update to end; "), "\(run.failures)")
        _ = try await world.writes()
        try await world.send(.put, "/sandbox/faults", [:])
        #expect(try await world.apply().failures == "")
        #expect(try await world.writes().filter { $0.hasSuffix("/actions/update") } == [], "it is not pushed twice")
        #expect(try await world.plan().lines == [])
    }

    @Test func `a node that is down makes one deployment unhealthy and stops nothing else`() async throws {
        let world = try World()
        try await world.send(.put, "/sandbox/faults", ["deadNodes": ["node-2"]])
        let told = Mutex<Set<String>>([])
        let desired = try world.desired()
        let run = try await world.reconciler(desired).apply(nil, desired) { event in
            if case .waiting(_, let text, _) = event { _ = told.withLock { $0.insert(text) } }
        }
        #expect(run.outcomes.last?.result == .failed)
        #expect(run.count(.applied) == 5)
        let texts = told.withLock { $0 }.filter { $0.hasPrefix("waiting for HEALTHY") }
        #expect(!texts.isEmpty && texts.allSatisfy { $0.contains("node-2") }, "who waits is told why: \(texts)")
        try await world.send(.put, "/sandbox/faults", [:])
        #expect(try await world.apply().failures == "")
        #expect(try await world.plan().lines == [])
    }

    @Test func `nodes that hang leave the health unknown and stall nothing else`() async throws {
        var world = try World()
        world.files["deployment.yaml"] = (0..<40).map { index in
            World.scoring["deployment.yaml", default: ""].replacing("scoring-on-prod", with: "d-\(index)")
        }.joined(separator: "\n---\n")
        try await world.apply()
        try await world.send(
            .put, "/sandbox/faults", ["rules": [["match": ["path": "*/status"], "hang": 1]]])
        world.files["infra.yaml"]?.replace("stage: Production", with: "stage: Test")
        let before = world.clock.now
        let plan = try await world.plan()
        #expect(plan.lines == ["~ Infra/prod stage"])
        #expect(plan.rollouts.values.allSatisfy { $0.health == nil && $0.problem != nil })
        #expect(plan.diagnostics.contains { $0.code == "health-not-asked" })
        #expect(world.clock.now - before < .seconds(40 * 30), "not one time-out for each deployment")
    }

    @Test func `starts no more updates at once than it may`() async throws {
        var world = try World()
        world.files["deployment.yaml"] = (0..<12).map { index in
            World.scoring["deployment.yaml", default: ""].replacing("scoring-on-prod", with: "d-\(index)")
        }.joined(separator: "\n---\n")
        // The sandbox fails the fourth update at once, as hooks of DSS do.
        let run = try await world.apply()
        #expect(run.failures == "")
        #expect(run.count(.applied) == 17)
    }

    @Test func `finishes what is in flight when it is interrupted, and starts nothing new`() async throws {
        let world = try World()
        let desired = try world.desired()
        let reconciler = world.reconciler(desired)
        let plan = try await reconciler.plan(desired).plan
        let interruption = Interruption()
        let run = try await reconciler.apply(plan, desired, interruption: interruption) { event in
            if case .started(let address, _) = event, address.kind == .package { interruption.interrupt(signal: 15) }
        }
        #expect(run.end == .interrupted(signal: 15))
        #expect(run.results.contains("Package/CHURN/scoring applied"))
        #expect(run.results.last == "Deployment/scoring-on-prod not-started")
        #expect(try await world.plan().lines == ["+ Deployment/scoring-on-prod"])
    }

    @Test func `starts nothing new after so many failures`() async throws {
        var world = try World([:])
        world.files["infras.yaml"] = (10..<40).map { index in
            World.scoring["infra.yaml", default: ""].replacing("name: prod", with: "name: i\(index)")
        }.joined(separator: "\n---\n")
        // The infrastructures are refused.
        try await world.send(
            .put, "/sandbox/faults",
            ["rules": [["match": ["method": "POST", "path": "*/infras"], "errorRate": 1, "status": 400]]])
        world.workspace.replace(
            "local: {sandbox", with: "local: {limits: {concurrency: 1, stopAfterFailures: 2}, sandbox")
        let run = try await world.apply()
        #expect(run.end == .stoppedAfterFailures)
        #expect(run.count(.failed) >= 2)
        #expect(run.count(.notStarted) >= 20)
    }
}
