import Diagnostics
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import TestSupport
import Testing

/// What an apply tells its store, and what it does when the store fails.
@Suite struct JournalTests {
    private func world(_ files: [String: String] = World.scoring) throws -> (World, FaultyStore) {
        var world = try World(files)
        let store = FaultyStore(try #require(world.store as? MemoryStore))
        world.store = store
        return (world, store)
    }

    private static let lost = StateError(.failed, "state-failed", "the disk is gone")
    private static let cut = StateError(.unreachable, "state-unreachable", "the server does not answer")

    @Test func `writes that are sent side by side share a commit`() async throws {
        let resources = 700
        var files: [String: String] = [:]
        for index in 0..<resources {
            files["s\(index).yaml"] = """
                apiVersion: mooring/v1
                kind: APIService
                metadata: {project: P, name: s\(index)}
                spec: {tags: [a], package: {version: v1}}
                """
        }
        var (world, store) = try world(files)
        world.workspace.replace("local: {sandbox", with: "local: {limits: {maxChanges: 5000}, sandbox")
        let run = try await world.apply()
        #expect(run.failures == "")
        // Create, save, package, publish: each one a write of its own.
        let intents = store.commits.joined().count { if case .intend = $0 { true } else { false } }
        #expect(intents == 4 * resources)
        #expect(store.commits.count * 10 < intents, "\(store.commits.count) commits for \(intents) intents")
        let snapshot = try await store.snapshot(of: "local")
        #expect(snapshot.intents.isEmpty)
        // The services, their versions, and the published services that came with them.
        #expect(snapshot.records.count == 3 * resources)
    }

    @Test func `a plan without changes and news writes nothing to the store`() async throws {
        let (world, store) = try world()
        try await world.apply()
        let commits = store.commits.count
        let run = try await world.apply()
        #expect(run.number == nil)
        #expect(store.commits.count == commits)
    }

    @Test(arguments: 0..<12)
    func `when the store fails nothing more is sent, and the run says so`(number: Int) async throws {
        let (world, store) = try world()
        store.fail { count, _ in count == number ? JournalTests.lost : nil }
        _ = try await world.writes()
        let run = try await world.apply()
        let problem = run.problem.map { text([$0]) } ?? ""
        guard run.problem != nil else {
            #expect(number > 4, "an apply takes some commits")
            return
        }
        #expect(problem.contains("the disk is gone"))
        if run.outcomes.contains(where: { $0.result == .failed }) {
            #expect(run.failures.contains("the disk is gone"), "\(run.failures)")
        }
        #expect(run.outcomes.allSatisfy { $0.result != .applied } || number > 0)
        // Whatever was sent was intended, so that the next run finds out what became of it.
        store.fail { _, _ in nil }
        #expect(try await world.apply().failures == "")
        #expect(try await world.plan().lines == [])
        let writes = try await world.writes().filter { !$0.hasPrefix("PUT") && !$0.hasSuffix("/update") }
        #expect(Set(writes).count == writes.count, "\(writes)")
    }

    @Test func `a store that comes back in time is no reason to stop`() async throws {
        let (world, store) = try world()
        store.fail { count, _ in count % 4 == 1 ? JournalTests.cut : nil }
        let run = try await world.apply()
        #expect(run.failures == "")
        #expect(run.problem == nil)
        #expect(try await world.plan().lines == [])
    }

    @Test func `a store that stays away ends the run when the lease runs out`() async throws {
        let (world, store) = try world()
        store.fail { count, _ in
            guard count > 2 else { return nil }
            store.stopRenewals()
            return JournalTests.cut
        }
        let run = try await world.apply()
        #expect(run.problem != nil)
        #expect(run.count(.applied) < run.outcomes.count)
        #expect(run.failures.contains("the server does not answer"), "\(run.failures)")
    }

    @Test func `who lost the lock writes nothing more`() async throws {
        let (world, store) = try world()
        _ = try await world.writes()
        store.fail { count, _ in
            if count == 2 { _ = try? store.base.breakLease(of: "local") }
            return nil
        }
        let run = try await world.apply()
        #expect(run.problem?.code == "lease-lost")
        #expect(run.count(.applied) < run.outcomes.count)
        #expect(store.commits.count == 2)
    }

    @Test func `what was done and could not be recorded is told`() async throws {
        let (world, store) = try world()
        store.fail { _, entries in
            entries.contains { if case .finish = $0 { true } else { false } } ? JournalTests.lost : nil
        }
        let run = try await world.apply()
        #expect(run.failures == "")
        #expect(run.problem?.message.hasPrefix("what was done could not be recorded: the disk is gone") == true)
        store.fail { _, _ in nil }
        #expect(try await world.apply().failures == "")
        #expect(try await world.store.snapshot(of: "local").intents.isEmpty)
        let runs = try await world.store.runs(of: "local", limit: 10, before: nil)
        #expect(runs.map(\.result).contains(.abandoned))
        #expect(!runs.map(\.result).contains(.open))
    }

    @Test func `a run that is held up by another waits for it, and says who it is`() async throws {
        let world = try World()
        let desired = try world.desired()
        let reconciler = world.reconciler(desired)
        let first = try await reconciler.open(
            "mooring apply -e local", owner: "ann@host", process: Reconciler.process, waiting: .zero
        ) { _ in }
        let error = await #expect(throws: ReconcileError.self) {
            _ = try await reconciler.open(
                "mooring destroy", owner: "bob@host", process: Reconciler.process, waiting: .seconds(20)
            ) { #expect($0.owner == "ann@host") }
        }
        #expect(error?.reason == .locked)
        #expect(
            error?.diagnostic.message
                == "'local' is locked by ann@host, who has been running 'mooring apply -e local' for 20 s")
        // It is kept for as long as it is held.
        await world.clock.sleep(.seconds(600))
        #expect(try await world.store.holder(of: "local")?.owner == "ann@host")
        await first.close()
        let second = try await reconciler.open(
            "mooring destroy", owner: "bob@host", process: Reconciler.process, waiting: .zero
        ) { _ in }
        await second.close()
        #expect(try await world.store.holder(of: "local") == nil)
    }
}
