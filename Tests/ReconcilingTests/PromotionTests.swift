import DSS
import Diagnostics
import Files
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import StateStorage
import Testing

@Suite struct PromotionTests {
    static let workspace = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: test}
        spec:
          environments:
            local: {sandbox: .mooring/dev}
            prod:
              deployer: {sandbox: .mooring/prod}
              promotesFrom: local

        """

    /// A development node with a published version, and a production deployer with nothing but its own infrastructure.
    func worlds() async throws -> (dev: World, prod: World) {
        var (dev, prod) = (try World(), try World())
        dev.workspace = PromotionTests.workspace
        prod.workspace = PromotionTests.workspace
        try await dev.apply()
        return (dev, prod)
    }

    func reconciler(_ prod: World, _ dev: World) throws -> (Reconciler, DesiredState) {
        let desired = try prod.desired("prod")
        return (prod.reconciler(desired, source: dev.client(), designs: false), desired)
    }

    func apply(_ prod: World, _ dev: World) async throws -> (plan: Plan, run: Run) {
        let (reconciler, desired) = try reconciler(prod, dev)
        let plan = try await reconciler.plan(desired).plan
        return (plan, try await reconciler.apply(plan, desired))
    }

    func archive(_ world: World) async throws -> [UInt8] {
        try await world.download("/dip/publicapi/api-deployer/services/scoring/versions/v1")
    }

    @Test func `copies a version byte for byte, and writes nothing to where it came from`() async throws {
        let (dev, prod) = try await worlds()
        _ = try await dev.writes()
        let (plan, run) = try await apply(prod, dev)
        #expect(plan.lines == ["+ PublishedService/scoring", "+ Infra/prod", "+ Deployment/scoring-on-prod"])
        #expect(run.failures == "")
        let note = try #require(run.outcomes[0].diagnostics.first)
        #expect(note.message.hasPrefix("version 'v1' of 'scoring' was copied, SHA-256 "))
        #expect(try await archive(prod) == archive(dev))
        let writes = try await dev.writes()
        #expect(writes == [])
        let (reconciler, desired) = try reconciler(prod, dev)
        #expect(try await reconciler.plan(desired).plan.lines == [])
    }

    @Test func `what is declared of a service is remembered when only a version comes to it`() async throws {
        var (dev, prod) = try await worlds()
        dev.files = World.scoring
        let declared = { (spec: String) in
            "apiVersion: mooring/v1\nkind: PublishedService\nmetadata: {name: scoring}\nspec: \(spec)\n"
        }
        prod.files["more.yaml"] = declared("{permissions: []}")
        _ = try await apply(prod, dev)
        dev.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        try await dev.apply()
        // Live holds it already: nothing is saved.
        prod.files["more.yaml"] = declared("{permissions: [], owner: admin}")
        prod.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
        let (plan, run) = try await apply(prod, dev)
        #expect(plan.changes.first?.steps.map(\.kind) == [.promoteVersion])
        #expect(run.failures == "")
        let (reconciler, desired) = try reconciler(prod, dev)
        let second = try await reconciler.plan(desired).plan
        #expect(second.lines == [] && second.rerecorded == [])
        // A service that no manifest declares is not remembered because a version comes to it.
        prod.files["more.yaml"] = nil
        prod.files["deployment.yaml"]?.replace("version: v2", with: "version: v3")
        dev.files["scoring.yaml"]?.replace("version: v2", with: "version: v3")
        try await dev.apply()
        let before = try await prod.store.snapshot(of: "prod").records[Address(.publishedService, "scoring")]
        _ = try await apply(prod, dev)
        #expect(try await prod.store.snapshot(of: "prod").records[Address(.publishedService, "scoring")] == before)
    }

    @Test func `one version for several deployments, into a service that is declared with settings`() async throws {
        var (dev, prod) = try await worlds()
        dev.files = World.scoring
        prod.files["more.yaml"] = """
            apiVersion: mooring/v1
            kind: PublishedService
            metadata: {name: scoring}
            spec: {owner: ann, permissions: [{group: ops, read: true}]}
            """
        prod.files["second.yaml"] = prod.files["deployment.yaml"]?.replacing("scoring-on-prod", with: "second")
        let (plan, run) = try await apply(prod, dev)
        let service = try #require(plan.changes.first)
        #expect(service.steps.map(\.kind) == [.createPublishedService, .savePublishedService, .promoteVersion])
        #expect(plan.changes.suffix(2).allSatisfy { $0.waitsFor.contains(service.address) })
        #expect(run.failures == "")
        #expect(try await archive(prod) == archive(dev))
        let (reconciler, desired) = try reconciler(prod, dev)
        let (second, live, _) = try await reconciler.plan(desired)
        #expect(second.lines == [])
        let rows = StatusReport(plan: second, desired: desired, live: live, dialect: .standard).rows
        #expect(
            rows.map { "\($0.address) \($0.sync.rawValue) \($0.health.rawValue)" } == [
                "PublishedService/scoring Synced Healthy", "Infra/prod Synced Healthy",
                "Deployment/scoring-on-prod Synced Healthy", "Deployment/second Synced Healthy",
            ], "what is only referred to has no status here")
    }

    @Test func `a service that exists and is external takes a version, and keeps its settings`() async throws {
        let (dev, first) = try await worlds()
        var prod = first
        try await prod.send(.post, "/dip/publicapi/api-deployer/services", ["publishedServiceId": "scoring"])
        prod.files["more.yaml"] = """
            {apiVersion: mooring/v1, kind: PublishedService, metadata: {name: scoring, external: true}}
            """
        let (plan, run) = try await apply(prod, dev)
        #expect(plan.changes.first?.steps.map(\.kind) == [.promoteVersion])
        #expect(run.failures == "")
        #expect(try await archive(prod) == archive(dev))
    }

    @Test func `is stale when the version came or went meanwhile`() async throws {
        let (dev, prod) = try await worlds()
        let (reconciler, desired) = try reconciler(prod, dev)
        let plan = try await reconciler.plan(desired).plan
        #expect(try await reconciler.moved(since: plan, desired) == [])
        try await prod.send(.post, "/dip/publicapi/api-deployer/services", ["publishedServiceId": "scoring"])
        try await prod.upload(archive(dev), named: "v1.zip", to: "scoring")
        #expect(try await reconciler.moved(since: plan, desired) == ["version 'v1' of 'scoring'"])
    }

    @Test func `two archives may make one published service`() async throws {
        let dev = try World()
        try await dev.apply()
        var other = dev
        other.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        try await other.apply()
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var prod = try World([:])
        prod.root = folder.path
        for version in ["v1", "v2"] {
            let bytes = try await dev.download("/dip/publicapi/api-deployer/services/scoring/versions/\(version)")
            try writeFile(folder.path + "/\(version).zip", bytes)
            prod.files["\(version).zip"] = "archive"
            prod.files["\(version).yaml"] = """
                apiVersion: mooring/v1
                kind: Package
                metadata: {project: P, service: from-\(version)}
                spec: {version: \(version), publish: {service: scoring}, archive: {file: \(version).zip}}
                """
        }
        let run = try await prod.apply()
        #expect(run.failures == "")
        #expect(try await prod.plan().lines == [])
    }

    @Test func `the same id with other bytes is an error`() async throws {
        let (dev, prod) = try await worlds()
        var other = try World()
        other.files["scoring.yaml"]?.replace("return x", with: "return 0")
        try await other.apply()
        let bytes = try await archive(other)
        try await prod.send(.post, "/dip/publicapi/api-deployer/services", ["publishedServiceId": "scoring"])
        try await prod.upload(bytes, named: "v1.zip", to: "scoring")
        let (reconciler, desired) = try reconciler(prod, dev)
        let plan = try await reconciler.plan(desired).plan
        #expect(plan.problems.contains("version 'v1' of 'scoring' is not the same archive here and in 'local'"))
        await #expect(throws: ReconcileError.self) {
            _ = try await reconciler.apply(plan, desired)
        }
    }

    @Test func `a version that neither deployer holds is an error with a suggestion`() async throws {
        var (dev, prod) = try await worlds()
        prod.files["deployment.yaml"]?.replace("version: v1", with: "version: v11")
        dev.files = [:]
        let (reconciler, desired) = try reconciler(prod, dev)
        let plan = try await reconciler.plan(desired).plan
        #expect(plan.problems.contains("version 'v11' of published service 'scoring' is neither live nor declared"))
        #expect(plan.problems.contains("Did you mean 'v1'?"))
    }
}
