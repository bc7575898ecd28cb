import Diagnostics
import JSON
import Planning
import Reconciling
import Resources
import TestSupport
import Testing

/// What a refresh reads, and what is external.
@Suite struct SelectionTests {
    @Test func `reads only what is selected`() async throws {
        var world = try World()
        try await world.apply()
        world.files["more.yaml"] = World.scoring["infra.yaml", default: ""].replacing("name: prod", with: "name: other")
        _ = try await world.writes()
        var options = PlanOptions()
        options.targets = ["Infra/other"]
        #expect(try await world.plan(options).lines == ["+ Infra/other"])
        #expect(
            try await world.reads() == [
                "/api-deployer/infras", "/api-deployer/infras/other/settings", "/api-deployer/stages",
            ])
        options.targets = []
        options.excludes = ["Package/*", "Infra/other"]
        #expect(try await world.plan(options).lines == [])
        #expect(
            try await world.reads().sorted() == [
                "/api-deployer/infras", "/api-deployer/infras/prod/settings", "/projects/CHURN/apiservices/",
                "/projects/CHURN/apiservices/scoring/settings",
            ])
    }

    @Test func `knows external objects by the lists, and misses those that do not exist`() async throws {
        var world = try World()
        try await world.apply()
        world.files["infra.yaml"] = """
            {apiVersion: mooring/v1, kind: Infra, metadata: {name: prod, external: true}}
            """
        world.files["scoring.yaml"] = """
            {apiVersion: mooring/v1, kind: APIService, metadata: {project: CHURN, name: scoring, external: true}}
            ---
            {apiVersion: mooring/v1, kind: Package, metadata: {project: CHURN, service: scoring}, spec: {version: v1}}
            """
        var plan = try await world.plan()
        #expect(plan.problems == "")
        #expect(plan.lines == [])
        world.files["infra.yaml"]?.replace("name: prod", with: "name: gone")
        world.files["deployment.yaml"]?.replace("infraId: prod", with: "infraId: gone")
        plan = try await world.plan()
        #expect(plan.problems.contains("'Infra/gone' is declared external but does not exist"))
    }

    @Test func `an endpoint of an external service is not written to what moved`() async throws {
        var world = try World()
        try await world.apply()
        world.files = [
            "all.yaml": """
            {apiVersion: mooring/v1, kind: APIService, metadata: {project: CHURN, name: scoring, external: true}}
            ---
            apiVersion: mooring/v1
            kind: Endpoint
            metadata: {project: CHURN, service: scoring, name: score}
            spec: {type: PY_FUNCTION, code: "def f(x): return 2", userFunctionName: f}
            """
        ]
        let plan = try await world.plan()
        #expect(plan.lines == ["~ Endpoint/CHURN/scoring/score code"])
        try await world.edit("/projects/CHURN/apiservices/scoring/settings") { $0["tags"] = ["moved"] }
        #expect(
            try await world.reconciler(world.desired()).moved(since: plan, world.desired()) == [
                "APIService/CHURN/scoring"
            ])
        #expect(try await world.apply(plan).results == ["Endpoint/CHURN/scoring/score moved"])
    }

    @Test func `a deployment that is to be made needs a version, one that exists does not`() async throws {
        var world = try World()
        world.files["deployment.yaml"]?.replace("  version: v1\n", with: "")
        let plan = try await world.plan()
        #expect(plan.problems.contains("'Deployment/scoring-on-prod' is to be made, and its manifest names no version"))
        world.files["deployment.yaml"] = World.scoring["deployment.yaml"]
        try await world.apply()
        world.files["deployment.yaml"]?.replace("  version: v1\n", with: "")
        #expect(try await world.plan().problems == "")
        #expect(try await world.plan().lines == [])
        world.files["other.yaml"] = world.files["infra.yaml"]?.replacing("name: prod", with: "name: other")
        world.files["deployment.yaml"]?.replace("infraId: prod", with: "infraId: other")
        #expect(try await world.plan().problems.contains("is to be made, and its manifest names no version"))
    }

    @Test func `an exception holds no longer than its last day`() async throws {
        var world = try World()
        try await world.apply()
        world.files["infra.yaml"]?.replace("Production", with: "Test")
        let rule = "lifecycle: {ignore: [{fields: [/stage], until: 2026-06-15}]}"
        world.files["infra.yaml"]?.replace("{name: prod}", with: "{name: prod, \(rule)}")
        #expect(try await world.plan().lines == [])
        world.files["infra.yaml"]?.replace("06-15", with: "06-14")
        #expect(try await world.plan().lines == ["~ Infra/prod stage"])
        let policy = RolloutPolicy(
            DeclaredValue(
                ["ignoreWarnings": ["reason": "why", "until": "2026-06-15"]], at: SourceMark(file: "a")))
        #expect(policy.reasonToIgnoreWarnings(on: "2026-06-15") == "why")
        #expect(policy.reasonToIgnoreWarnings(on: "2026-06-16") == nil)
    }
}
