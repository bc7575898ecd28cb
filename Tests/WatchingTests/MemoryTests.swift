import Diagnostics
import Foundation
import Resources
import StateStorage
import Synchronization
import Testing

@testable import Watching

@Suite struct MemoryTests {
    @Test func `what an environment remembers comes back as it was`() throws {
        let stamp = CommitStamp(id: "abc", author: "Ann \"A\"", subject: "Änderung", time: 1_700_000_000_123)
        let key = RevisionKey(tree: "t", rules: "r")
        let environment = WatchWorld.environment()
        var status = EnvironmentStatus(name: "prod", mode: environment.mode, drift: environment.drift)
        status.revision = stamp
        status.sync = .outOfSync
        status.health = .degraded
        let reason = Diagnostic(
            .error, "bad", "wrong", at: SourceMark(file: "a.yaml", line: 3, column: 4), excerpt: "x: y", length: 2,
            hint: "Do.", address: "Deployment/d", related: [.init(SourceMark(file: "b.yaml"), "here")])
        status.held = HeldCommit(revision: stamp, reasons: [reason], since: 5, rolledBack: true)
        status.suspended = Suspension(by: "ann", reason: "audit", since: 1, until: 2)
        status.problem = WatchProblem([reason], since: 3, retry: 4)
        status.lastRun = LastRun(number: 7, result: .rolledBack, finished: 8)
        status.pending = PendingPlan(
            digest: "sha256:1", revision: stamp, made: 9, counts: [.create: 2, .noOp: 1], needsApproval: true)
        status.drifted = 1
        status.driftChecked = 2
        status.holds = 3
        status.orphaned = 4
        status.lastSuccess = 5
        status.deployments = [
            DeploymentCell(
                name: "d", service: "s", infra: "i", version: "v1 90% / v2 10%", declaredVersion: "v2",
                sync: .synced, health: .healthy)
        ]
        var memory = EnvironmentMemory(status)
        memory.live = Revision(stamp: stamp, key: key)
        memory.begun = EnvironmentMemory.Begun(revision: Revision(stamp: stamp, key: key), isOpen: true)
        memory.heldKey = key
        memory.shown = memory.live
        memory.approval = EnvironmentMemory.Approval(
            digest: "sha256:1", revision: Revision(stamp: stamp, key: key), by: "ann", at: 6, isBegun: true)
        memory.healer = "ann"
        memory.toldDrift = "sha256:2"
        memory.toldUnhealthy = ["a", "b"]
        memory.failures = 3
        memory.retry = 11
        #expect(try EnvironmentMemory(memory.json, environment) == memory)
        let empty = EnvironmentMemory(EnvironmentStatus(name: "prod", mode: .auto, drift: .detect))
        #expect(try EnvironmentMemory(empty.json, environment) == empty)
    }

    @Test func `a data folder that somebody removed is taken anew, unless another daemon has it`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        try FileManager.default.removeItem(atPath: world.folder + "/data")
        await watcher.look()
        #expect(world.log.withLock { $0.map(\.message) }.contains("the data folder was removed, and is made anew"))
        #expect(watcher.snapshot().repositories[0].problem == nil)
        let second = #expect(throws: WatchError.self) { try DataFolder(taking: world.folder + "/data") }
        #expect(second?.reason == .held)

        try FileManager.default.removeItem(atPath: world.folder + "/data")
        let other = try DataFolder(taking: world.folder + "/data")
        try world.push("v2")
        await watcher.look()
        #expect(watcher.snapshot().repositories[0].problem?.diagnostics.map(\.code) == ["data-held"])
        #expect(try await world.version() == "v1")
        other.release()
        await watcher.look()
        #expect(watcher.snapshot().repositories[0].problem == nil)
        #expect(try await world.version() == "v2")
    }

    @Test func `who holds the data folder is named to who comes second`() throws {
        let world = try WatchWorld()
        try withExtendedLifetime(try DataFolder(taking: world.folder + "/data")) {
            let error = #expect(throws: WatchError.self) { try DataFolder(taking: world.folder + "/data") }
            #expect(error?.diagnostic.code == "data-held")
            let holder = "process \(ProcessInfo.processInfo.processIdentifier)"
            #expect(error?.diagnostic.message == "the data folder '\(world.folder)/data' is in use by \(holder)")
            try Data("who knows".utf8).write(to: URL(fileURLWithPath: world.folder + "/data/lock"))
            let other = #expect(throws: WatchError.self) { try DataFolder(taking: world.folder + "/data") }
            #expect(other?.diagnostic.message.hasSuffix("is in use by another process") == true)
        }
    }

    @Test func `a timeline keeps the newest entries, and passes over a line that was cut off`() throws {
        let world = try WatchWorld()
        let files = PlaceFiles(world.folder + "/place", WatchWorld.environment())
        for round in 0..<3 {
            try files.add((0..<200).map { TimelineEntry(time: round * 200 + $0, kind: .commit, text: "x") })
        }
        var times = files.timeline().map(\.time)
        #expect(times.count == PlaceFiles.mostEntries)
        #expect(times.first == 599)
        #expect(times == times.sorted(by: >))
        let path = world.folder + "/place/timeline.jsonl"
        try (String(contentsOfFile: path, encoding: .utf8) + "{\"time\":1").write(
            toFile: path, atomically: false, encoding: .utf8)
        times = files.timeline().map(\.time)
        #expect(times.count == PlaceFiles.mostEntries)
    }

    @Test(arguments: [
        ("https://git.example.com/a.git", "https://git.example.com/a.git"),
        ("https://ann:token@git.example.com/a@b.git", "https://git.example.com/a@b.git"),
        ("git@host:a/b.git", "git@host:a/b.git"), ("/srv/a@b", "/srv/a@b"),
    ])
    func `addresses are shown without a login`(url: String, shown: String) {
        #expect(withoutLogin(url) == shown)
    }
}
