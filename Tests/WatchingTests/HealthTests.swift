import HTTP
import JSON
import Notifications
import Resources
import Synchronization
import Testing

@testable import Watching

/// Deployments whose nodes are not well, though nobody moved them.
@Suite struct HealthTests {
    private func look(_ watcher: Watcher, _ world: WatchWorld) async {
        await world.clock.sleep(.seconds(700))
        await watcher.turn()
    }

    @Test func `a deployment that ceases to be healthy is told once, and so is that it is again`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        var watcher = try await world.start()
        await look(watcher, world)
        _ = world.takeNews()
        _ = world.transport.takeWrites()
        try await world.send(.put, "/sandbox/faults", ["deadNodes": ["node-1"]])
        for _ in 1...3 { await look(watcher, world) }
        #expect(watcher.status().health == .degraded)
        #expect(watcher.status().drifted == 0)
        #expect(world.news.withLock { $0.map(\.lines) } == [["Deployment/scoring-on-prod"]])
        #expect(world.takeNews() == ["failure: churn/prod: 1 deployment is unhealthy"])
        // A restart tells nothing watcher.
        watcher.giveUp()
        watcher = try await world.start()
        await watcher.look()
        await look(watcher, world)
        #expect(world.takeNews() == [])
        try await world.send(.delete, "/sandbox/faults")
        for _ in 1...3 { await look(watcher, world) }
        #expect(watcher.status().health == .healthy)
        #expect(world.takeNews() == ["recovery: churn/prod: all deployments are healthy again"])
        #expect(world.transport.takeWrites() == [])
        #expect(
            await watcher.timeline(WatchWorld.place).prefix(2).map(\.text) == [
                "all deployments are healthy again", "1 deployment is unhealthy: scoring-on-prod",
            ])
    }

    @Test func `what drifts is told as drift, and not for its health too`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await look(watcher, world)
        _ = world.takeNews()
        try await world.send(.put, "/sandbox/faults", ["deadNodes": ["node-1"]])
        try await world.edit("scoring-on-prod") { $0["description"] = "of somebody else" }
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        await look(watcher, world)
        #expect(world.takeNews() == ["drift: churn/prod: 1 object drifts"])
        try await world.edit("scoring-on-prod") { $0["enabled"] = true }
        await look(watcher, world)
        #expect(
            world.takeNews() == [
                "recovery: churn/prod: nothing drifts any more", "failure: churn/prod: 1 deployment is unhealthy",
            ])
        // An apply that leaves all well tells it, too.
        try await world.send(.delete, "/sandbox/faults")
        try world.push("v2")
        await watcher.look()
        #expect(world.takeNews().contains("recovery: churn/prod: all deployments are healthy again"))
    }
}
