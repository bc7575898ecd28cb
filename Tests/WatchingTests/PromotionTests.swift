import HTTP
import JSON
import Resources
import StateStorage
import Synchronization
import Testing

@testable import Watching

/// Several environments of one repository.
@Suite struct PromotionTests {
    private static let environments = """
        dev: {sandbox: .mooring}
            prod: {deployer: {url: "http://sandbox.test", apiKey: {env: KEY}}, promotesFrom: dev}
        """

    private static func files(_ version: String) -> [String: String?] {
        var files = WatchWorld.files(version)
        files["mooring.yaml"] = WatchWorld.workspace(environments)
        // Both share one sandbox: each has an infrastructure and a deployment of its own.
        files["manifests/infra.yaml"] = ["dev", "prod"].enumerated().map { index, name in
            WatchWorld.infra.replacing("{name: prod}", with: "{name: \(name), environments: [\(name)]}")
                .replacing("node-1", with: "node-\(index + 1)")
        }.joined(separator: "\n---\n")
        files["manifests/deployment.yaml"] = ["dev", "prod"].map { name in
            WatchWorld.deployment(version)
                .replacing("{name: scoring-on-prod}", with: "{name: scoring-on-\(name), environments: [\(name)]}")
                .replacing("infraId: prod", with: "infraId: \(name)")
        }.joined(separator: "\n---\n")
        return files
    }

    private static func watch(_ world: WatchWorld) -> Watch {
        world.watch([
            WatchWorld.environment("prod") { $0.designer = nil }, WatchWorld.environment("dev"),
        ])
    }

    @Test func `an environment waits for the one that it promotes from`() async throws {
        let world = try WatchWorld()
        let (dev, prod) = (WatchPlace("churn", "dev"), WatchPlace("churn", "prod"))
        let first = try world.git.commit(PromotionTests.files("v1"))
        let watcher = try await world.start(PromotionTests.watch(world))
        await watcher.turn()
        #expect(watcher.status(dev).revision?.id == first)
        #expect(watcher.status(prod).held == nil)
        #expect(watcher.status(prod).revision?.id == first)
        let runs = try await world.store.runs(of: "dev", limit: 1, before: nil)
        let later = try await world.store.runs(of: "prod", limit: 1, before: nil)
        #expect(runs[0].finished.map { $0 <= later[0].started } == true)
        // One look-up for both.
        #expect(watcher.counts().repositories["churn"]?.lookUps == 1)

        // While dev cannot be applied now, prod waits, and is not held.
        try await watcher.perform(.suspend(dev, reason: "test", until: nil), "ann")
        let second = try world.git.commit(PromotionTests.files("v2"))
        await watcher.look()
        #expect(watcher.status(prod).held == nil)
        #expect(watcher.status(prod).revision?.id == first)
        try await watcher.perform(.resume(dev), "ann")
        await watcher.turn()
        #expect(watcher.status(dev).revision?.id == second)
        #expect(watcher.status(prod).revision?.id == second)
        #expect(try await world.version("scoring-on-prod") == "v2")
    }

    @Test func `what is live is looked at also while the one that it promotes from is further`() async throws {
        let world = try WatchWorld()
        let prod = WatchPlace("churn", "prod")
        let first = try world.git.commit(PromotionTests.files("v1"))
        let watcher = try await world.start(
            world.watch([
                WatchWorld.environment("prod") {
                    $0.designer = nil
                    $0.mode = .approve
                }, WatchWorld.environment("dev"),
            ]))
        await watcher.turn()
        let digest = try #require(watcher.status(prod).pending?.digest)
        try await watcher.perform(.approve(prod, digest: digest), "ann")
        await watcher.turn()
        #expect(watcher.status(prod).revision?.id == first)
        try world.git.commit(PromotionTests.files("v2"))
        await watcher.look()
        #expect(watcher.status(prod).pending?.needsApproval == true)
        try await world.edit("scoring-on-prod") { $0["enabled"] = false }
        await world.clock.sleep(.seconds(700))
        await watcher.turn()
        #expect(watcher.status(prod).drifted == 1)
        try await watcher.perform(.heal(prod), "ann")
        await watcher.turn()
        #expect(watcher.status(prod).drifted == 0)
        #expect(watcher.status(prod).revision?.id == first)
        #expect(try await world.version("scoring-on-prod") == "v1")
    }

    @Test func `what is held does not go on to others, until it is live or somebody passes over it`() async throws {
        let world = try WatchWorld()
        let (dev, prod) = (WatchPlace("churn", "dev"), WatchPlace("churn", "prod"))
        let first = try world.git.commit(PromotionTests.files("v1"))
        var environments = [
            WatchWorld.environment("prod") { $0.designer = nil }, WatchWorld.environment("dev"),
        ]
        do {
            let watcher = try await world.start(world.watch(environments))
            await watcher.turn()
            #expect(watcher.status(prod).revision?.id == first)
        }
        environments[1].limits.maxChanges = .count(0)
        let watcher = try await world.start(world.watch(environments))
        func commit(_ stage: String) throws -> String {
            let infra = PromotionTests.files("v1")["manifests/infra.yaml"] ?? nil
            return try world.git.commit([
                "manifests/infra.yaml": infra?.replacing("stage: Production", with: "stage: \(stage)")
            ])
        }
        let second = try commit("Test")
        _ = world.takeNews()
        await watcher.look()
        #expect(watcher.status(dev).held?.revision.id == second)
        #expect(watcher.status(prod).revision?.id == first)
        let words = "it waits for 'churn/dev', which holds commit \(second.prefix(10))"
        #expect(watcher.status(prod).closed == words)
        #expect(await watcher.timeline(prod).filter { $0.kind == .problem }.map(\.text) == [words])
        // What is live there may drift all the same.
        await world.clock.sleep(.seconds(700))
        await watcher.turn()
        #expect(watcher.status(prod).revision?.id == first)
        try await watcher.perform(.retry(prod), "ann")
        await watcher.turn()
        #expect(watcher.status(prod).revision?.id == second)
        #expect(watcher.status(prod).closed == nil)
        #expect(!world.takeNews().contains { $0.hasPrefix("recovery") })
        // That was for one commit.
        let third = try commit("Development")
        await watcher.look()
        #expect(watcher.status(dev).held?.revision.id == third)
        #expect(watcher.status(prod).revision?.id == second)
    }

    @Test func `no more than four environments are at work at once`() async throws {
        let world = try WatchWorld()
        let names = (1...7).map { "e\($0)" }
        var files = WatchWorld.files("v1")
        files["mooring.yaml"] = WatchWorld.workspace(
            names.map { "\($0): {sandbox: .mooring}" }.joined(separator: "\n    "))
        try world.git.commit(files)
        let watcher = try await world.start(
            world.watch(names.map { WatchWorld.environment($0) { $0.mode = .planOnly } }))
        await watcher.turn()
        #expect(world.mostOpen.withLock { $0.most } <= 4)
        #expect(world.mostOpen.withLock { $0.now } == 0)
        #expect(names.allSatisfy { watcher.status(WatchPlace("churn", $0)).pending != nil })
    }
}
