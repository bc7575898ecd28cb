import Diagnostics
import Notifications
import Resources
import Synchronization
import Testing

@testable import Watching

@Suite struct FollowingTests {
    @Test func `many who look at a run have it read once, and news lead to the page`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        var watch = world.watch()
        watch.url = "https://mooring.example.com"
        let watcher = try await world.start(watch)
        await watcher.turn()
        #expect(world.news.withLock { $0.map(\.link) } == ["https://mooring.example.com/r/churn/prod"])
        world.mostOpen.withLock { $0 = (0, 0) }
        let found = try await withThrowingTaskGroup { group in
            for _ in 1...20 { group.addTask { try await watcher.run(1, of: WatchWorld.place)?.run.number } }
            return try await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(found == Array(repeating: 1, count: 20))
        #expect(world.mostOpen.withLock { $0.most } == 1)
        let times = world.opened.withLock { $0 }
        _ = try await watcher.run(1, of: WatchWorld.place)
        #expect(world.opened.withLock { $0 } == times)
    }

    @Test func `a clock that is set back stops nothing`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start(world.watch([WatchWorld.environment { $0.mode = .planOnly }]))
        await watcher.turn()
        world.clock.setBack(.seconds(86_400))
        let second = try world.push("v2")
        await watcher.turn()
        #expect(watcher.status().pending?.revision.id == second)
    }

    @Test func `a commit is applied, and one that changes nothing here only moves on`() async throws {
        let world = try WatchWorld()
        let first = try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        var status = watcher.status()
        #expect(status.revision?.id == first)
        #expect(status.held == nil)
        #expect(status.problem == nil)
        #expect(status.sync == .synced)
        #expect(status.health == .healthy)
        #expect(status.deployments.map(\.version) == ["v1"])
        #expect(status.lastRun?.result == .applied)
        #expect(try await world.version() == "v1")
        #expect(world.takeNews() == ["applied: churn/prod: commit \(first.prefix(10)) is live"])

        // Nothing moved: nothing but the look-up.
        _ = world.transport.takeRequests()
        await watcher.look()
        #expect(world.transport.takeRequests() == 0)
        #expect(watcher.counts().repositories["churn"]?.lookUps == 2)

        let second = try world.git.commit([:], "Empty")
        await watcher.look()
        status = watcher.status()
        #expect(status.revision?.id == second)
        #expect(world.transport.takeRequests() == 0)
    }

    @Test func `a commit that cannot be read is held, and a newer one follows`() async throws {
        let world = try WatchWorld()
        let good = try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        _ = world.transport.takeWrites()
        _ = world.takeNews()
        let bad = try world.git.commit(["manifests/deployment.yaml": "apiVersion: mooring/v1\nkind: [\n"])
        await watcher.look()
        var status = watcher.status()
        #expect(status.revision?.id == good)
        #expect(status.held?.revision.id == bad)
        #expect(status.held?.reasons.first?.mark?.file == "manifests/deployment.yaml")
        #expect(status.sync == .outOfSync)
        #expect(world.transport.takeWrites() == [])
        #expect(world.takeNews() == ["held: churn/prod: commit \(bad.prefix(10)) is held"])
        // It is not tried again by itself.
        await watcher.look()
        #expect(watcher.status().held?.since == status.held?.since)
        let better = try world.push("v2")
        await watcher.look()
        status = watcher.status()
        #expect(status.held == nil)
        #expect(status.revision?.id == better)
        #expect(try await world.version() == "v2")
    }
}
