import Diagnostics
import Foundation
import HTTP
import JSON
import Planning
import Resources
import StateStorage
import Synchronization
import Testing

@testable import Watching

/// What comes in the middle of an apply.
@Suite struct InterruptionTests {
    @Test func `a new commit during an apply ends it, and the newest one is planned`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        let second = try world.push("v2")
        let third = Mutex("")
        world.transport.onWrite { _, number in
            guard number == 1 else { return }
            let id = try world.push("v3")
            third.withLock { $0 = id }
            await watcher.repositories[0].lookUp()
        }
        await watcher.look()
        let last = third.withLock { $0 }
        #expect(watcher.status().revision?.id == last)
        #expect(try await world.version() == "v3")
        let runs = try await world.store.runs(of: "prod", limit: 10, before: nil)
        #expect(runs.prefix(2).map(\.commit) == [last, second])
        #expect(runs[1].result == .interrupted)
        // What was not begun of the second commit was never made.
        let versions = try await world.send(.get, "/dip/publicapi/api-deployer/services/scoring")
        #expect(!versions.text().contains("\"v2\""))
    }

    @Test func `a daemon that is stopped in an apply finishes what is in flight, and the next one goes on`()
        async throws
    {
        let world = try WatchWorld()
        try world.push("v1")
        var watcher: Watcher? = try await world.start()
        await watcher?.turn()
        let second = try world.push("v2")
        world.transport.onWrite { [weak watcher] _, number in
            if number == 1 { await watcher?.repositories[0].stop() }
        }
        await watcher?.look()
        #expect(watcher?.status().revision?.id != second)
        #expect(try await world.store.holder(of: "prod") == nil)
        watcher = nil
        world.transport.onWrite(nil)
        let again = try await world.start()
        await again.turn()
        #expect(again.status().revision?.id == second)
        #expect(try await world.version() == "v2")
    }

    @Test func `a commit that a daemon died in is not left behind by a rewritten history`() async throws {
        let world = try WatchWorld()
        let first = try world.push("v1")
        var watcher: Watcher? = try await world.start()
        await watcher?.turn()
        watcher = nil
        let life = Mortality(world.transport)
        let second = try world.push("v2")
        let dying = try Watcher(world.watch(), folder: world.folder, ports: world.ports(life), version: "1")
        await dying.prepare()
        world.transport.onWrite { _, number in if number == 2 { life.die(in: 1) } }
        await life.live { await dying.look() }
        #expect(life.isDead)
        world.transport.onWrite(nil)
        try world.git.run("reset", "-q", "--hard", first)
        try world.push("v3")
        try FileManager.default.copyItem(atPath: world.folder + "/data", toPath: world.folder + "/data2")
        await world.clock.sleep(.seconds(31))
        var watch = world.watch()
        watch.data = "data2"
        let again = try await world.start(watch)
        await again.turn()
        #expect(again.snapshot().repositories[0].problem?.diagnostics.map(\.code) == ["history-rewritten"])
        // What was begun is brought to its end meanwhile.
        #expect(again.status().revision?.id == second)
        #expect(try await world.version() == "v2")
        life.bury()
    }

    @Test func `a suspension in an apply starts nothing more`() async throws {
        let world = try WatchWorld()
        let watcher = try await world.start()
        let first = try world.push("v1")
        world.transport.onWrite { _, number in
            if number == 1 {
                try await watcher.perform(.suspend(WatchWorld.place, reason: "stop", until: nil), "ann")
            }
        }
        await watcher.look()
        #expect(watcher.status().revision == nil)
        #expect(try await world.version() == nil)
        try await watcher.perform(.resume(WatchWorld.place), "ann")
        await watcher.turn()
        #expect(watcher.status().revision?.id == first)
    }

    @Test func `an approved plan that was cut off is brought to its end without asking again`() async throws {
        let world = try WatchWorld()
        let watch = world.watch([WatchWorld.environment { $0.mode = .approve }])
        let commit = try world.push("v1")
        var watcher: Watcher? = try await world.start(watch)
        await watcher?.turn()
        let digest = try #require(watcher?.status().pending?.digest)
        world.transport.onWrite { [weak watcher] _, number in
            if number == 2 { await watcher?.repositories[0].stop() }
        }
        try await watcher?.perform(.approve(WatchWorld.place, digest: digest), "ann")
        await watcher?.turn()
        #expect(watcher?.status().revision == nil)
        watcher = nil
        world.transport.onWrite(nil)
        let again = try await world.start(watch)
        await again.turn()
        #expect(again.status().revision?.id == commit)
        #expect(again.status().pending == nil)
    }

    @Test func `a lost answer in the middle is settled, and the commit is tried again`() async throws {
        let world = try WatchWorld()
        let commit = try world.push("v1")
        let watcher = try await world.start()
        world.transport.onWrite { _, number in
            if number == 3 { throw CancellationError() }
        }
        await watcher.turn()
        world.transport.onWrite(nil)
        for _ in 1...3 {
            await world.clock.sleep(.seconds(300))
            await watcher.turn()
        }
        #expect(watcher.status().revision?.id == commit)
        #expect(watcher.status().held == nil)
    }
}
