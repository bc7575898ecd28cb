import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import TestSupport
import Testing

/// A process may die at any request of an apply, and the next one goes on from there.
@Suite struct KillTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is live already when the apply begins; empty for nothing.
        let before: [String: String]
        let after: [String: String]
        /// The most updates that the way there takes.
        var updates = 1
        /// What is deleted on the way, by the ends of the paths.
        var deleted: [String] = []
    }

    static let files = [
        "scoring.yaml": """
        apiVersion: mooring/v1
        kind: APIService
        metadata: {project: CHURN, name: scoring}
        spec:
          authMethod: API_KEYS
          authRealm: {queryKeys: [{env: QUERY_KEY}]}
          endpoints:
            - {id: score, type: PY_FUNCTION, code: "def f(x): return x", userFunctionName: f}
        ---
        apiVersion: mooring/v1
        kind: Package
        metadata: {project: CHURN, service: scoring, lifecycle: {prune: true}}
        spec: {version: v1}
        """,
        "other.yaml": """
        apiVersion: mooring/v1
        kind: Endpoint
        metadata: {project: CHURN, service: scoring, name: other}
        spec: {type: PY_FUNCTION, code: "def g(x): return x", userFunctionName: g}
        """,
        "infra.yaml": """
        apiVersion: mooring/v1
        kind: Infra
        metadata: {name: prod}
        spec:
          type: STATIC
          stage: Production
          apiNodes: [{url: "sandbox://node-1", adminAPIKey: {env: NODE_KEY}}]
        """,
        "deployment.yaml": """
        apiVersion: mooring/v1
        kind: Deployment
        metadata: {name: scoring-on-prod, lifecycle: {replace: true}}
        spec:
          publishedServiceId: scoring
          infraId: prod
          version: v1
          rollout: {failAfter: 2s, timeout: 5m}
        """,
    ]

    static func files(_ changes: [(file: String, of: String, with: String)], without: [String] = []) -> [String: String]
    {
        var files = files
        for change in changes { files[change.file]?.replace(change.of, with: change.with) }
        for file in without { files[file] = nil }
        return files
    }

    static let scenarios = [
        Scenario(testDescription: "create", before: [:], after: files),
        Scenario(
            testDescription: "update", before: files,
            after: files([
                ("scoring.yaml", "return x", "return x + 1"), ("scoring.yaml", "version: v1", "version: v2"),
                ("infra.yaml", "Production", "Test"), ("deployment.yaml", "version: v1", "version: v2"),
            ]), deleted: ["/services/scoring/versions/v1", "/packages/v1"]),
        Scenario(
            testDescription: "replace", before: files.merging(more) { first, _ in first },
            after: files([("deployment.yaml", "infraId: prod", "infraId: more")]).merging(more) { first, _ in first },
            updates: 2, deleted: ["/deployments/scoring-on-prod"]),
        Scenario(
            testDescription: "roll-out", before: files,
            after: files([
                ("infra.yaml", "apiNodes: [", "apiNodes: [{url: \"sandbox://node-2\", adminAPIKey: {env: NODE_KEY}}, ")
            ])),
        Scenario(
            testDescription: "delete", before: files,
            after: files([], without: ["deployment.yaml", "infra.yaml"]),
            deleted: ["/deployments/scoring-on-prod", "/infras/prod"]),
        Scenario(
            testDescription: "a new name", before: files,
            after: files([
                (
                    "deployment.yaml", "{name: scoring-on-prod,",
                    "{name: renamed, replaces: [Deployment/scoring-on-prod],"
                )
            ]), updates: 3, deleted: ["/deployments/scoring-on-prod"]),
        Scenario(
            testDescription: "endpoint removal", before: files, after: files([], without: ["other.yaml"]), updates: 0),
    ]

    static let more = [
        "more.yaml": files["infra.yaml", default: ""].replacing("name: prod", with: "name: more")
            .replacing("node-1", with: "node-3")
    ]

    static func world(_ files: [String: String]) throws -> World {
        var world = try World(files)
        world.workspace.replace("local: {sandbox", with: "local: {prune: true, limits: {maxDeletes: 20}, sandbox")
        return world
    }

    /// The most requests of any of these, with room to spare.
    static let mostRequests = 100

    @Test(arguments: scenarios, KillSwitch.Moment.allCases)
    func `converges wherever it was killed`(scenario: Scenario, moment: KillSwitch.Moment) async throws {
        for requests in 0..<KillTests.mostRequests {
            var world = try KillTests.world(scenario.before)
            if !scenario.before.isEmpty { try await world.apply() }
            let bystander = try await KillTests.addBystander(world)
            world.files = scenario.after
            _ = try await world.writes()
            let store = try #require(world.store as? MemoryStore)
            let killer = KillSwitch(SandboxTransport(world.sandbox), store, after: requests, moment)
            _ = try? await world.apply(transport: killer)
            guard let left = killer.left else { return #expect(requests > 5, "it was killed now and then") }
            world.store = left
            let run = try await world.apply()
            #expect(run.failures == "", "request \(requests)")
            #expect(try await world.plan().lines == [], "request \(requests)")
            try await check(world, scenario, "request \(requests)")
            let path = "/dip/publicapi/api-deployer/infras/bystander/settings"
            #expect(try await world.send(.get, path).text() == bystander, "request \(requests)")
        }
        Issue.record("an apply takes fewer requests")
    }

    /// An infrastructure that somebody else made, with a field of its own.
    private static func addBystander(_ world: World) async throws -> String {
        try await world.send(
            .post, "/dip/publicapi/api-deployer/infras",
            ["id": "bystander", "stage": "Test", "type": "STATIC", "governCheckPolicy": "NO_CHECK"])
        try await world.edit("/api-deployer/infras/bystander/settings") { $0["theirs"] = 1 }
        return try await world.send(.get, "/dip/publicapi/api-deployer/infras/bystander/settings").text()
    }

    @Test(arguments: KillSwitch.Moment.allCases)
    func `a bad version is gone back from wherever the way was cut off`(moment: KillSwitch.Moment) async throws {
        for requests in 0..<KillTests.mostRequests {
            var world = try KillTests.world(KillTests.files)
            world.files["deployment.yaml"]?.replace("{failAfter", with: "{onFailure: rollback, failAfter")
            try await world.apply()
            world.files["scoring.yaml"]?.replace("def f(x): return x", with: "# sandbox: unhealthy")
            world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
            world.files["scoring.yaml"]?.replace("lifecycle: {prune: true}", with: "lifecycle: {prune: false}")
            world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
            let store = try #require(world.store as? MemoryStore)
            let killer = KillSwitch(SandboxTransport(world.sandbox), store, after: requests, moment)
            _ = try? await world.apply(transport: killer)
            guard let left = killer.left else { return #expect(requests > 20, "it was killed now and then") }
            world.store = left
            let run = try await world.apply()
            #expect(run.outcomes.last?.result == .rolledBack, "request \(requests): \(run.failures)")
            let path = "/dip/publicapi/api-deployer/deployments/scoring-on-prod"
            #expect(try await world.send(.get, path + "/status")["health"] == "HEALTHY", "request \(requests)")
            let mapping = try await world.send(.get, path + "/settings")["generationsMapping"]
            #expect(mapping?["generation"] == "v1", "request \(requests)")
            let record = try await world.store.snapshot(of: "local")[Address(.deployment, "scoring-on-prod")]
            #expect(try JSONValue(parsing: record?.applied.bytes ?? [])["version"] == "v1", "request \(requests)")
        }
        Issue.record("an apply takes fewer requests")
    }

    private func check(_ world: World, _ scenario: Scenario, _ place: Comment) async throws {
        let writes = try await world.writes()
        let once = writes.filter { !$0.hasPrefix("PUT") && !$0.hasSuffix("/actions/update") }
        #expect(Set(once).count == once.count, "\(place): \(writes)")
        #expect(writes.count { $0.hasSuffix("/actions/update") } <= scenario.updates, "\(place): \(writes)")
        #expect(writes.count { $0.hasPrefix("DELETE") } == scenario.deleted.count, "\(place): \(writes)")
        for end in scenario.deleted { #expect(writes.contains { $0.hasPrefix("DELETE") && $0.hasSuffix(end) }, place) }
        #expect(!(try await world.memory()).contains("canary"), place)
        let intents = try await world.store.snapshot(of: "local").intents
        #expect(intents.isEmpty, place)
    }
}
