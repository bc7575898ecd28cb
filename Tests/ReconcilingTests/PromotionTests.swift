import DSS
import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
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
        return (plan, try await reconciler.apply(plan, interruption: Interruption()) { _ in })
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
        #expect(try await archive(prod) == archive(dev))
        let writes = try await dev.writes()
        #expect(writes == [])
        let (reconciler, desired) = try reconciler(prod, dev)
        #expect(try await reconciler.plan(desired).plan.lines == [])
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
            try await reconciler.apply(plan, interruption: Interruption()) { _ in }
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
