import Diagnostics
import Foundation
import HTTP
import JSON
import Resources
import StateStorage
import TestSupport
import Testing

@testable import Watching

/// Random histories of a repository, with daemons that die in the middle of anything.
@Suite struct HistoryTests {
    /// One history and what is known of it.
    private final class Story {
        let world: WatchWorld
        var random: SeededGenerator
        var life: Mortality
        var watcher: Watcher
        /// Each commit and its place in time.
        var order: [String: Int] = [:]
        var version = 0
        var folders = 0
        var lives: [Mortality] = []
        var told: [String] = []

        init(_ seed: UInt64) async throws {
            world = try WatchWorld()
            random = SeededGenerator(seed: seed)
            life = Mortality(world.transport)
            watcher = try Watcher(
                world.watch(), folder: world.folder, ports: world.ports(life), version: "1")
            await watcher.prepare()
            lives = [life]
            try note(world.push("v0"))
        }

        func note(_ commit: String) { order[commit] = order.count }

        /// Looks; where the daemon dies, another one takes over what is on the disk.
        func turn(dying: Bool = false) async throws {
            if dying { life.die(in: 1 + random.below(30)) }
            let watcher = watcher
            await life.live { await watcher.look() }
            guard life.isDead else { return life.die(in: nil) }
            told.append("died")
            folders += 1
            let data = "data\(folders)"
            let before = folders == 1 ? "data" : "data\(folders - 1)"
            try FileManager.default.copyItem(
                atPath: world.folder + "/" + before, toPath: world.folder + "/" + data)
            life = Mortality(world.transport)
            lives.append(life)
            var watch = world.watch()
            watch.data = data
            self.watcher = try Watcher(
                watch, folder: world.folder, ports: world.ports(life), version: "1")
            await self.watcher.prepare()
            // The lock of the dead one runs out.
            await world.clock.sleep(.seconds(31))
        }

        func step() async throws {
            let dying = random.below(2) == 0
            switch random.below(9) {
            case 0, 1, 2:
                version += 1
                told.append("good v\(version)")
                try await world.send(.put, "/sandbox/faults", [:])
                note(try world.push("v\(version)"))
            case 3:
                told.append("unreadable")
                note(try world.git.commit(["manifests/deployment.yaml": "kind: ["]))
            case 4:
                version += 1
                told.append("unhealthy v\(version)")
                try await world.send(
                    .put, "/sandbox/faults", ["updates": [["deployment": "*", "outcome": "unhealthy", "times": 1]]])
                note(try world.push("v\(version)"))
            case 5:
                version += 1
                told.append("rewritten, v\(version)")
                try await world.send(.put, "/sandbox/faults", [:])
                if order.count > 1 { _ = try? world.git.run("reset", "-q", "--hard", "HEAD~1") }
                note(try world.push("v\(version)"))
            case 6:
                told.append("branch away")
                try world.git.run("checkout", "-q", "-b", "away")
                try world.git.run("branch", "-q", "-D", "main")
                try await turn(dying: dying)
                try world.git.run("branch", "-q", "-m", "main")
            case 7:
                told.append("DSS away")
                world.transport.setDown(true)
                try await turn()
                world.transport.setDown(false)
                await world.clock.sleep(.seconds(400))
            default:
                told.append("suspended")
                try await watcher.perform(.suspend(WatchWorld.place, reason: "test", until: nil), "ann")
                _ = world.transport.takeWrites()
                try await turn(dying: dying)
                #expect(world.transport.takeWrites() == [], "\(told)")
                try await watcher.perform(.resume(WatchWorld.place), "ann")
            }
            try await turn(dying: dying)
            try goBack()
        }

        /// Where a history was rewritten and is refused, people go back to what was followed.
        private func goBack() throws {
            let repository = watcher.snapshot().repositories[0]
            guard let problem = repository.problem, let head = repository.head,
                problem.diagnostics.contains(where: { $0.code == "history-rewritten" })
            else { return }
            told.append("refused")
            try world.git.run("reset", "-q", "--hard", head.id)
        }

        /// All is well again: a last good commit on what is followed.
        func end() async throws -> String {
            try await world.send(.put, "/sandbox/faults", [:])
            try goBack()
            let last = try world.push("last")
            note(last)
            for _ in 1...4 {
                try await turn()
                await world.clock.sleep(.seconds(400))
            }
            return last
        }
    }

    @Test(arguments: 1...24)
    func `it ends at the newest good commit, and an older one is never applied over a newer one`(
        seed: UInt64
    ) async throws {
        let story = try await Story(seed)
        for _ in 1...12 { try await story.step() }
        let last = try await story.end()
        let status = story.watcher.status()
        let told = "seed \(seed): \(story.told.joined(separator: ", "))"
        #expect(status.revision?.id == last, "\(told); \(status)")
        #expect(status.held == nil && status.problem == nil && status.pending == nil, "\(told)")
        #expect(status.sync == .synced, "\(told)")
        #expect(try await story.world.version() == "last", "\(told)")
        let runs = try await story.world.store.runs(of: "prod", limit: 1000, before: nil).reversed()
        let places = runs.compactMap { $0.commit.flatMap { story.order[$0] } }
        #expect(places == places.sorted(), "\(told); runs of commits \(places)")
        #expect(!runs.contains { $0.result == .open })
        #expect(try await story.world.store.snapshot(of: "prod").intents.isEmpty)
        let log = try await story.world.send(.get, "/sandbox/requests")
        #expect(!log.text().contains("\"DELETE\""), "\(told)")
        for life in story.lives { life.bury() }
    }
}
