import Files
import HTTP
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import TestSupport
import Testing

/// Versions that are copied or imported arrive once, wherever the process died.
@Suite struct TransferKillTests {
    /// The published version `v1` of a world of its own, as a file.
    private func archive() async throws -> TemporaryFolder {
        let world = try World()
        try await world.apply()
        let folder = try TemporaryFolder()
        try writeFile(
            folder.path + "/v1.zip",
            try await world.download("/dip/publicapi/api-deployer/services/scoring/versions/v1"))
        return folder
    }

    @Test(arguments: KillSwitch.Moment.allCases)
    func `an archive is imported once`(moment: KillSwitch.Moment) async throws {
        let folder = try await archive()
        defer { folder.remove() }
        let files = [
            "package.yaml": """
            apiVersion: mooring/v1
            kind: APIService
            metadata: {project: CHURN, name: scoring, external: true}
            ---
            apiVersion: mooring/v1
            kind: Package
            metadata: {project: CHURN, service: scoring}
            spec: {version: v1, archive: {file: v1.zip}}
            """,
            "infra.yaml": KillTests.files["infra.yaml", default: ""],
            "deployment.yaml": KillTests.files["deployment.yaml", default: ""],
        ]
        for requests in 0..<KillTests.mostRequests {
            var world = try World(files)
            // The checks of manifests look whether it is there.
            world.files["v1.zip"] = "a zip"
            world.root = folder.path
            try await world.send(.post, "/dip/publicapi/projects/CHURN/apiservices/scoring")
            _ = try await world.writes()
            let store = try #require(world.store as? MemoryStore)
            let killer = KillSwitch(SandboxTransport(world.sandbox), store, after: requests, moment)
            _ = try? await world.apply(transport: killer)
            guard let left = killer.left else { return #expect(requests > 10, "it was killed now and then") }
            world.store = left
            #expect(try await world.apply().failures == "", "request \(requests)")
            #expect(try await world.plan().lines == [], "request \(requests)")
            let posts = try await world.writes().filter { $0.hasPrefix("POST") }
            #expect(Set(posts).count == posts.count, "request \(requests): \(posts)")
            let records = try await world.store.snapshot(of: "local").records
            #expect(records[Address(.publishedService, "scoring")]?.ownership == .owned, "request \(requests)")
            #expect(
                records[Address(.package, "CHURN", "scoring").at(version: "v1")]?.ownership == .owned,
                "request \(requests)")
        }
        Issue.record("an apply takes fewer requests")
    }

    @Test(arguments: KillSwitch.Moment.allCases)
    func `a version is promoted once`(moment: KillSwitch.Moment) async throws {
        var dev = try World()
        dev.workspace = PromotionTests.workspace
        try await dev.apply()
        for requests in 0..<KillTests.mostRequests {
            var prod = try World()
            prod.workspace = PromotionTests.workspace
            let desired = try prod.desired("prod")
            let store = try #require(prod.store as? MemoryStore)
            let killer = KillSwitch(SandboxTransport(prod.sandbox), store, after: requests, moment)
            let mortal = prod.reconciler(desired, transport: killer, source: dev.client(), designs: false)
            _ = try? await mortal.apply(nil, desired)
            guard let left = killer.left else { return #expect(requests > 10, "it was killed now and then") }
            prod.store = left
            let reconciler = prod.reconciler(desired, source: dev.client(), designs: false)
            #expect(try await reconciler.apply(nil, desired).failures == "", "request \(requests)")
            #expect(try await reconciler.plan(desired).plan.lines == [], "request \(requests)")
            let posts = try await prod.writes().filter { $0.hasPrefix("POST") }
            #expect(Set(posts).count == posts.count, "request \(requests): \(posts)")
        }
        Issue.record("an apply takes fewer requests")
    }
}
