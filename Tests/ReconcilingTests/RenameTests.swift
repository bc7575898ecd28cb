import DSS
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

/// What takes the place of something must be healthy before that goes.
@Suite struct RenameTests {
    /// A deployment that is renamed, and whose new one ends up unhealthy `times` times.
    private func renamed(times: Int) async throws -> World {
        var world = try World()
        world.workspace.replace("local: {sandbox", with: "local: {limits: {maxDeletes: 9}, sandbox")
        try await world.apply()
        world.files["deployment.yaml"]?.replace(
            "{name: scoring-on-prod}", with: "{name: renamed, replaces: [Deployment/scoring-on-prod]}")
        try await world.send(
            .put, "/sandbox/faults",
            ["updates": [["deployment": "renamed", "outcome": "unhealthy", "times": .number(JSONNumber(times))]]])
        _ = try await world.writes()
        return world
    }

    private static func isThere(_ id: String, in world: World) async throws -> Bool {
        try await world.client().apiDeployer.listDeployments().contains { $0.id == id }
    }

    private func health(in world: World) async throws -> String? {
        try await world.client().apiDeployer.deployment("renamed").getHeavyStatus().health.text
    }

    @Test func `what another's deployment is served as on the same nodes is not taken from them`() async throws {
        var world = try World()
        world.workspace.replace("local: {sandbox", with: "local: {prune: true, limits: {maxDeletes: 9}, sandbox")
        try await world.apply()
        try await world.send(
            .post, "/dip/publicapi/api-deployer/deployments",
            [
                "deploymentId": "theirs", "publishedServiceId": "scoring", "infraId": "prod", "version": "v1",
                "endpointId": .null, "authorizationsToQueryThroughDeployer": .null,
            ])
        world.files["deployment.yaml"] = nil
        let plan = try await world.plan()
        #expect(plan.lines == [])
        #expect(
            plan.orphaned.map(\.reason) == [
                "its nodes would stop serving 'Deployment/theirs' too, as 'scoring'"
            ])
    }

    @Test func `the old one stays while the new one is not healthy, however often that is applied`() async throws {
        let world = try await renamed(times: 1)
        #expect(
            try await world.apply().results == ["Deployment/renamed failed", "Deployment/scoring-on-prod skipped"])
        for _ in 0..<2 {
            let plan = try await world.plan()
            #expect(plan.lines == [])
            #expect(
                plan.orphaned.map(\.reason) == ["'Deployment/renamed', which takes its place, is UNHEALTHY"])
            try await world.apply()
            #expect(try await RenameTests.isThere("scoring-on-prod", in: world))
        }
        try await world.send(.post, "/dip/publicapi/api-deployer/deployments/renamed/actions/update")
        await world.clock.sleep(.seconds(5))
        #expect(try await world.apply().results == ["Deployment/scoring-on-prod applied"])
        #expect(try await health(in: world) == "HEALTHY", "the same nodes served both under one id")
        #expect(try await !RenameTests.isThere("scoring-on-prod", in: world))
        #expect(try await world.plan().lines == [])
    }

    @Test func `the old one waits for the new one's roll-out that a cut-off run left`() async throws {
        var world = try await renamed(times: 1)
        let store = try #require(world.store as? MemoryStore)
        let killer = KillAtUpdate(SandboxTransport(world.sandbox), store)
        _ = try? await world.apply(transport: killer)
        world.store = try #require(killer.left)
        await world.clock.sleep(.seconds(60))
        let run = try await world.apply()
        #expect(run.results == ["Deployment/renamed failed", "Deployment/scoring-on-prod skipped"])
        #expect(try await RenameTests.isThere("scoring-on-prod", in: world))
    }
}
