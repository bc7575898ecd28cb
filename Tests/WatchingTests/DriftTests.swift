import HTTP
import JSON
import Notifications
import Planning
import Resources
import StateStorage
import Synchronization
import Testing

@testable import Watching

@Suite struct DriftTests {
    @Test func `drift is told once, and its end too`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        _ = world.takeNews()
        _ = world.transport.takeWrites()
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        // Not before the interval is over.
        await world.clock.sleep(.seconds(300))
        _ = world.transport.takeRequests()
        await watcher.turn()
        #expect(world.transport.takeRequests() == 0)
        for _ in 1...3 {
            await world.clock.sleep(.seconds(600))
            await watcher.turn()
        }
        var status = watcher.status()
        #expect(status.drifted == 1)
        #expect(status.sync == .outOfSync)
        #expect(world.takeNews() == ["drift: churn/prod: 1 object drifts"])
        #expect(world.transport.takeWrites() == [])
        #expect(await watcher.drift(WatchWorld.place)?.count(.drifted) == 1)
        let view = await watcher.detail(WatchWorld.place)?.resources.first { $0.address.kind == .deployment }
        #expect(view?.verdict == "drifted")
        #expect(view?.fields.map(\.path) == ["enabled"])
        try await world.edit("scoring-on-prod") { $0["enabled"] = true }
        try await watcher.perform(.sync(WatchWorld.place), "ann")
        await watcher.turn()
        status = watcher.status()
        #expect(status.drifted == 0)
        #expect(status.sync == .synced)
        #expect(world.takeNews() == ["recovery: churn/prod: nothing drifts any more"])
    }

    @Test func `the end of drift is told after a restart and by an apply, so that the next is news again`() async throws
    {
        let world = try WatchWorld()
        try world.push("v1")
        var watcher: Watcher? = try await world.start()
        await watcher?.turn()
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        await world.clock.sleep(.seconds(700))
        await watcher?.turn()
        let drift = "drift: churn/prod: 1 object drifts"
        let recovery = "recovery: churn/prod: nothing drifts any more"
        #expect(world.takeNews().suffix(1) == [drift])
        watcher = nil
        let again = try await world.start()
        await again.look()
        await world.clock.sleep(.seconds(700))
        await again.turn()
        #expect(world.takeNews() == [])
        try await world.edit("scoring-on-prod") { $0["enabled"] = true }
        await world.clock.sleep(.seconds(700))
        await again.turn()
        #expect(world.takeNews() == [recovery])
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        await world.clock.sleep(.seconds(700))
        await again.turn()
        #expect(world.takeNews() == [drift])
        try world.push("v2")
        await again.look()
        #expect(world.takeNews().sorted().suffix(1) == [recovery])
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        await world.clock.sleep(.seconds(700))
        await again.turn()
        #expect(world.takeNews() == [drift])
    }

    @Test func `a commit that changes nothing live is told for its state alone`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start(world.watch { $0.path = "." })
        await watcher.turn()
        world.news.withLock { $0 = [] }
        // Nothing is declared otherwise.
        let second = try world.git.commit(["manifests/notes.txt": "hello"])
        await watcher.look()
        // Not even a file is.
        let third = try world.git.commit([:], "Again")
        await watcher.look()
        let news = world.news.withLock { $0 }
        #expect(news.map { $0.revision?.id } == [second, third])
        #expect(news.allSatisfy { $0.isQuiet && $0.event == .applied })
        #expect(
            news.map(\.lines) == [["live is as it says already"], ["nothing of it concerns 'prod'"]])
    }

    @Test func `drift is put back where that is wanted, but not while it is suspended`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start(world.watch([WatchWorld.environment { $0.drift = .heal }]))
        await watcher.turn()
        _ = world.transport.takeWrites()
        try await watcher.perform(.suspend(WatchWorld.place, reason: "audit", until: nil), "ann")
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        await world.clock.sleep(.seconds(700))
        await watcher.turn()
        #expect(watcher.status().drifted == 1)
        #expect(world.transport.takeWrites() == [])
        try await watcher.perform(.resume(WatchWorld.place), "ann")
        await world.clock.sleep(.seconds(700))
        await watcher.turn()
        #expect(watcher.status().drifted == 0)
        #expect(watcher.status().sync == .synced)
        #expect(!world.transport.takeWrites().isEmpty)
        let run = try await world.store.runs(of: "prod", limit: 1, before: nil)[0]
        #expect(run.reason == "drift")
        #expect(await watcher.timeline(WatchWorld.place).contains { $0.kind == .healed })
    }

    @Test func `what was applied is put back while a newer commit waits or is held`() async throws {
        let world = try WatchWorld()
        let first = try world.push("v1")
        let watcher = try await world.start(world.watch([WatchWorld.environment { $0.drift = .heal }]))
        await watcher.turn()
        let bad = try world.git.commit(["manifests/deployment.yaml": "kind: ["])
        await watcher.look()
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        await world.clock.sleep(.seconds(700))
        await watcher.turn()
        #expect(watcher.status().revision?.id == first)
        #expect(watcher.status().held?.revision.id == bad)
        #expect(watcher.status().drifted == 0)
        #expect(watcher.status().sync == .outOfSync)
    }

    @Test func `nothing is read where drift is not looked for`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start(world.watch([WatchWorld.environment { $0.drift = .off }]))
        await watcher.turn()
        _ = world.transport.takeRequests()
        await world.clock.sleep(.seconds(100_000))
        await watcher.turn()
        #expect(world.transport.takeRequests() == 0)
    }

    @Test func `no secret is in what is kept, told or logged`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start(world.watch([WatchWorld.environment { $0.mode = .approve }]))
        await watcher.turn()
        let digest = try #require(watcher.status().pending?.digest)
        try await watcher.perform(.approve(WatchWorld.place, digest: digest), "ann")
        await watcher.turn()
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        try world.push("v2")
        await watcher.look()
        #expect(
            await watcher.detail(WatchWorld.place)?.resources.map(\.address.kind).sorted { $0.rawValue < $1.rawValue }
                == [.apiService, .deployment, .endpoint, .infra, .package])
        var text = try contents(below: world.folder + "/data")
        #expect(text.contains("scoring-on-prod"))
        text += world.news.withLock { "\($0)" } + world.log.withLock { "\($0)" } + "\(watcher.snapshot())"
        #expect(!text.contains("canary"))
    }
}
