import DSS
import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import TestSupport
import Testing

@Suite struct ApplyTests {
    @Test func `makes everything live in order, and then has nothing to do`() async throws {
        let world = try World()
        let plan = try await world.plan()
        #expect(plan.problems == "")
        #expect(
            plan.lines == [
                "+ APIService/CHURN/scoring", "+ Endpoint/CHURN/scoring/predict", "+ Endpoint/CHURN/scoring/score",
                "+ Package/CHURN/scoring", "+ Infra/prod", "+ Deployment/scoring-on-prod",
            ])
        #expect(plan.changes.last?.waitsFor.map(\.description) == ["Package/CHURN/scoring", "Infra/prod"])
        _ = try await world.writes()
        let run = try await world.apply()
        #expect(run.failures == "")
        #expect(run.count(.applied) == 6)
        #expect(run.outcomes.last?.health == "HEALTHY")
        #expect(run.outcomes.last?.serviceURLs.count == 2)
        let writes = try await world.writes().sorted()
        #expect(
            writes == [
                "POST /api-deployer/deployments", "POST /api-deployer/deployments/scoring-on-prod/actions/update",
                "POST /api-deployer/infras", "POST /projects/CHURN/apiservices/scoring",
                "POST /projects/CHURN/apiservices/scoring/packages/v1",
                "POST /projects/CHURN/apiservices/scoring/packages/v1/publish",
                "PUT /api-deployer/infras/prod/settings", "PUT /projects/CHURN/apiservices/scoring/settings",
            ])
        let second = try await world.plan()
        #expect(second.lines == [])
        #expect(second.unchanged.count == 6)
        try await world.apply(second)
        let more = try await world.writes()
        #expect(more == [])
    }

    @Test func `a query is answered by the version that is declared`() async throws {
        var world = try World()
        try await world.apply()
        let query: JSONValue = ["features": ["age": 42]]
        let path = "/nodes/node-1/public/api/v1/scoring/predict/predict"
        #expect(try await world.send(.post, path, query)["apiContext"]?["serviceGeneration"] == "v1")
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
        #expect(try await world.plan().lines == ["+ Package/CHURN/scoring", "~ Deployment/scoring-on-prod version"])
        #expect(try await world.apply().failures == "")
        #expect(try await world.send(.post, path, query)["apiContext"]?["serviceGeneration"] == "v2")
        #expect(try await world.plan().lines == [])
    }

    @Test func `keeps unknown fields to the byte when it changes others`() async throws {
        var world = try World()
        try await world.apply()
        let paths = [
            "/dip/publicapi/api-deployer/infras/prod/settings",
            "/dip/publicapi/api-deployer/deployments/scoring-on-prod/settings",
            "/dip/publicapi/projects/CHURN/apiservices/scoring/settings",
        ]
        let odd = try JSONValue(parsing: #"{"z":1.50,"a":[1e3,{"ü":null}],"big":12345678901234567890}"#)
        for path in paths {
            guard case .object(var settings) = try await world.send(.get, path) else { continue }
            if path == paths[2], case .object(var endpoint)? = settings["endpoints"]?.array?[1] {
                endpoint["unknownToMooring"] = odd
                settings["endpoints"] = [try #require(settings["endpoints"]?.array?[0]), .object(endpoint)]
            } else {
                settings["unknownToMooring"] = odd
            }
            try await world.send(.put, path, .object(settings))
        }
        world.files["scoring.yaml"]?.replace("return x", with: "return x + 1")
        world.files["infra.yaml"]?.replace("Production", with: "Test")
        world.files["deployment.yaml"]?.replace(
            "version: v1",
            with: "version: v1\n  authorizationsToQueryThroughDeployer: [{group: a, queryThroughDeployer: true}]")
        let run = try await world.apply()
        #expect(run.failures == "")
        #expect(try await world.send(.get, paths[0])["unknownToMooring"]?.text() == odd.text())
        #expect(try await world.send(.get, paths[1])["unknownToMooring"]?.text() == odd.text())
        let endpoints = try await world.send(.get, paths[2])["endpoints"]?.array
        #expect(endpoints?[1]["unknownToMooring"]?.text() == odd.text())
        #expect(endpoints?[1]["code"] == "def f(x): return x + 1")
        #expect(try await world.plan().lines == [])
    }

    @Test func `mends what was changed behind its back, and nothing else`() async throws {
        let world = try World()
        try await world.apply()
        let path = "/dip/publicapi/api-deployer/infras/prod/settings"
        guard case .object(var settings) = try await world.send(.get, path) else { return }
        settings["stage"] = "Test"
        try await world.send(.put, path, .object(settings))
        _ = try await world.writes()
        let plan = try await world.plan()
        #expect(plan.lines == ["~ Infra/prod stage"])
        #expect(plan.changes[0].fields[0].before == .value("Test"))
        #expect(plan.changes[0].cause.mark.description == "infra.yaml:6:10")
        try await world.apply(plan)
        let writes = try await world.writes()
        #expect(writes == ["PUT /api-deployer/infras/prod/settings"])
        #expect(try await world.plan().lines == [])
    }

    @Test func `rolls out what was saved and never pushed`() async throws {
        let world = try World()
        try await world.apply()
        let path = "/dip/publicapi/api-deployer/deployments/scoring-on-prod/settings"
        guard case .object(var settings) = try await world.send(.get, path) else { return }
        settings["enabled"] = false
        try await world.send(.put, path, .object(settings))
        try await world.send(.post, "/dip/publicapi/api-deployer/deployments/scoring-on-prod/actions/update")
        await world.clock.sleep(.seconds(5))
        settings["enabled"] = true
        try await world.send(.put, path, .object(settings))
        let plan = try await world.plan()
        #expect(plan.lines == ["> Deployment/scoring-on-prod"])
        #expect(plan.changes[0].cause.text == "its saved settings are not on its nodes (OUT_OF_SYNC)")
        #expect(try await world.apply(plan).failures == "")
        #expect(try await world.plan().lines == [])
    }

    @Test func `rolls a deployment out again when its infrastructure gets another node`() async throws {
        var world = try World()
        world.files["infra.yaml"]?.replace(
            "    - {url: \"sandbox://node-2\", adminAPIKey: {env: NODE_KEY}}", with: "")
        try await world.apply()
        world.files = World.scoring
        let plan = try await world.plan()
        #expect(plan.lines == ["~ Infra/prod apiNodes[sandbox://node-2]", "> Deployment/scoring-on-prod"])
        #expect(plan.changes[1].waitsFor == [Address(.infra, "prod")])
        #expect(try await world.apply(plan).failures == "")
        #expect(try await world.plan().lines == [])
    }

    @Test func `goes back to the version before when the new one fails its health`() async throws {
        var world = try World()
        try await world.apply()
        world.files["scoring.yaml"]?.replace("def f(x): return x", with: "# sandbox: unhealthy")
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("{failAfter", with: "{onFailure: rollback, failAfter")
        let run = try await world.apply()
        #expect(run.outcomes.last?.result == .rolledBack, "\(run.failures)")
        #expect(run.failures.contains("the roll-out of 'Deployment/scoring-on-prod' failed: it is"))
        let status = try await world.send(.get, "/dip/publicapi/api-deployer/deployments/scoring-on-prod/status")
        #expect(status["health"] == "HEALTHY")
        #expect(try await world.plan().lines == ["~ Deployment/scoring-on-prod version"])
    }

    @Test func `a failure stops only what depends on it`() async throws {
        var world = try World()
        world.files["more.yaml"] = """
            apiVersion: mooring/v1
            kind: PublishedService
            metadata: {name: other}
            spec: {owner: ann}
            """
        // The infrastructures are refused.
        try await world.send(
            .put, "/sandbox/faults",
            ["rules": [["match": ["method": "POST", "path": "*/infras"], "errorRate": 1, "status": 400]]])
        let run = try await world.apply()
        #expect(
            run.results == [
                "APIService/CHURN/scoring applied", "Endpoint/CHURN/scoring/predict applied",
                "Endpoint/CHURN/scoring/score applied", "Package/CHURN/scoring applied",
                "PublishedService/other applied", "Infra/prod failed", "Deployment/scoring-on-prod skipped",
            ])
    }

    @Test func `writes nothing when a secret is not there`() async throws {
        var world = try World()
        world.secrets["NODE_KEY"] = nil
        _ = try await world.writes()
        let plan = try await world.plan()
        #expect(plan.changes.contains { $0.notes.contains { $0.contains("unavailable") } })
        await #expect(throws: ReconcileError.self) { try await world.apply(plan) }
        let writes = try await world.writes()
        #expect(writes == [])
    }

    @Test func `does not write to what moved since the plan`() async throws {
        var world = try World()
        try await world.apply()
        world.files["infra.yaml"]?.replace("Production", with: "Test")
        let plan = try await world.plan()
        let path = "/dip/publicapi/api-deployer/infras/prod/settings"
        guard case .object(var settings) = try await world.send(.get, path) else { return }
        settings["somebody"] = "else"
        try await world.send(.put, path, .object(settings))
        let desired = try world.desired()
        #expect(try await world.reconciler(desired).moved(since: plan, desired) == ["Infra/prod"])
        _ = try await world.writes()
        #expect(try await world.apply(plan).results == ["Infra/prod moved"])
        let writes = try await world.writes()
        #expect(writes == [])
    }

    @Test func `says which declared field DSS did not keep`() async throws {
        var world = try World()
        world.files["scoring.yaml"]?.replace("  tags: [b, a]", with: "  raw: {newFeature: true}")
        let run = try await world.apply()
        #expect(run.failures.contains("DSS did not keep 'newFeature' of 'APIService/CHURN/scoring'"))
        #expect(
            run.results == [
                "APIService/CHURN/scoring failed", "Endpoint/CHURN/scoring/predict applied",
                "Endpoint/CHURN/scoring/score applied", "Package/CHURN/scoring skipped", "Infra/prod applied",
                "Deployment/scoring-on-prod skipped",
            ])
    }

    @Test func `refuses to write back a secret that stands redacted`() async throws {
        var world = try World()
        try await world.apply()
        let path = "/dip/publicapi/api-deployer/infras/prod/settings"
        guard case .object(var settings) = try await world.send(.get, path) else { return }
        settings["other"] = ["password": "********"]
        try await world.send(.put, path, .object(settings))
        world.files["infra.yaml"]?.replace("Production", with: "Test")
        _ = try await world.writes()
        let run = try await world.apply()
        #expect(run.failures.contains("'Infra/prod' holds a redacted secret in '/other/password'"))
        let writes = try await world.writes()
        #expect(writes == [])
    }

    @Test func `splits a deployment over versions by weight`() async throws {
        var world = try World()
        try await world.apply()
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace(
            "version: v1", with: "generations: [{generation: v1, proba: 0.9}, {generation: v2, proba: 0.1}]")
        let plan = try await world.plan()
        #expect(plan.changes.last?.fields.first?.after == .value("v1 90% / v2 10%"))
        #expect(try await world.apply(plan).failures == "")
        #expect(try await world.plan().lines == [])
    }

    @Test func `replaces only when that is allowed`() async throws {
        var world = try World()
        try await world.apply()
        world.files["deployment.yaml"]?.replace("infraId: prod", with: "infraId: other")
        world.files["other.yaml"] = world.files["infra.yaml"]?.replacing("name: prod", with: "name: other")
        var plan = try await world.plan()
        #expect(plan.refusals.map(\.code) == ["replace-not-allowed", "limit-max-deletes"])
        await #expect(throws: ReconcileError.self) { try await world.apply(plan) }
        world.workspace.replace(
            "local: {sandbox", with: "local: {limits: {maxDeletes: 1}, sandbox")
        world.files["deployment.yaml"]?.replace(
            "metadata: {name: scoring-on-prod}",
            with: "metadata: {name: scoring-on-prod, lifecycle: {replace: true}}")
        plan = try await world.plan()
        #expect(plan.problems == "")
        #expect(plan.lines == ["+ Infra/other", "-/+ Deployment/scoring-on-prod"])
        #expect(try await world.apply(plan).failures == "")
        #expect(try await world.plan().lines == [])
    }
}
