import Diagnostics
import HTTP
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import Synchronization
import TestSupport
import Testing

/// Nodes that hang: DSS asks them before it tells the health of a deployment.
@Suite struct HangingTests {
    @Test func `a hung node costs a plan one attempt of a third of the time`() async throws {
        var generator = WorkspaceGenerator(seed: 7)
        let world = try World(generator.files(services: 6), updateDuration: .zero)
        try #require(try await world.apply().failures == "")
        let desired = try world.desired()
        let names = desired.resources(of: .deployment).filter { !$0.isExternal }.map(\.address.name)
        let hung = try #require(names.sorted().first)
        #expect(names.count > 1)
        let hanging = HangingTransport(SandboxTransport(world.sandbox)) { $0.hasSuffix("/deployments/\(hung)/status") }
        let retrying = RetryingTransport(hanging, policy: RetryPolicy(base: .zero, ceiling: .zero))
        let live = try await world.reconciler(desired, transport: retrying).plan(desired).live
        #expect(hanging.timeouts == [.seconds(10)])
        for name in names {
            let rollout = try #require(live.rollouts[name], "\(name)")
            #expect((rollout.health == nil) == (name == hung), "\(name)")
            #expect((rollout.problem != nil) == (name == hung), "\(name)")
        }
    }

    @Test func `who settles asks side by side, and not on and on`() async throws {
        var generator = WorkspaceGenerator(seed: 7)
        var world = try World(generator.files(services: 60), updateDuration: .zero)
        world.workspace.replace("local: {sandbox", with: "local: {limits: {concurrency: 4}, sandbox")
        try #require(try await world.apply().failures == "")
        let desired = try world.desired()
        let deployments = desired.resources(of: .deployment).filter { !$0.isExternal }.map(\.address)
        #expect(deployments.count > 30)
        try await cutOff(world, awaiting: deployments)
        let hanging = HangingTransport(SandboxTransport(world.sandbox)) { $0.hasSuffix("/status") }
        let run = try await world.reconciler(desired, transport: hanging).open(
            "mooring apply", owner: "ann@test", process: Reconciler.process, waiting: .zero
        ) { _ in }
        #expect(try await run.settle(desired).map(\.code) == ["settled"])
        await run.close()
        #expect((16..<20).contains(hanging.timeouts.count), "\(hanging.timeouts.count)")
        #expect(hanging.mostAtOnce == 4)
        #expect(hanging.timeouts.allSatisfy { $0 == .seconds(10) })
        #expect(try await world.store.snapshot(of: "local").intents.count == deployments.count)
    }

    @Test func `what is healthy by now is settled, whatever hangs beside it`() async throws {
        var generator = WorkspaceGenerator(seed: 7)
        let world = try World(generator.files(services: 6), updateDuration: .zero)
        try #require(try await world.apply().failures == "")
        let desired = try world.desired()
        let deployments = desired.resources(of: .deployment).filter { !$0.isExternal }.map(\.address)
        let hung = try #require(deployments.min())
        try await cutOff(world, awaiting: deployments)
        let hanging = HangingTransport(SandboxTransport(world.sandbox)) {
            $0.hasSuffix("/deployments/\(hung.name)/status")
        }
        let run = try await world.reconciler(desired, transport: hanging).open(
            "mooring apply", owner: "ann@test", process: Reconciler.process, waiting: .zero
        ) { _ in }
        _ = try await run.settle(desired)
        await run.close()
        #expect(try await world.store.snapshot(of: "local").intents.map(\.address).contains(hung))
        #expect(try await world.store.snapshot(of: "local").intents.count < deployments.count)
    }

    /// Leaves what a run leaves that dies while it awaits these deployments, whose updates were done.
    private func cutOff(_ world: World, awaiting deployments: [Address]) async throws {
        let holder = LeaseHolder(owner: "bob@test", command: "mooring apply", process: Reconciler.process)
        guard case .granted(let lease) = try await world.store.acquire("local", for: holder, milliseconds: 60_000)
        else { throw World.Invalid(description: "nobody else holds it") }
        let run = try await world.store.begin(
            RunRecord(number: 0, command: "apply", actor: "bob@test", started: 0), under: lease)
        try await world.store.commit(
            deployments.enumerated().map { index, address in
                .intend(
                    Intent(
                        id: Intent.ID(run: run, number: index + 1), address: address, action: .update,
                        step: Step.Kind.awaitHealth.rawValue, call: "GET", job: "job-\(index)"))
            }, under: lease)
        try await world.store.release(lease)
    }
}

/// Gives no answer to some requests.
final class HangingTransport: Transport {
    private struct State {
        var timeouts: [Duration] = []
        var underWay = 0
        var mostAtOnce = 0
    }

    private let base: any Transport
    private let hangs: @Sendable (String) -> Bool
    private let state = Mutex(State())

    /// Hangs where `hangs` says so of the URL.
    init(_ base: any Transport, _ hangs: @escaping @Sendable (String) -> Bool) {
        self.base = base
        self.hangs = hangs
    }

    /// How long each of the requests that hung may have taken.
    var timeouts: [Duration] { state.withLock { $0.timeouts } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard hangs(request.url) else { return try await base.send(request) }
        state.withLock { state in
            state.timeouts.append(request.timeout)
            state.underWay += 1
            state.mostAtOnce = max(state.mostAtOnce, state.underWay)
        }
        // Long enough for others to come meanwhile.
        for _ in 0..<HangingTransport.turns { await Task.yield() }
        state.withLock { $0.underWay -= 1 }
        throw HTTPError(.timeout, "it hangs", request: request.label)
    }

    private static let turns = 1000
}
