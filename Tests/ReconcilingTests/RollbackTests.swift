import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import Synchronization
import TestSupport
import Testing

/// Going back, and what happens to roll-outs when a run is interrupted.
@Suite struct RollbackTests {
    static let settings = "/dip/publicapi/api-deployer/deployments/scoring-on-prod/settings"

    /// A deployment of `v1`, and manifests that want `v2` and to go back when it fails.
    func world(_ extra: String = "") async throws -> World {
        var world = try World()
        world.files["deployment.yaml"]?.replace(
            "version: v1", with: "version: v1\n  raw: {auth: {key: {secret: {env: QUERY_KEY}}}}")
        world.files["deployment.yaml"]?.replace("{failAfter", with: "{onFailure: rollback, failAfter")
        try await world.apply()
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2\(extra)")
        return world
    }

    func expectBack(_ world: World, _ run: Run) async throws {
        #expect(run.outcomes.last?.result == .rolledBack, "\(run.failures)")
        let settings = try await world.send(.get, RollbackTests.settings)
        #expect(settings["generationsMapping"]?["generation"] == "v1")
        #expect(settings["auth"]?["key"] == "canary-query-key")
        let status = try await world.send(.get, "/dip/publicapi/api-deployer/deployments/scoring-on-prod/status")
        #expect(status["health"] == "HEALTHY")
    }

    @Test(arguments: ["fail", "abort", "hang", "unhealthy", "partial"])
    func `goes back from each bad end`(outcome: String) async throws {
        let world = try await world()
        try await world.send(
            .put, "/sandbox/faults",
            ["updates": [["deployment": "scoring-on-prod", "outcome": .string(outcome), "times": 1]]])
        try await expectBack(world, world.apply())
    }

    @Test func `what fails on the way back is told from what failed before`() async throws {
        let world = try await world()
        try await world.send(
            .put, "/sandbox/faults",
            ["updates": [["deployment": "scoring-on-prod", "outcome": "fail", "times": 2]]])
        let run = try await world.apply()
        #expect(run.outcomes.last?.result == .failed)
        #expect(run.failures.ranges(of: "on the way back: ").count == 1, "\(run.failures)")
    }

    @Test func `goes back when DSS did not keep what was saved`() async throws {
        let world = try await world(
            "\n  authorizationsToQueryThroughDeployer: [{group: a, queryThroughDeployer: true}]")
        let transport = TamperingTransport(
            base: SandboxTransport(world.sandbox),
            request: { request in
                guard request.method == .put, case .object(var object)? = request.json else { return nil }
                if object["authorizationsToQueryThroughDeployer"] != nil {
                    object["authorizationsToQueryThroughDeployer"] = []
                    request.body = .bytes(JSONValue.object(object).bytes())
                }
                return nil
            })
        let run = try await world.apply(transport: transport)
        #expect(run.failures.contains("DSS did not keep 'authorizationsToQueryThroughDeployer[a]'"))
        try await expectBack(world, run)
    }

    @Test func `never writes back a secret that stands redacted`() async throws {
        let world = try await world()
        try await world.send(
            .put, "/sandbox/faults",
            ["updates": [["deployment": "scoring-on-prod", "outcome": "unhealthy", "times": 1]]])
        let transport = TamperingTransport(
            base: SandboxTransport(world.sandbox),
            answer: { _, response in
                let text = String(decoding: response.body, as: UTF8.self)
                response.body = Array(text.replacing("canary-query-key", with: "********").utf8)
            })
        try await expectBack(world, world.apply(transport: transport))
    }

    @Test func `follows to its end what is under way when it is interrupted, and begins nothing that waits`()
        async throws
    {
        var world = try World()
        try await world.apply()
        world.workspace.replace("local: {sandbox", with: "local: {limits: {updates: 1}, sandbox")
        world.files["deployment.yaml"] = (0..<4).map { index in
            World.scoring["deployment.yaml", default: ""].replacing("scoring-on-prod", with: "d-\(index)")
        }.joined(separator: "\n---\n")
        let desired = try world.desired()
        let reconciler = world.reconciler(desired)
        let plan = try await reconciler.plan(desired).plan
        let interruption = Interruption()
        let run = try await reconciler.apply(plan, desired, interruption: interruption) { event in
            if case .waiting = event { interruption.interrupt(signal: 2) }
        }
        #expect(run.end == .interrupted(signal: 2))
        #expect(run.count(.applied) >= 1)
        let others = run.outcomes.filter { $0.result != .applied }
        #expect(!others.isEmpty && others.allSatisfy { $0.result == .notStarted }, "\(run.results)")
        let next = try await world.plan()
        #expect(next.lines == others.map { "+ \($0.address)" })
        #expect(try await world.apply(next).failures == "")
    }

    @Test func `a bad release stops after so many failures, with the other deployments untouched`() async throws {
        var world = try World()
        world.files["deployment.yaml"] = (10..<40).map { index in
            World.scoring["deployment.yaml", default: ""].replacing("scoring-on-prod", with: "d-\(index)")
        }.joined(separator: "\n---\n")
        try await world.send(.put, "/sandbox/faults", ["updates": [["deployment": "*", "outcome": "fail"]]])
        let run = try await world.apply()
        #expect(run.end == .stoppedAfterFailures)
        // Three failures stop it, and three updates may be under way at that moment.
        #expect((3...5).contains(run.count(.failed)), "\(run.results)")
        #expect(run.count(.notStarted) == 30 - run.count(.failed))
        let begun = try await world.writes().filter { $0.contains("/deployments") && $0.hasPrefix("POST") }
        #expect(begun.count == run.count(.failed) * 2, "each that failed was created and updated, no other")
    }

    @Test func `goes back although it was interrupted`() async throws {
        let world = try await world()
        try await world.send(
            .put, "/sandbox/faults",
            ["updates": [["deployment": "scoring-on-prod", "outcome": "unhealthy", "times": 1]]])
        let desired = try world.desired()
        let reconciler = world.reconciler(desired)
        let plan = try await reconciler.plan(desired).plan
        let interruption = Interruption()
        let run = try await reconciler.apply(plan, desired, interruption: interruption) { event in
            if case .waiting = event { interruption.interrupt(signal: 15) }
        }
        try await expectBack(world, run)
    }

    @Test func `waiting for others is not counted against its own time`() async throws {
        var world = try World(updateDuration: .seconds(100))
        world.files["deployment.yaml"] = (0..<12).map { index in
            World.scoring["deployment.yaml", default: ""].replacing("scoring-on-prod", with: "d-\(index)")
                .replacing("timeout: 5m", with: "timeout: 200s")
        }.joined(separator: "\n---\n")
        #expect(try await world.apply().failures == "")
    }

    @Test func `what failed goes back before others that wait for their turn`() async throws {
        var world = try World(updateDuration: .seconds(60))
        world.workspace.replace("local: {sandbox", with: "local: {limits: {updates: 1}, sandbox")
        let deployments = (0..<6).map { index in
            World.scoring["deployment.yaml", default: ""].replacing("scoring-on-prod", with: "d-\(index)")
                .replacing("{failAfter", with: "{onFailure: rollback, failAfter")
        }.joined(separator: "\n---\n")
        world.files["deployment.yaml"] = deployments
        #expect(try await world.apply().failures == "")
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"] = deployments.replacing("version: v1", with: "version: v2")
        try await world.send(
            .put, "/sandbox/faults", ["updates": [["deployment": "*", "outcome": "unhealthy", "times": 1]]])
        let ended = Mutex<[Outcome.Result]>([])
        let desired = try world.desired()
        let run = try await world.reconciler(desired).apply(nil, desired) { event in
            guard case .finished(let outcome) = event, outcome.address.kind == .deployment else { return }
            ended.withLock { $0.append(outcome.result) }
        }
        #expect(run.count(.rolledBack) == 1, "\(run.results)")
        // One that was updated meanwhile may end before it.
        #expect(ended.withLock { $0 }.prefix(3).contains(.rolledBack), "\(ended.withLock { $0 })")
    }

    @Test func `no message, event or outcome holds a secret, even when the server tells it`() async throws {
        let world = try await world()
        let transport = TamperingTransport(
            base: SandboxTransport(world.sandbox),
            request: { request in
                guard request.method == .put, let body = request.json else { return nil }
                let message: JSONValue = ["errorType": "Bad", "message": .string("can't take \(body.text())")]
                return HTTPResponse(status: 400, body: message.bytes())
            })
        let desired = try world.desired()
        let reconciler = world.reconciler(desired, transport: transport)
        let events = Mutex("")
        let plan = try await reconciler.plan(desired).plan
        let run = try await reconciler.apply(plan, desired, interruption: Interruption()) { event in
            events.withLock { $0 += "\(event)" }
        }
        #expect(run.failures.contains("can't take"))
        #expect(run.failures.contains("(secret)"))
        #expect(!"\(run)\(plan)\(events.withLock { $0 })".contains("canary"))
    }
}
