import Diagnostics
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
        #expect(try await watcher.run(99, of: WatchWorld.place) == nil)
        #expect(try await watcher.run(99, of: WatchWorld.place) == nil)
        #expect(world.opened.withLock { $0 } == 1)
        await world.clock.sleep(.seconds(31))
        #expect(try await watcher.run(99, of: WatchWorld.place) == nil)
        #expect(world.opened.withLock { $0 } == 2)
        world.opened.withLock { $0 = 0 }
        let pass = await watcher.repositories[0].daemon.readers.enter()
        await withTaskGroup(of: WatchRefusal?.self) { group in
            for number in 100..<120 {
                group.addTask {
                    do throws(WatchRefusal) { _ = try await watcher.run(number, of: WatchWorld.place) } catch {
                        return error
                    }
                    return nil
                }
            }
            // Who is turned away is not told that there is none.
            for _ in EnvironmentWatch.mostAsking..<20 {
                let refusal = await group.next() ?? nil
                #expect(refusal?.reason == .unavailable && refusal?.diagnostic.code == "watch-busy")
            }
            pass.leave()
            for await refusal in group { #expect(refusal == nil) }
        }
        #expect(world.opened.withLock { $0 } == EnvironmentWatch.mostAsking)
        #expect(try await watcher.run(1, of: WatchWorld.place)?.run.number == 1)
    }

    @Test func `a run that cannot be read is not told to be missing`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        let away = Diagnostic(.error, "state-unreachable", "the state server can't be reached")
        world.openProblem.withLock { $0 = ReconcileError([away], .failed) }
        let refusal = await #expect(throws: WatchRefusal.self) { try await watcher.run(1, of: WatchWorld.place) }
        #expect(refusal?.reason == .unavailable && refusal?.diagnostic == away)
        world.openProblem.withLock { $0 = nil }
        #expect(try await watcher.run(1, of: WatchWorld.place)?.run.number == 1)
    }

    @Test(.timeLimit(.minutes(2)), arguments: [false, true])
    func `a write in flight is waited for at the end, for less than the five minutes that services are given`(
        endsInTime: Bool
    ) async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let usual = world.clock.timekeeper
        let waits = Mutex(0)
        let (begun, answer) = (Gate(), Gate())
        let time = Timekeeper(
            now: usual.now,
            sleep: { duration in
                guard duration == Watcher.patience else { return await usual.sleep(duration) }
                let count = waits.withLock { waits in
                    waits += 1
                    return waits
                }
                if endsInTime, count == 2 {
                    answer.open()
                    // Whoever is waited for has all the time that it needs.
                    try? await Task.sleep(for: .seconds(3600))
                }
            },
            today: usual.today, wallMilliseconds: usual.wallMilliseconds, every: usual.every)
        world.transport.onWrite { _, number in
            guard number == 1 else { return }
            begun.open()
            await answer.wait()
        }
        let watcher = try Watcher(
            world.watch(), folder: world.folder, ports: world.ports(time), version: "1.2.3")
        let run = Task { await watcher.run() }
        await begun.wait()
        watcher.stop()
        await run.value
        #expect(waits.withLock { $0 } == (endsInTime ? 2 : Watcher.longestPatience))
        #expect(Watcher.patience * Watcher.longestPatience == .seconds(270))
        answer.open()
    }

    @Test(.timeLimit(.minutes(5)))
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
