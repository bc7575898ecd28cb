import Diagnostics
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import TestSupport
import Testing

/// What an apply remembers, and what becomes of it.
@Suite struct StateTests {
    private func records(_ world: World) async throws -> [Address: Record] {
        try await world.store.snapshot(of: "local").records
    }

    /// A line for each record: owner, address, the keys of what was applied.
    private func lines(_ world: World) async throws -> [String] {
        try await records(world).values.sorted { $0.address < $1.address }.map { record in
            let fields = (try JSONValue(parsing: record.applied.bytes)).object?.map(\.key) ?? []
            return "\(record.ownership) \(record.address) \(fields.joined(separator: ","))"
        }
    }

    @Test func `what was made is owned, with all that was applied`() async throws {
        let world = try World()
        let run = try await world.apply()
        #expect(run.number == 1)
        #expect(
            try await lines(world) == [
                "owned APIService/CHURN/scoring tags",
                "owned Endpoint/CHURN/scoring/predict modelRef,type",
                "owned Endpoint/CHURN/scoring/score code,type,userFunctionName",
                "owned Package/CHURN/scoring@v1 version",
                "owned PublishedService/scoring ",
                "owned Infra/prod apiNodes,stage,type",
                "owned Deployment/scoring-on-prod infraId,publishedServiceId,rollout,version",
            ])
        let infra = try await records(world)[Address(.infra, "prod")]
        #expect(infra?.commit == "c0ffee")
        #expect(infra?.run == 1)
        #expect(infra?.mark?.description == "infra.yaml:1:1")
        #expect(
            infra?.secrets.keys.sorted() == [
                "apiNodes[sandbox://node-1].adminAPIKey", "apiNodes[sandbox://node-2].adminAPIKey",
            ])
        #expect(!(try await world.memory()).contains("canary"))
    }

    @Test func `history tells what, who, when and how it ended`() async throws {
        var world = try World()
        try await world.apply()
        world.files["infra.yaml"]?.replace("Production", with: "Test")
        try await world.apply()
        let runs = try await world.store.runs(of: "local", limit: 10, before: nil)
        #expect(runs.map(\.number) == [2, 1])
        #expect(runs[0].command == "apply")
        #expect(runs[0].actor == "ann@test")
        #expect(runs[0].commit == "c0ffee")
        #expect(runs[0].result == .applied)
        #expect(runs[0].counts == ["applied": 1])
        #expect(try #require(runs[0].finished) >= runs[0].started)
        let changes = try await world.store.changes(of: 2, in: "local")
        #expect(changes.map(\.address) == [Address(.infra, "prod")])
        #expect(changes[0].fields.text() == #"[{"path":"stage","before":"Production","after":"Test"}]"#)
        #expect(changes[0].before != changes[0].after)
        #expect(try await world.store.changes(of: 1, in: "local").count == 6)
    }

    @Test func `what is there and as declared is adopted without a write`() async throws {
        var world = try World()
        try await world.apply()
        world.store = MemoryStore(now: { [clock = world.clock] in clock.milliseconds })
        _ = try await world.writes()
        let plan = try await world.plan()
        #expect(plan.lines == [])
        #expect(plan.adopted.count == 6)
        #expect(try await world.apply(plan).number == 1)
        #expect(try await world.writes() == [])
        #expect(try await records(world).values.allSatisfy { $0.ownership == .adopted })
        #expect(try await records(world).count == 6)
        #expect(try await records(world)[Address(.infra, "prod")]?.secrets.count == 2)
        let second = try await world.plan()
        #expect(second.adopted == [])
        #expect(try await world.apply(second).number == nil)
    }

    @Test func `an object that was there and is written to is adopted, and one that was made stays owned`() async throws
    {
        var world = try World()
        try await world.apply()
        world.store = MemoryStore(now: { [clock = world.clock] in clock.milliseconds })
        world.files["infra.yaml"]?.replace("Production", with: "Test")
        try await world.apply()
        #expect(try await records(world)[Address(.infra, "prod")]?.ownership == .adopted)
        world.files["infra.yaml"]?.replace("Test", with: "Development")
        try await world.apply()
        #expect(try await records(world)[Address(.infra, "prod")]?.ownership == .adopted)
    }

    @Test func `adoption with own makes an object ours, also one that was adopted before`() async throws {
        var world = try World()
        try await world.apply()
        world.store = MemoryStore(now: { [clock = world.clock] in clock.milliseconds })
        let desired = try world.desired()
        let reconciler = world.reconciler(desired)
        let open = try await reconciler.open(
            "mooring adopt", owner: "ann@test", process: Reconciler.process, waiting: .zero
        ) { _ in }
        _ = try await open.settle(desired)
        let infra = Address(.infra, "prod")
        let deployment = Address(.deployment, "scoring-on-prod")
        #expect(try await open.adopt(reconciler.plan(desired).plan, own: false, only: [infra]) == [infra])
        #expect(try await records(world).mapValues(\.ownership) == [infra: .adopted])
        let taken = try await open.adopt(reconciler.plan(desired).plan, own: true, only: [infra, deployment])
        #expect(taken == [infra, deployment])
        #expect(try await records(world).mapValues(\.ownership) == [infra: .owned, deployment: .owned])
        await open.close()
        #expect(try await world.store.runs(of: "local", limit: 5, before: nil).map(\.command) == ["adopt", "adopt"])
    }

    @Test func `a secret that changed is written, and one that did not is not`() async throws {
        var world = try World()
        world.files["scoring.yaml"]?.replace(
            "tags: [b, a]", with: "authMethod: API_KEYS\n  authRealm: {queryKeys: [{env: QUERY_KEY}]}")
        try await world.apply()
        #expect(try await world.plan().lines == [])
        world.secrets["QUERY_KEY"] = "canary-other-key"
        let plan = try await world.plan()
        #expect(plan.lines == ["~ APIService/CHURN/scoring authRealm.queryKeys"])
        #expect(plan.changes[0].fields[0].after == .secret("changed"))
        #expect(try await world.apply(plan).failures == "")
        #expect(try await world.plan().lines == [])
        #expect(!(try await world.memory()).contains("canary"))
    }

    @Test func `what left the manifests is deleted in reverse, and forgotten`() async throws {
        var world = try World()
        world.workspace.replace("local: {sandbox", with: "local: {prune: true, limits: {maxDeletes: 9}, sandbox")
        try await world.apply()
        world.files = ["infra.yaml": World.scoring["infra.yaml", default: ""]]
        _ = try await world.writes()
        let run = try await world.apply()
        #expect(run.failures == "")
        let writes = try await world.writes()
        #expect(
            writes.filter { $0.hasPrefix("DELETE") } == [
                "DELETE /api-deployer/deployments/scoring-on-prod",
                "DELETE /api-deployer/services/scoring/versions/v1",
                "DELETE /projects/CHURN/apiservices/scoring/packages/v1", "DELETE /api-deployer/services/scoring",
            ])
        #expect(try await lines(world) == ["owned Infra/prod apiNodes,stage,type"])
        #expect(try await world.plan().lines == [])
    }

    @Test func `a deployment that was disabled and not pushed is pushed before it is deleted`() async throws {
        var world = try World()
        world.workspace.replace("local: {sandbox", with: "local: {prune: true, limits: {maxDeletes: 9}, sandbox")
        try await world.apply()
        try await world.edit("/api-deployer/deployments/scoring-on-prod/settings") { $0["enabled"] = false }
        world.files["deployment.yaml"] = nil
        _ = try await world.writes()
        #expect(try await world.apply().failures == "")
        #expect(
            try await world.writes() == [
                "POST /api-deployer/deployments/scoring-on-prod/actions/update",
                "DELETE /api-deployer/deployments/scoring-on-prod",
            ])
    }

    @Test func `what is protected by now, or not ours any more, makes a saved deletion stale`() async throws {
        var world = try World()
        world.workspace.replace("local: {sandbox", with: "local: {prune: true, limits: {maxDeletes: 9}, sandbox")
        try await world.apply()
        world.files["deployment.yaml"] = nil
        let plan = try await world.plan()
        #expect(plan.lines == ["- Deployment/scoring-on-prod"])
        let desired = try world.desired()
        let reconciler = world.reconciler(desired)
        #expect(try await reconciler.moved(since: plan, desired) == [])
        let address = Address(.deployment, "scoring-on-prod")
        var record = try #require(try await records(world)[address])
        record.protect = true
        guard
            case .granted(let lease) = try await world.store.acquire(
                "local", for: LeaseHolder(owner: "a", command: "b", process: Reconciler.process), milliseconds: 1000)
        else { return }
        try await world.store.commit([.put(record)], under: lease)
        #expect(
            try await reconciler.moved(since: plan, desired) == ["what is remembered of 'Deployment/scoring-on-prod'"])
    }

    @Test func `a secret that a rule left alone is written once the rule is gone`() async throws {
        var world = try World()
        try await world.apply()
        let rule = "lifecycle: {ignore: [{fields: [/apiNodes/*/adminAPIKey], reason: rotated by hand}]}"
        let plain = world.files["infra.yaml", default: ""]
        world.files["infra.yaml"] = plain.replacing("name: prod}", with: "name: prod, \(rule)}")
        let rotated = "canary-rotated-key"
        world.secrets["NODE_KEY"] = rotated
        #expect(try await world.plan().lines == [])
        try await world.apply()
        let calm = try await world.plan()
        #expect(calm.lines == [] && calm.rerecorded == [])
        world.files["infra.yaml"] = plain
        #expect(
            try await world.plan().lines == [
                "~ Infra/prod apiNodes[sandbox://node-1].adminAPIKey,apiNodes[sandbox://node-2].adminAPIKey",
                "> Deployment/scoring-on-prod",
            ])
    }

    @Test func `what is protected along with a roll-out is protected from then on`() async throws {
        var world = try World()
        world.workspace.replace("local: {sandbox", with: "local: {prune: true, limits: {maxDeletes: 9}, sandbox")
        try await world.apply()
        world.files["deployment.yaml"]?.replace(
            "{name: scoring-on-prod}", with: "{name: scoring-on-prod, lifecycle: {protect: true}}")
        world.files["infra.yaml"]?.replace("node-2", with: "node-3")
        let run = try await world.apply()
        #expect(run.results == ["Infra/prod applied", "Deployment/scoring-on-prod applied"])
        #expect(run.outcomes.map(\.action) == [.update, .rollout])
        #expect(try await records(world)[Address(.deployment, "scoring-on-prod")]?.protect == true)
        world.files["deployment.yaml"] = nil
        let plan = try await world.plan()
        #expect(plan.lines == [] && plan.orphaned.map(\.reason) == ["protected"])
    }
}
