import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import Synchronization
import TestSupport
import Testing

/// Roll-outs whose run was cut off are gone on with, never begun again.
@Suite struct UnfinishedTests {
    private static let deployment = Address(.deployment, "scoring-on-prod")

    /// A deployment of a version that turns out bad, whose run dies as soon as its update was started.
    private func cutOff(onFailure: String, _ outcome: String? = "unhealthy") async throws -> World {
        var world = try World()
        world.files["deployment.yaml"]?.replace("{failAfter", with: "{onFailure: \(onFailure), failAfter")
        try await world.apply()
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
        if let outcome {
            try await world.send(
                .put, "/sandbox/faults",
                ["updates": [["deployment": "scoring-on-prod", "outcome": .string(outcome), "times": 1]]])
        }
        let store = try #require(world.store as? MemoryStore)
        let killer = KillAtUpdate(SandboxTransport(world.sandbox), store)
        _ = try? await world.apply(transport: killer)
        world.store = try #require(killer.left)
        _ = try await world.writes()
        return world
    }

    @Test func `what was pushed is awaited, and pushed no second time`() async throws {
        let world = try await cutOff(onFailure: "hold", nil)
        let run = try await world.apply()
        #expect(run.outcomes == [])
        #expect(try await world.writes() == [])
        #expect(try await world.store.snapshot(of: "local").intents.isEmpty)
        let runs = try await world.store.runs(of: "local", limit: 5, before: nil)
        #expect(runs.map(\.result) == [.abandoned, .applied])
        let change = try await world.store.changes(of: 2, in: "local").first {
            $0.address == UnfinishedTests.deployment
        }
        #expect(change?.result == "applied")
    }

    @Test func `a bad end of a roll-out that was cut off is told`() async throws {
        let world = try await cutOff(onFailure: "hold")
        let run = try await world.apply()
        #expect(run.results == ["Deployment/scoring-on-prod failed"])
        #expect(try await world.writes() == [])
    }

    @Test func `a roll-out that was cut off goes back to what was good before it`() async throws {
        let world = try await cutOff(onFailure: "rollback")
        let desired = try world.desired()
        let open = try await world.reconciler(desired).open(
            "mooring apply", owner: "ann@test", process: Reconciler.process, waiting: .seconds(60)
        ) { _ in }
        let notes = try await open.settle(desired)
        #expect(notes.map(\.code) == ["settled"])
        await open.close()
        let plan = try await world.plan()
        #expect(plan.lines == ["> Deployment/scoring-on-prod"])
        #expect(plan.changes[0].cause.kind == .unfinished)
        #expect(plan.changes[0].steps.map(\.kind) == [.awaitHealth])
        let run = try await world.apply()
        #expect(run.results == ["Deployment/scoring-on-prod rolled-back"], "\(run.failures)")
        #expect(
            try await world.writes() == [
                "PUT /api-deployer/deployments/scoring-on-prod/settings",
                "POST /api-deployer/deployments/scoring-on-prod/actions/update",
            ])
        let record = try await world.store.snapshot(of: "local")[UnfinishedTests.deployment]
        #expect(try JSONValue(parsing: record?.applied.bytes ?? [])["version"] == "v1")
        let status = try await world.send(.get, "/dip/publicapi/api-deployer/deployments/scoring-on-prod/status")
        #expect(status["health"] == "HEALTHY")
        #expect(try await world.plan().lines == ["~ Deployment/scoring-on-prod version"])
    }

    @Test func `nobody waits for a roll-out whose deployment was disabled meanwhile`() async throws {
        let world = try await cutOff(onFailure: "hold", "abort")
        try await world.edit("/api-deployer/deployments/scoring-on-prod/settings") { $0["enabled"] = false }
        await world.clock.sleep(.seconds(60))
        _ = try await world.apply()
        #expect(try await world.store.snapshot(of: "local").intents.isEmpty)
    }

    @Test func `a plan without the lock tells what it found, and records nothing`() async throws {
        let world = try await cutOff(onFailure: "hold", nil)
        let before = try await world.store.snapshot(of: "local").intents.count
        #expect(before > 0)
        await world.clock.sleep(.seconds(60))
        let plan = try await world.plan()
        #expect(plan.lines == [])
        #expect(plan.diagnostics.map(\.code).contains("run-cut-off"))
        #expect(try await world.store.snapshot(of: "local").intents.count == before)
    }

    @Test func `a roll-out that is owed to changed nodes is not forgotten when the run is stopped before it`()
        async throws
    {
        var world = try World()
        try await world.apply()
        world.files["infra.yaml"]?.replace("node-2", with: "node-3")
        let desired = try world.desired()
        let interruption = Interruption()
        let run = try await world.reconciler(desired).apply(nil, desired, interruption: interruption) { event in
            if case .finished(let outcome) = event, outcome.address.kind == .infra { interruption.interrupt(signal: 2) }
        }
        #expect(run.results == ["Infra/prod applied", "Deployment/scoring-on-prod not-started"])
        var options = PlanOptions()
        options.checksHealth = false
        let plan = try await world.plan(options)
        #expect(plan.lines == ["> Deployment/scoring-on-prod"])
        #expect(plan.changes[0].cause.kind == .unfinished)
        #expect(plan.changes[0].steps.map(\.kind) == [.startUpdate, .awaitHealth])
        #expect(try await world.apply().failures == "")
        #expect(try await world.plan(options).lines == [])
        #expect(try await world.store.snapshot(of: "local").intents.isEmpty)
    }

    @Test func `a failed roll-out that goes back leaves what is remembered as it was`() async throws {
        var world = try World()
        try await world.apply()
        let before = try await world.store.snapshot(of: "local")[UnfinishedTests.deployment]
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("{failAfter", with: "{onFailure: rollback, failAfter")
        try await world.send(
            .put, "/sandbox/faults",
            ["updates": [["deployment": "scoring-on-prod", "outcome": "unhealthy", "times": 1]]])
        #expect(try await world.apply().outcomes.last?.result == .rolledBack)
        let snapshot = try await world.store.snapshot(of: "local")
        #expect(snapshot[UnfinishedTests.deployment] == before)
        #expect(snapshot.intents.isEmpty)
        let change = try await world.store.changes(to: UnfinishedTests.deployment, in: "local", limit: 1)[0].change
        #expect(change.result == "rolled-back")
        #expect(change.before == change.after)
    }
}

/// Dies when the second update was started: the first one made the deployment.
final class KillAtUpdate: Transport {
    private let base: any Transport
    private let store: MemoryStore
    private let state = Mutex<MemoryStore?>(nil)

    init(_ base: any Transport, _ store: MemoryStore) {
        self.base = base
        self.store = store
    }

    var left: MemoryStore? { state.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let gone = HTTPError(.unreachable, "the process is dead", request: request.label)
        guard left == nil else { throw gone }
        let answer = try await base.send(request)
        guard request.label.hasSuffix("/actions/update") else { return answer }
        state.withLock { $0 = store.copy() }
        throw gone
    }
}
