import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import StateStorage
import TestSupport
import Testing

/// What makes a saved plan stale, and what does not.
@Suite struct SavedPlanTests {
    struct Move: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let moved: [String]
        let act: @Sendable (World) async throws -> Void
    }

    static let service = "/projects/CHURN/apiservices/scoring"
    static let moves = [
        Move(testDescription: "nothing", moved: []) { _ in },
        Move(testDescription: "another version", moved: []) { world in
            try await world.send(.post, "/dip/publicapi\(service)/packages/v7")
            try await world.send(.post, "/dip/publicapi\(service)/packages/v7/publish")
        },
        Move(testDescription: "the declared version, made", moved: ["Package/CHURN/scoring"]) { world in
            try await world.send(.post, "/dip/publicapi\(service)/packages/v2")
        },
        Move(testDescription: "the declared version, published", moved: ["Package/CHURN/scoring"]) { world in
            try await world.send(.post, "/dip/publicapi\(service)/packages/v2")
            try await world.send(.post, "/dip/publicapi\(service)/packages/v2/publish")
        },
        Move(testDescription: "an endpoint", moved: ["APIService/CHURN/scoring"]) { world in
            try await world.edit("\(service)/settings") { settings in
                guard case .object(var endpoint)? = settings["endpoints"]?.array?.first else { return }
                endpoint["modelRef"] = "other"
                settings["endpoints"] = [.object(endpoint)]
            }
        },
        Move(testDescription: "an infrastructure that is as declared", moved: ["Infra/prod"]) { world in
            try await world.edit("/api-deployer/infras/prod/settings") { $0["note"] = "by somebody" }
        },
        Move(testDescription: "a deployment", moved: ["Deployment/scoring-on-prod"]) { world in
            try await world.edit("/api-deployer/deployments/scoring-on-prod/settings") { $0["tags"] = ["x"] }
        },
        Move(testDescription: "an object that appeared", moved: ["Infra/late"]) { world in
            try await world.send(
                .post, "/dip/publicapi/api-deployer/infras", ["id": "late", "stage": "Test", "type": "STATIC"])
        },
        Move(testDescription: "an object that went", moved: ["Deployment/scoring-on-prod"]) { world in
            try await world.edit("/api-deployer/deployments/scoring-on-prod/settings") { $0["enabled"] = false }
            try await world.send(.delete, "/dip/publicapi/api-deployer/deployments/scoring-on-prod")
        },
    ]

    @Test(arguments: moves) func `is stale when what it is about moved`(move: Move) async throws {
        var world = try World()
        try await world.apply()
        world.files["late.yaml"] = World.scoring["infra.yaml", default: ""].replacing("name: prod", with: "name: late")
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
        let plan = try await world.plan()
        try #require(
            plan.lines == ["+ Package/CHURN/scoring", "+ Infra/late", "~ Deployment/scoring-on-prod version"])
        try await move.act(world)
        #expect(try await world.reconciler(world.desired()).moved(since: plan, world.desired()) == move.moved)
        let run = try await world.apply(plan)
        let applied = run.outcomes.filter { $0.result == .applied }.map(\.address.description)
        #expect(Set(applied).isDisjoint(with: move.moved), "nothing was written to what moved")
        if move.moved.isEmpty { #expect(applied.count == 3, "\(run.failures)") }
    }

    @Test func `an archive does not depend on the design node`() async throws {
        var world = try World()
        try await world.apply()
        world.files["archive.yaml"] = """
            apiVersion: mooring/v1
            kind: Package
            metadata: {project: NOWHERE, service: scoring}
            spec: {version: v9, archive: {file: a.zip}}
            """
        world.files["a.zip"] = "zip"
        let plan = try await world.plan()
        #expect(plan.lines == ["+ Package/NOWHERE/scoring"])
        #expect(plan.fingerprints[Address(.package, "NOWHERE", "scoring")] == "v9/archive/scoring/")
        #expect(try await world.reconciler(world.desired()).moved(since: plan, world.desired()) == [])
    }

    @Test func `a roll-out pushes what is saved, without secrets and without asking for more`() async throws {
        var world = try World()
        try await world.apply()
        world.files["deployment.yaml"]?.replace("  rollout:", with: "  raw: {auth: {secret: {env: UNSET}}}\n  rollout:")
        try await world.edit("/api-deployer/deployments/scoring-on-prod/settings") { $0["enabled"] = false }
        _ = try await world.writes()
        let desired = try world.desired()
        let plan = try await world.reconciler(desired).rolloutPlan(
            Address(.deployment, "scoring-on-prod"), in: desired)
        #expect(plan.changes[0].steps.map(\.kind) == [.startUpdate])
        #expect(
            try await world.reads() == [
                "/api-deployer/deployments", "/api-deployer/deployments/scoring-on-prod/settings",
            ])
        #expect(try await world.apply(plan).results == ["Deployment/scoring-on-prod applied"])
    }

    @Test func `is stale when the manifest of what it only records is another by now`() async throws {
        var world = try World()
        try await world.apply()
        let clock = world.clock
        world.store = MemoryStore(now: { clock.milliseconds })
        let plan = try await world.plan()
        #expect(plan.lines == [] && !plan.adopted.isEmpty)
        world.files["infra.yaml"]?.replace("Production", with: "Test")
        let desired = try world.desired()
        #expect(
            try await world.reconciler(desired).moved(since: plan, desired) == ["the manifest of 'Infra/prod'"])
        world.files["infra.yaml"] = nil
        world.files["deployment.yaml"] = nil
        let less = try world.desired()
        #expect(
            try await world.reconciler(less).moved(since: plan, less) == [
                "the manifest of 'Infra/prod'", "the manifest of 'Deployment/scoring-on-prod'",
            ])
    }

    @Test func `is stale when what it forgets is declared again`() async throws {
        var world = try World()
        try await world.apply()
        let manifest = world.files["deployment.yaml"]
        world.files["deployment.yaml"] = nil
        let path = "/api-deployer/deployments/scoring-on-prod"
        try await world.edit(path + "/settings") { $0["enabled"] = false }
        try await world.send(.delete, "/dip/publicapi" + path)
        let plan = try await world.plan()
        #expect(plan.forgotten == [Address(.deployment, "scoring-on-prod")])
        world.files["deployment.yaml"] = manifest
        try await world.apply()
        let desired = try world.desired()
        #expect(
            try await world.reconciler(desired).moved(since: plan, desired)
                == ["the manifest of 'Deployment/scoring-on-prod'"])
    }
}
