import Foundation
import JSON
import Planning
import Reconciling
import Resources
import StateStorage
import Testing

@testable import Watching

/// When something may be written: windows, freezes, suspensions, approvals.
@Suite struct PermissionTests {
    @Test func `nothing is written while it is suspended; the plan is shown, and goes on by itself`() async throws {
        let world = try WatchWorld()
        let first = try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        _ = world.transport.takeWrites()
        let until = world.clock.milliseconds + 3_600_000
        try await watcher.perform(.suspend(WatchWorld.place, reason: "audit", until: until), "ann")
        let second = try world.push("v2")
        await watcher.look()
        var status = watcher.status()
        #expect(status.suspended?.by == "ann")
        #expect(status.revision?.id == first)
        #expect(status.pending?.revision.id == second)
        #expect(status.pending?.needsApproval == false)
        #expect(await watcher.plan(WatchWorld.place)?.commit == second)
        #expect(world.transport.takeWrites() == [])
        await world.clock.sleep(.seconds(3601))
        await watcher.turn()
        status = watcher.status()
        #expect(status.suspended == nil)
        #expect(status.pending == nil)
        #expect(status.revision?.id == second)
        try await watcher.perform(.suspend(WatchWorld.place, reason: "again", until: nil), "ann")
        let third = try world.push("v3")
        await watcher.look()
        #expect(watcher.status().revision?.id == second)
        try await watcher.perform(.resume(WatchWorld.place), "bob")
        await watcher.turn()
        #expect(watcher.status().revision?.id == third)
        await #expect(throws: WatchRefusal.self) { try await watcher.perform(.resume(WatchWorld.place), "bob") }
    }

    @Test func `a suspension outlasts a restart`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        var watcher: Watcher? = try await world.start()
        await watcher?.turn()
        try await watcher?.perform(.suspend(WatchWorld.place, reason: "audit", until: nil), "ann")
        watcher = nil
        try world.push("v2")
        let again = try await world.start()
        await again.turn()
        #expect(again.status().suspended?.reason == "audit")
        #expect(try await world.version() == "v1")
    }

    @Test func `outside of its windows and in a freeze nothing is written until it opens`() async throws {
        let world = try WatchWorld()
        // The clock begins on a Tuesday at 22:13 UTC.
        let window = FreezeWindow(
            span: .weekly(days: [3], startMinute: 9 * 60, minutes: 60), timeZone: "UTC", reason: nil,
            mark: WatchWorld.mark)
        let freeze = FreezeWindow(
            span: .once(
                from: try #require(WallTime("2023-11-15T09:00")), until: try #require(WallTime("2023-11-15T09:30"))),
            timeZone: "UTC", reason: "fair", mark: WatchWorld.mark)
        let watcher = try await world.start(
            world.watch([
                WatchWorld.environment {
                    $0.windows = [window]
                    $0.policy.freezes = [freeze]
                }
            ]))
        let commit = try world.push("v1")
        await watcher.turn()
        #expect(watcher.status().closed == "until 2023-11-15 09:00 (UTC), when its window opens")
        #expect(watcher.status().pending?.revision.id == commit)
        await world.clock.sleep(.seconds(11 * 3600))
        await watcher.turn()
        #expect(watcher.status().closed == "a freeze holds until 2023-11-15 09:30 (UTC): fair")
        #expect(world.transport.takeWrites() == [])
        await world.clock.sleep(.seconds(1800))
        await watcher.turn()
        #expect(watcher.status().closed == nil)
        #expect(watcher.status().revision?.id == commit)
    }

    @Test func `a freeze of the commit's own policy is waited out`() async throws {
        let world = try WatchWorld()
        var files = WatchWorld.files("v1")
        files["mooring.yaml"] = WatchWorld.workspace(
            """
            prod:
                  sandbox: .mooring
                  policy:
                    freeze: [{from: 2023-11-14, until: "2023-11-15T06:00", timeZone: UTC}]
            """)
        let commit = try world.git.commit(files)
        let watcher = try await world.start()
        await watcher.turn()
        #expect(watcher.status().held?.reasons == nil)
        #expect(world.transport.takeWrites() == [])
        await world.clock.sleep(.seconds(8 * 3600))
        await watcher.turn()
        #expect(watcher.status().revision?.id == commit)
    }

    @Test func `a plan that was made and approved in a freeze is applied when that is over`() async throws {
        let world = try WatchWorld()
        let freeze = FreezeWindow(
            span: .once(
                from: try #require(WallTime("2023-11-14T09:00")), until: try #require(WallTime("2023-11-15T06:00"))),
            timeZone: "UTC", reason: "fair", mark: WatchWorld.mark)
        let watcher = try await world.start(
            world.watch([
                WatchWorld.environment {
                    $0.mode = .approve
                    $0.policy.freezes = [freeze]
                }
            ]))
        let commit = try world.push("v1")
        await watcher.turn()
        let digest = try #require(watcher.status().pending?.digest)
        try await watcher.perform(.approve(WatchWorld.place, digest: digest), "ann")
        await watcher.turn()
        #expect(world.transport.takeWrites() == [])
        await world.clock.sleep(.seconds(8 * 3600))
        await watcher.turn()
        #expect(watcher.status().revision?.id == commit)
        #expect(try await world.store.runs(of: "prod", limit: 1, before: nil).first?.reason == "approved by ann")
    }

    @Test func `a window that closes while a commit waits for its turn is closed`() async throws {
        let world = try WatchWorld()
        // The clock begins on a Tuesday at 22:13 UTC.
        let window = FreezeWindow(
            span: .weekly(days: [2], startMinute: 22 * 60, minutes: 60), timeZone: "UTC", reason: nil,
            mark: WatchWorld.mark)
        let watcher = try await world.start(world.watch([WatchWorld.environment { $0.windows = [window] }]))
        let commit = try world.push("v1")
        let places = await watcher.repositories[0].daemon.places
        var passes: [Turnstile.Pass] = []
        for _ in 1...Daemon.mostAtOnce { passes.append(await places.enter()) }
        let turn = Task { await watcher.turn() }
        while watcher.status().reconciling == nil { await Task.yield() }
        await world.clock.sleep(.seconds(3600))
        for pass in passes { pass.leave() }
        await turn.value
        #expect(world.transport.takeWrites() == [])
        #expect(watcher.status().closed != nil)
        #expect(watcher.status().pending?.revision.id == commit)
    }

    @Test func `where nothing may ever be written, plans are shown and what is live is found`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        var applying: Watcher? = try await world.start()
        await applying?.turn()
        applying = nil
        _ = world.transport.takeWrites()
        let watcher = try await world.start(
            world.watch([
                WatchWorld.environment {
                    $0.mode = .planOnly; $0.drift = .heal
                }
            ]))
        let second = try world.push("v2")
        await watcher.turn()
        #expect(watcher.status().pending?.revision.id == second)
        #expect(watcher.status().pending?.needsApproval == false)
        await world.clock.sleep(.seconds(3600))
        await watcher.turn()
        #expect(world.transport.takeWrites() == [])
        #expect(try await world.version() == "v1")
    }

    @Test func `a plan is applied once its digest is approved, also after a restart`() async throws {
        let world = try WatchWorld()
        let watch = world.watch([WatchWorld.environment { $0.mode = .approve }])
        let commit = try world.push("v1")
        var watcher: Watcher? = try await world.start(watch)
        await watcher?.turn()
        let digest = try #require(watcher?.status().pending?.digest)
        #expect(watcher?.status().pending?.needsApproval == true)
        #expect(world.transport.takeWrites() == [])
        #expect(world.takeNews() == ["approval-needed: churn/prod: a plan waits for an approval"])
        await #expect(throws: WatchRefusal.self) {
            try await watcher?.perform(.approve(WatchWorld.place, digest: "sha256:0"), "ann")
        }
        try await watcher?.perform(.approve(WatchWorld.place, digest: digest), "ann")
        watcher = nil
        #expect(world.transport.takeWrites() == [])
        let again = try await world.start(watch)
        await again.turn()
        #expect(again.status().revision?.id == commit)
        let run = try await world.store.runs(of: "prod", limit: 1, before: nil)[0]
        #expect(run.reason == "approved by ann")
        #expect(run.planDigest == digest)
        let approval = await again.timeline(WatchWorld.place).first { $0.kind == .applied }
        #expect(approval?.actor == "ann")
    }

    @Test func `a plan can be approved though the commit that is live is nowhere any more`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        do {
            let watcher = try await world.start()
            await watcher.turn()
        }
        try world.git.run("checkout", "-q", "--orphan", "other")
        let other = try world.push("v2")
        try world.git.run("branch", "-q", "-M", "main")
        try FileManager.default.removeItem(atPath: world.folder + "/data/repositories/churn/mirror.git")
        let watcher = try await world.start(
            world.watch([WatchWorld.environment { $0.mode = .approve }]) { $0.allowsRewrites = true })
        await watcher.turn()
        await world.clock.sleep(.seconds(700))
        await watcher.turn()
        #expect(watcher.status().problem != nil)
        let digest = try #require(watcher.status().pending?.digest)
        try await watcher.perform(.approve(WatchWorld.place, digest: digest), "ann")
        await watcher.turn()
        #expect(watcher.status().revision?.id == other)
        #expect(watcher.status().problem == nil)
    }

    @Test func `an approval of what moved since is none`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        var applying: Watcher? = try await world.start()
        await applying?.turn()
        applying = nil
        let watcher = try await world.start(world.watch([WatchWorld.environment { $0.mode = .approve }]))
        try world.push("v2")
        await watcher.turn()
        let digest = try #require(watcher.status().pending?.digest)
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        _ = world.transport.takeWrites()
        try await watcher.perform(.approve(WatchWorld.place, digest: digest), "ann")
        await watcher.turn()
        #expect(world.transport.takeWrites() == [])
        let other = try #require(watcher.status().pending?.digest)
        #expect(other != digest)
        // A newer commit has a plan of its own.
        let third = try world.push("v3")
        await watcher.look()
        await #expect(throws: WatchRefusal.self) {
            try await watcher.perform(.approve(WatchWorld.place, digest: other), "ann")
        }
        let last = try #require(watcher.status().pending)
        #expect(last.revision.id == third)
        try await watcher.perform(.approve(WatchWorld.place, digest: last.digest), "ann")
        await watcher.turn()
        #expect(watcher.status().revision?.id == third)
    }
}
