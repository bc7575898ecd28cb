import Diagnostics
import JSON
import Planning
import Resources
import StateStorage
import Synchronization
import Testing

@testable import Watching

/// Drift that is put back because somebody asks for it.
@Suite struct HealingTests {
    private static func disable(_ world: WatchWorld) async throws {
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
    }

    private static func drifting(
        _ world: WatchWorld, _ change: (inout WatchedEnvironment) -> Void = { _ in }
    ) async throws -> Watcher {
        try world.push("v1")
        let watcher = try await world.start(world.watch([WatchWorld.environment("prod", change)]))
        await watcher.turn()
        try await disable(world)
        try await watcher.perform(.sync(WatchWorld.place), "ann")
        await watcher.turn()
        _ = world.transport.takeWrites()
        #expect(watcher.status().drifted == 1)
        return watcher
    }

    private static func refusal(_ watcher: Watcher) async -> String? {
        do throws(WatchRefusal) {
            try await watcher.perform(.heal(WatchWorld.place), "ann")
            return nil
        } catch {
            return error.diagnostic.message
        }
    }

    @Test func `drift that is only told is put back when somebody asks for it, once`() async throws {
        let world = try WatchWorld()
        let watcher = try await HealingTests.drifting(world)
        // A newer commit that is held stays out of it.
        try world.git.commit(["manifests/deployment.yaml": "kind: ["])
        await watcher.look()
        try await watcher.perform(.heal(WatchWorld.place), "ann")
        let second = await HealingTests.refusal(watcher)
        #expect(second == "what drifts in 'churn/prod' is being put back already")
        await watcher.turn()
        #expect(watcher.status().drifted == 0)
        #expect(watcher.status().held != nil)
        #expect(
            world.transport.takeWrites().filter { $0.contains("settings") } == [
                "PUT /api-deployer/deployments/scoring-on-prod/settings"
            ])
        let healed = await watcher.timeline(WatchWorld.place).filter { $0.kind == .healed }
        #expect(healed.map(\.actor) == ["ann"])
        #expect(healed.map(\.text) == ["1 change undone"])
        let run = try await world.store.runs(of: "prod", limit: 1, before: nil)[0]
        #expect(run.reason == "drift, put back for ann")
        #expect(run.number == healed[0].run)
        // It was for that once.
        try await HealingTests.disable(world)
        await world.clock.sleep(.seconds(700))
        await watcher.turn()
        #expect(watcher.status().drifted == 1)
        #expect(world.transport.takeWrites() == [])
    }

    @Test func `it is refused where nothing drifts, nothing was applied, or nothing may be written`() async throws {
        let world = try WatchWorld()
        let watcher = try await world.start()
        #expect(await HealingTests.refusal(watcher) == "nothing was applied in 'churn/prod' that could drift")
        try world.push("v1")
        let during = Mutex<String?>(nil)
        world.transport.onWrite { _, number in
            guard number == 1 else { return }
            let words = await HealingTests.refusal(watcher)
            during.withLock { $0 = words }
        }
        await watcher.look()
        world.transport.onWrite(nil)
        #expect(during.withLock { $0 } == "an apply is under way in 'churn/prod'")
        let calm = await HealingTests.refusal(watcher)
        #expect(calm == "nothing drifts in 'churn/prod', as it was looked at last")
        try await HealingTests.disable(world)
        try await watcher.perform(.sync(WatchWorld.place), "ann")
        await watcher.turn()
        try await watcher.perform(.suspend(WatchWorld.place, reason: "audit", until: nil), "ann")
        #expect(await HealingTests.refusal(watcher) == "'churn/prod' is suspended")
        // Who suspends it takes back what was asked for before.
        try await watcher.perform(.resume(WatchWorld.place), "ann")
        try await watcher.perform(.heal(WatchWorld.place), "ann")
        try await watcher.perform(.suspend(WatchWorld.place, reason: "audit", until: nil), "bob")
        try await watcher.perform(.resume(WatchWorld.place), "bob")
        _ = world.transport.takeWrites()
        await watcher.turn()
        #expect(watcher.status().drifted == 1)
        #expect(world.transport.takeWrites() == [])
    }

    @Test func `it is refused where all is planned only, and outside of the windows`() async throws {
        let world = try WatchWorld()
        let watcher = try await world.start(world.watch([WatchWorld.environment { $0.mode = .planOnly }]))
        #expect(
            await HealingTests.refusal(watcher) == "nothing is written in 'churn/prod', which is only planned")
        let other = try WatchWorld()
        // The clock begins on a Tuesday at 22:13 UTC, and what drifts is found at once.
        let window = FreezeWindow(
            span: .weekly(days: [2], startMinute: 22 * 60, minutes: 60), timeZone: "UTC", reason: nil,
            mark: WatchWorld.mark)
        let closing = try await HealingTests.drifting(other) { $0.windows = [window] }
        await other.clock.sleep(.seconds(3600))
        let closed = await HealingTests.refusal(closing)
        #expect(closed?.hasPrefix("nothing is written in 'churn/prod' now: until 2023-11-21 22:00") == true)
    }

    @Test func `it waits for the lock, and outlasts a restart`() async throws {
        let world = try WatchWorld()
        var watcher: Watcher? = try await HealingTests.drifting(world)
        let holder = LeaseHolder(
            owner: "bob@laptop", command: "mooring apply -e prod",
            process: ProcessIdentity(machine: "other", number: 2, started: 2))
        guard
            case .granted(let lease) = try await world.store.acquire("prod", for: holder, milliseconds: 600_000)
        else {
            Issue.record("the lock is free")
            return
        }
        try await watcher?.perform(.heal(WatchWorld.place), "ann")
        await watcher?.turn()
        #expect(watcher?.status().drifted == 1)
        #expect(watcher?.status().lock?.owner == "bob@laptop")
        #expect(world.transport.takeWrites() == [])
        watcher = nil
        try await world.store.release(lease)
        await world.clock.sleep(.seconds(30))
        let again = try await world.start()
        await again.turn()
        #expect(again.status().drifted == 0)
        #expect(await again.timeline(WatchWorld.place).first { $0.kind == .healed }?.actor == "ann")
    }

    @Test func `what the limits refuse is not put back, and is told`() async throws {
        let world = try WatchWorld()
        var watcher: Watcher? = try await HealingTests.drifting(world)
        watcher = nil
        #expect(watcher == nil)
        let strict = try await world.start(
            world.watch([
                WatchWorld.environment {
                    $0.drift = .detect
                    $0.limits.maxChanges = .count(0)
                }
            ]))
        try await strict.perform(.heal(WatchWorld.place), "ann")
        await strict.turn()
        #expect(strict.status().drifted == 1)
        #expect(world.transport.takeWrites() == [])
        #expect(strict.status().problem?.diagnostics.map(\.code) == ["limit-max-changes"])
        let again = await HealingTests.refusal(strict)
        #expect(again == nil)
    }
}
