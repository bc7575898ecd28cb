import Diagnostics
import Foundation
import Resources
import Testing

@testable import Watching

/// What happens to the repository itself.
@Suite struct RepositoryTests {
    @Test func `a history that was rewritten is not followed, unless that is allowed`() async throws {
        let world = try WatchWorld()
        let first = try world.push("v1")
        let second = try world.push("v2")
        var watcher: Watcher? = try await world.start()
        await watcher?.turn()
        #expect(watcher?.status().revision?.id == second)
        try world.git.run("reset", "-q", "--hard", first)
        let other = try world.push("v3")
        await watcher?.look()
        #expect(watcher?.status().revision?.id == second)
        let problem = watcher?.snapshot().repositories[0].problem
        #expect(problem?.diagnostics.map(\.code) == ["history-rewritten"])
        #expect(try await world.version() == "v2")
        watcher = nil
        let allowing = try await world.start(world.watch { $0.allowsRewrites = true })
        await allowing.turn()
        #expect(allowing.status().revision?.id == other)
        #expect(allowing.snapshot().repositories[0].problem == nil)
        #expect(try await world.version() == "v3")
    }

    @Test func `a branch that is deleted, or a repository that is away, changes nothing and comes back`() async throws {
        let world = try WatchWorld()
        let first = try world.push("v1")
        let watcher = try await world.start()
        await watcher.turn()
        _ = world.takeNews()
        _ = world.transport.takeWrites()
        try world.git.run("checkout", "-q", "-b", "other")
        try world.git.run("branch", "-q", "-D", "main")
        await watcher.look()
        #expect(watcher.snapshot().repositories[0].problem?.diagnostics.map(\.code) == ["git-missing-ref"])
        #expect(watcher.status().revision?.id == first)
        try world.git.run("checkout", "-q", "-b", "main")
        await watcher.look()
        #expect(watcher.snapshot().repositories[0].problem == nil)
        try FileManager.default.moveItem(atPath: world.git.path, toPath: world.git.path + "-away")
        for _ in 1...5 {
            await world.clock.sleep(.seconds(600))
            await watcher.turn()
        }
        let problem = watcher.snapshot().repositories[0].problem
        #expect(problem != nil)
        #expect(problem.map { $0.since < world.clock.milliseconds - 2_000_000 } == true)
        try FileManager.default.moveItem(atPath: world.git.path + "-away", toPath: world.git.path)
        let second = try world.push("v2")
        await world.clock.sleep(.seconds(600))
        await watcher.turn()
        #expect(watcher.status().revision?.id == second)
        #expect(
            world.takeNews() == [
                "failure: churn/prod: the repository cannot be followed",
                "recovery: churn/prod: the repository is followed again",
                "failure: churn/prod: the repository cannot be followed",
                "recovery: churn/prod: the repository is followed again",
                "applied: churn/prod: commit \(second.prefix(10)) is live",
            ])
    }

    @Test func `a damaged mirror is made anew, and a damaged memory once somebody looked`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        var watcher: Watcher? = try await world.start()
        await watcher?.turn()
        watcher = nil
        let place = world.folder + "/data/repositories/churn"
        try "{".write(toFile: place + "/prod/watch.json", atomically: false, encoding: .utf8)
        let objects = try FileManager.default.subpathsOfDirectory(atPath: place + "/mirror.git/objects")
        for file in objects where file.contains("/") && !file.hasPrefix("info") {
            try? FileManager.default.removeItem(atPath: place + "/mirror.git/objects/" + file)
        }
        let second = try world.push("v2")
        let again = try await world.start()
        _ = world.transport.takeWrites()
        await again.turn()
        // It may have been suspended, which is forgotten.
        #expect(again.status().suspended?.reason.contains("watch.json") == true)
        #expect(world.transport.takeWrites() == [])
        #expect(try await world.version() == "v1")
        try await again.perform(.resume(WatchWorld.place), "ann")
        await again.turn()
        #expect(again.status().revision?.id == second)
        #expect(again.status().held == nil)
        #expect(await again.timeline(WatchWorld.place).contains { $0.kind == .suspended })
        #expect(try await world.version() == "v2")
    }

    @Test func `a commit that is too much to fetch is not fetched with each look-up`() async throws {
        let world = try WatchWorld()
        try world.git.commit(["blob": String((0..<200_000).map { _ in "0123456789abcdef".randomElement() ?? "0" })])
        let watcher = try await world.start(world.watch { $0.mostFetchedBytes = 10_000 })
        for _ in 1...20 {
            await watcher.turn()
            await world.clock.sleep(.seconds(33))
        }
        #expect(watcher.snapshot().repositories[0].problem?.diagnostics.map(\.code) == ["git-too-large"])
        let fetches = try #require(watcher.counts().repositories["churn"]?.fetches)
        #expect((2...12).contains(fetches))
    }

    @Test func `a second daemon on the same folder does not begin`() async throws {
        let world = try WatchWorld()
        try world.push("v1")
        let watcher = try await world.start()
        let error = #expect(throws: WatchError.self) {
            try Watcher(world.watch(), folder: world.folder, ports: world.ports, version: "1")
        }
        #expect(error?.reason == .held)
        withExtendedLifetime(watcher) {}
    }
}
