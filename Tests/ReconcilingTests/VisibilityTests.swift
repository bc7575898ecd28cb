import DSS
import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import Synchronization
import TestSupport
import Testing

/// A key that sees less than it did: what it no longer sees is not gone.
@Suite struct VisibilityTests {
    /// Lists name nothing whose path holds one of these words, and to ask for it is forbidden.
    private static func blind(_ world: World, to words: [String], status: Int = 403) -> TamperingTransport {
        TamperingTransport(base: SandboxTransport(world.sandbox)) { request in
            let path = request.url.prefix { $0 != "?" }
            guard request.method == .get,
                words.contains(where: { path.contains("/\($0)/") || path.hasSuffix("/\($0)") })
            else { return nil }
            let body: JSONValue = ["errorType": "UnauthorizedException", "message": "not for you"]
            return HTTPResponse(status: status, headers: [], body: body.bytes())
        } answer: { request, response in
            guard request.method == .get, case .array(let items)? = try? JSONValue(parsing: response.body) else {
                return
            }
            let infos = ["deploymentBasicInfo", "infraBasicInfo", "serviceBasicInfo"]
            let left = items.filter { item in
                let id = infos.compactMap { item[$0]?["id"]?.string }.first ?? item["id"]?.string
                return !(id.map(words.contains) ?? false)
            }
            response.body = JSONValue.array(left).bytes()
        }
    }

    private static func world() async throws -> World {
        var world = try World()
        world.workspace.replace("local: {sandbox", with: "local: {prune: true, limits: {maxDeletes: 9}, sandbox")
        try await world.apply()
        _ = try await world.writes()
        return world
    }

    @Test func `what a key no longer sees is not to be made, and is not written to`() async throws {
        let world = try await VisibilityTests.world()
        let blind = VisibilityTests.blind(world, to: ["scoring-on-prod", "prod"])
        let plan = try await world.plan(transport: blind)
        #expect(plan.lines == [])
        #expect(
            plan.diagnostics.map { "\($0.code) \($0.address ?? "")" } == [
                "not-visible Infra/prod", "not-visible Deployment/scoring-on-prod",
            ])
        let desired = try world.desired()
        let drift = try await world.reconciler(desired, transport: blind).drift(desired)
        #expect(
            drift.rows.filter { $0.verdict != .clean }.map { "\($0.address) \($0.verdict)" } == [
                "Infra/prod unknown", "Deployment/scoring-on-prod unknown",
            ])
    }

    @Test func `what left the manifests is not forgotten because a key does not see it`() async throws {
        var world = try await VisibilityTests.world()
        world.files["deployment.yaml"] = nil
        world.files["infra.yaml"] = nil
        let blind = VisibilityTests.blind(world, to: ["scoring-on-prod", "prod"])
        let plan = try await world.plan(transport: blind)
        #expect(plan.lines == [] && plan.forgotten == [])
        #expect(plan.orphaned.map(\.address.description) == ["Infra/prod", "Deployment/scoring-on-prod"])
        try await world.apply(transport: blind)
        let records = try await world.store.snapshot(of: "local").records
        #expect(records[Address(.deployment, "scoring-on-prod")]?.ownership == .owned)
        #expect(try await world.writes() == [])
        #expect(try await world.plan().lines == ["- Infra/prod", "- Deployment/scoring-on-prod"])
    }

    @Test func `versions of a published service that a key does not see are not forgotten`() async throws {
        var world = try await VisibilityTests.world()
        world.files = ["infra.yaml": world.files["infra.yaml", default: ""]]
        let plan = try await world.plan(transport: VisibilityTests.blind(world, to: ["scoring"]))
        #expect(plan.forgotten == [])
        let records = try await world.store.snapshot(of: "local").records.keys
        #expect(Set(plan.orphaned.map(\.address)).isSuperset(of: records.filter { $0.kind == .package }))
    }

    @Test func `what is gone is found gone, and made anew`() async throws {
        let world = try await VisibilityTests.world()
        let gone = VisibilityTests.blind(world, to: ["scoring-on-prod"], status: 404)
        let plan = try await world.plan(transport: gone)
        #expect(plan.lines == ["+ Deployment/scoring-on-prod"])
        #expect(plan.changes[0].cause.kind == .drift)
    }

    /// The same live objects, and nothing remembered of them.
    private static func forgetful() async throws -> World {
        var world = try await VisibilityTests.world()
        let clock = world.clock
        world.store = MemoryStore(now: { clock.milliseconds })
        return world
    }

    @Test func `what was never remembered and is hidden is told, and not to be made`() async throws {
        var world = try await VisibilityTests.forgetful()
        // More of a kind than are asked for at first.
        for name in ["a-new", "b-new", "scoring-x"] {
            world.files[name + ".yaml"] = world.files["deployment.yaml"]?.replacing("scoring-on-prod", with: name)
        }
        let blind = VisibilityTests.blind(world, to: ["scoring-on-prod", "scoring-x", "prod"])
        let plan = try await world.plan(transport: blind)
        #expect(
            plan.diagnostics.filter { $0.severity == .error }.map { "\($0.code) \($0.address ?? "")" } == [
                "not-visible Infra/prod"
            ])
        // Two new ones come first and are absent: of the others an apply finds out.
        #expect(plan.lines.contains("+ Deployment/a-new"))
        for name in ["a-new", "b-new"] { world.files[name + ".yaml"] = nil }
        let all = try await world.plan(transport: blind)
        #expect(
            all.diagnostics.filter { $0.severity == .error }.map { "\($0.code) \($0.address ?? "")" } == [
                "not-visible Infra/prod", "not-visible Deployment/scoring-on-prod",
                "not-visible Deployment/scoring-x",
            ])
        #expect(all.lines == [])
        #expect(try await world.writes() == [])
    }

    @Test func `to look for what is hidden takes two requests of a kind, and none where nothing is to be made`()
        async throws
    {
        var world = try World()
        for number in 1...5 {
            world.files["\(number).yaml"] = world.files["deployment.yaml"]?.replacing(
                "scoring-on-prod", with: "d\(number)")
        }
        _ = try await world.reads()
        _ = try await world.plan()
        let reads = try await world.reads()
        #expect(reads.count { $0.hasSuffix("/settings") && $0.contains("/deployments/") } == 2)
        #expect(reads.count { $0.hasSuffix("/settings") } == 4)
        try await world.apply()
        _ = try await world.reads()
        _ = try await world.plan()
        #expect(try await world.reads().count { $0.hasSuffix("/settings") } == 8)
    }

    /// To ask for anything that is not listed is forbidden, there or not.
    @Test(arguments: ["scoring-on-prod", "prod"])
    func `where nobody can tell what is hidden, the refusal to make it does, and nothing more is sent`(
        hidden: String
    ) async throws {
        let world = try await VisibilityTests.forgetful()
        let nobody = "mooring-asks-for-what-is-not-there"
        let blind = VisibilityTests.blind(world, to: [hidden, nobody])
        let plan = try await world.plan(transport: blind)
        #expect(plan.problems == "")
        let run = try await world.apply(transport: blind)
        let kind = hidden == "prod" ? "Infra" : "Deployment"
        let told = run.outcomes.flatMap(\.diagnostics).first { $0.code == "not-visible" }
        #expect(told?.message.hasPrefix("'\(kind)/\(hidden)' is there already, and no list names it: ") ?? false)
        #expect(
            try await world.writes() == [
                "POST /api-deployer/\(hidden == "prod" ? "infras" : "deployments")"
            ])
        let records = try await world.store.snapshot(of: "local")
        #expect(records.intents == [] && records.records.keys.filter { $0.name == hidden } == [])
    }
}
