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

/// Runs that ended by themselves and left something behind, and runs that nobody remembers.
@Suite struct EndedRunTests {
    @Test func `an update that outlasts its run is told as that, and not as a run that was cut off`() async throws {
        let world = try World(updateDuration: .seconds(1000))
        let run = try await world.apply()
        #expect(run.failures.contains("waited 5m for its update to end"), "\(run.failures)")
        let runs = try await world.store.runs(of: "local", limit: 5, before: nil)
        #expect(runs.map(\.result).contains(.open) == false)
        let plan = try await world.plan()
        let note = try #require(plan.diagnostics.first { $0.code == "update-still-runs" }, "\(plan.diagnostics)")
        #expect(note.message == "an update of 'Deployment/scoring-on-prod' that run 1 started may still run")
        #expect(note.severity == .warning)
        #expect(!plan.diagnostics.contains { $0.code == "run-cut-off" })
        await world.clock.sleep(.seconds(1000))
        #expect(try await world.plan().diagnostics.filter { $0.severity == .warning }.map(\.code) == [])
    }

    @Test func `a run that is no longer kept is told as gone`() async throws {
        let world = try World()
        try await world.apply()
        let holder = LeaseHolder(owner: "bob@test", command: "mooring apply", process: Reconciler.process)
        guard case .granted(let lease) = try await world.store.acquire("local", for: holder, milliseconds: 60_000)
        else { throw World.Invalid(description: "nobody else holds it") }
        for _ in 0..<500 {
            let record = RunRecord(number: 0, command: "apply", actor: "bob@test", started: 0)
            let number = try await world.store.begin(record, under: lease)
            try await world.store.commit(
                [.finish(run: number, .applied, finished: 0, counts: [:])], under: lease)
        }
        try await world.store.release(lease)
        let desired = try world.desired()
        let reconciler = world.reconciler(desired)
        let gone = await #expect(throws: ReconcileError.self) {
            _ = try await reconciler.rollbackPlan(to: .run(1), desired)
        }
        #expect(gone?.diagnostics.map(\.code) == ["unknown-run"])
        #expect(
            gone?.diagnostics.first?.hint
                == "The newest 500 runs are kept: those before run 2 are gone. `mooring history` lists them.")
        let never = await #expect(throws: ReconcileError.self) {
            _ = try await reconciler.rollbackPlan(to: .run(9999), desired)
        }
        #expect(never?.diagnostics.first?.hint == "`mooring history` lists them.")
        #expect(try await reconciler.rollbackPlan(to: .run(2), desired).lines == [])
    }

    @Test func `who waits for a write without an answer says so`() async throws {
        let (world, desired) = try await slow()
        let waits = Mutex<[String]>([])
        _ = try await world.reconciler(desired).apply(nil, desired, interruption: Interruption()) { event in
            guard case .waiting(let address, let text, let milliseconds) = event, address.kind == .package else {
                return
            }
            waits.withLock { $0.append("\(milliseconds / 1000) s: \(address) \(text)") }
        }
        let lines = waits.withLock { $0 }
        let text =
            "Package/CHURN/scoring waiting for 'POST /projects/CHURN/apiservices/scoring/packages/v1', which had no answer in time"
        #expect(lines.first == "0 s: \(text)")
        #expect(lines.count > 10)
    }

    @Test func `who lost the lock no longer waits for a write without an answer`() async throws {
        let (world, desired) = try await slow()
        let breaker = LockBreaker(SandboxTransport(world.sandbox), world.store)
        let run = try await world.reconciler(desired, transport: breaker).apply(
            nil, desired, interruption: Interruption()
        ) { _ in }
        #expect(run.outcomes.contains { $0.result != .applied })
        // Ten minutes of looks each quarter of a minute would be forty.
        #expect((1..<12).contains(breaker.looks), "\(breaker.looks)")
    }

    /// A design node that is too slow in making a package, behind a proxy that does not wait.
    private func slow() async throws -> (World, DesiredState) {
        let world = try World()
        try await world.send(
            .put, "/sandbox/faults",
            ["rules": [["match": ["method": "POST", "path": "*/packages/v1"], "errorRate": 1, "status": 504]]])
        return (world, try world.desired())
    }
}

/// Breaks the lock at the first look at the packages after one was asked for.
final class LockBreaker: Transport {
    private let base: any Transport
    private let store: any StateStore
    private let state = Mutex((isAsked: false, looks: 0))

    init(_ base: any Transport, _ store: any StateStore) {
        self.base = base
        self.store = store
    }

    /// How often it was looked whether the package is there.
    var looks: Int { state.withLock { $0.looks } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let isLook = request.method == .get && request.url.contains("/packages")
        let isFirst = state.withLock { state in
            if request.method == .post, request.url.hasSuffix("/packages/v1") { state.isAsked = true }
            guard state.isAsked, isLook else { return false }
            state.looks += 1
            return state.looks == 1
        }
        if isFirst { _ = try? await store.breakLease(of: "local") }
        return try await base.send(request)
    }
}
