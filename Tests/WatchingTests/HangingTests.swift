import Foundation
import Glibc
import Reconciling
import Resources
import StateStorage
import Synchronization
import Testing

@testable import Watching

/// A repository that does not answer.
@Suite struct HangingTests {
    private func until(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test func `few may wait for a run, and what there is not is not looked for again and again`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        world.opened.withLock { $0 = 0 }
        #expect(await watcher.run(99, of: WatchWorld.place) == nil)
        #expect(await watcher.run(99, of: WatchWorld.place) == nil)
        #expect(world.opened.withLock { $0 } == 1)
        await world.clock.sleep(.seconds(31))
        #expect(await watcher.run(99, of: WatchWorld.place) == nil)
        #expect(world.opened.withLock { $0 } == 2)
        world.opened.withLock { $0 = 0 }
        let pass = await watcher.repositories[0].daemon.readers.enter()
        await withTaskGroup(of: Void.self) { group in
            for number in 100..<120 { group.addTask { _ = await watcher.run(number, of: WatchWorld.place) } }
            for _ in EnvironmentWatch.mostAsking..<20 { await group.next() }
            pass.leave()
        }
        #expect(world.opened.withLock { $0 } == EnvironmentWatch.mostAsking)
        #expect(await watcher.run(1, of: WatchWorld.place)?.run.number == 1)
    }

    @Test(.timeLimit(.minutes(2)))
    func `who approves does not wait for a look-up that hangs, nor does who ends the daemon`() async throws {
        let world = try WatchWorld()
        let first = try world.push("v1")
        // Nothing wakes it by itself, and whoever waits for its end loses patience at once.
        let usual = world.clock.timekeeper
        let time = Timekeeper(
            now: usual.now,
            sleep: { duration in
                if duration == Watcher.patience { return }
                guard duration >= .seconds(20) else { return await usual.sleep(duration) }
                try? await Task.sleep(for: .seconds(3600))
            },
            today: usual.today, wallMilliseconds: usual.wallMilliseconds, every: usual.every)
        let watcher = try Watcher(
            world.watch([WatchWorld.environment { $0.mode = .approve }]), folder: world.folder,
            ports: world.ports(time), version: "1.2.3")
        let run = Task { await watcher.run() }
        try await until { watcher.status().pending != nil }
        // Whoever reads it waits for who writes it.
        let pipe = world.folder + "/repository/.git/packed-refs"
        try #require(mkfifo(pipe, 0o600) == 0)
        defer { close(open(pipe, O_RDWR | O_NONBLOCK)) }
        let before = watcher.counts().repositories["churn"]?.lookUps ?? 0
        #expect(watcher.poke("churn"))
        try await until { watcher.counts().repositories["churn"]?.lookUps != before }
        let digest = try #require(watcher.status().pending?.digest)
        try await watcher.perform(.approve(WatchWorld.place, digest: digest), "ann")
        try await until { watcher.status().revision != nil }
        #expect(watcher.status().revision?.id == first)
        #expect(watcher.snapshot().repositories[0].problem == nil)
        watcher.stop()
        await run.value
        #expect(watcher.counts().repositories["churn"]?.lookUps == before + 1)
    }
}
