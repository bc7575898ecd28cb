import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// What plans and the status say of how deployments run: disabled by hand, not healthy.
@Suite struct RunningTests {
    static let note = "it is disabled live: this takes it off its nodes"
    static let left = "it is left as it is: it is disabled live, and a roll-out would take it off its nodes"

    /// A deployment that somebody disabled.
    static func disabled(
        declared: String = "v1", live: String = "v1", health: String, enabled: Bool? = nil
    ) -> StateWorld {
        var world = DriftTests.deploymentWorld(declared: declared, live: live, health: health, enabled: false)
        if let enabled {
            world.declare(
                DriftTests.deployment,
                ["publishedServiceId": "s", "infraId": "i", "version": .string(declared), "enabled": .bool(enabled)])
        }
        return world
    }

    @Test(
        arguments: [
            (disabled(health: "OUT_OF_SYNC"), "rollout", true),
            (disabled(declared: "v2", health: "HEALTHY"), "update", true),
            (disabled(health: "OUT_OF_SYNC", enabled: false), "rollout", false),
            (disabled(health: "OUT_OF_SYNC", enabled: true), "update", false),
            (DriftTests.deploymentWorld(health: "OUT_OF_SYNC"), "rollout", false),
        ] as [(StateWorld, String, Bool)])
    func `says that a roll-out takes off what somebody disabled`(world: StateWorld, action: String, isNoted: Bool) {
        let changes = world.plan().changes
        #expect(changes.map(\.action.rawValue) == [action])
        #expect(changes.map { $0.notes.contains(RunningTests.note) } == [isNoted])
    }

    @Test func `says it too where the nodes of the infrastructure change, and leaves it then when it heals`() {
        var world = RunningTests.disabled(health: "HEALTHY")
        world.declare(DriftTests.infra, ["apiNodes": [["url": "http://a"]]])
        world.remember(DriftTests.infra, ["apiNodes": [["url": "http://a"]]])
        world.show(DriftTests.infra, ["apiNodes": []])
        let change = world.plan().changes.first { $0.address == DriftTests.deployment }
        #expect(change?.action == .rollout && change?.notes == [RunningTests.note])
        let plan = world.healingPlan()
        #expect(plan.changes.map(\.address) == [DriftTests.infra])
        #expect(plan.diagnostics.map(\.message) == [RunningTests.left])
    }

    @Test(arguments: [disabled(health: "OUT_OF_SYNC"), disabled(live: "v2", health: "HEALTHY")])
    func `pushes nothing to heal what somebody disabled`(world: StateWorld) {
        let plan = world.healingPlan()
        #expect(plan.changes.isEmpty)
        #expect(plan.diagnostics.map(\.code) == ["disabled-live"])
        #expect(plan.diagnostics.map(\.message) == [RunningTests.left])
    }

    @Test func `heals what is disabled and as it was applied without a word`() {
        let plan = RunningTests.disabled(health: "HEALTHY").healingPlan()
        #expect(plan.changes.isEmpty && plan.diagnostics.isEmpty)
    }

    @Test(
        arguments: [
            (disabled(health: "HEALTHY"), Health.unknown, ["disabled", "HEALTHY", "node-1: it said so"]),
            (DriftTests.deploymentWorld(health: "HEALTHY"), .healthy, ["HEALTHY", "node-1: it said so"]),
        ])
    func `calls nothing healthy that is disabled`(world: StateWorld, health: Health, details: [String]) {
        let row = RunningTests.status(world)
        #expect(row?.health == health && row?.sync == .synced)
        #expect(row?.details == details)
    }

    static func status(_ world: StateWorld) -> StatusReport.Row? {
        StatusReport(plan: world.plan(), desired: world.desired, live: world.live, dialect: .standard).rows.first {
            $0.address == DriftTests.deployment
        }
    }

    @Test(arguments: ["WARNING", "ERROR", "UNHEALTHY", "UNKNOWN"])
    func `warns in each plan of a health that the manifest does not accept`(health: String) {
        var world = DriftTests.deploymentWorld(health: health)
        #expect(world.plan().isEmpty)
        #expect(world.plan().diagnostics.map(\.message) == ["the deployment is \(health): node-1: it said so"])
        world.declare(
            DriftTests.deployment,
            [
                "publishedServiceId": "s", "infraId": "i", "version": "v1",
                "rollout": ["health": ["HEALTHY", .string(health)]],
            ])
        #expect(world.plan().diagnostics.isEmpty)
    }

    @Test(
        arguments: [
            ("WARNING", DriftReport.Verdict.unhealthy, SyncStatus.synced, Health.degraded),
            ("UNHEALTHY", .unhealthy, .synced, .degraded), ("OUT_OF_SYNC", .outOfSync, .outOfSync, .progressing),
            ("HEALTHY", .clean, .synced, .healthy),
        ])
    func `tells the unhealthy from what is not rolled out, as the status does`(
        health: String, verdict: DriftReport.Verdict, sync: SyncStatus, shown: Health
    ) {
        let world = DriftTests.deploymentWorld(health: health)
        let report = world.drift()
        #expect(report.rows.map(\.verdict) == [verdict])
        #expect(report.hasDrift == (verdict == .outOfSync))
        let row = RunningTests.status(world)
        #expect(row?.sync == sync && row?.health == shown)
    }

    @Test func `shows all that is declared of what is to be made`() {
        var world = StateWorld(
            desired: ["stage": "a", "raw": ["computePropensity": false, "note": ""]], applied: nil, live: nil)
        let paths = { (world: StateWorld) in world.plan().changes.flatMap(\.fields).map(\.path) }
        #expect(paths(world) == ["stage", "computePropensity", "note", "governCheckPolicy"])
        world.show(StateWorld.infra, ["stage": "b"])
        #expect(paths(world) == ["stage"], "beside live settings, no field and `false` are the same")
    }

    @Test func `shows what goes with an element that nobody declares, but no text that may be a secret`() {
        let live: JSONValue = [
            "apiNodes": [
                ["url": "http://a"],
                ["url": "http://b", "graphitePrefix": "g", "adminAPIKey": "k", "note": "n", "weight": 2, "on": true],
            ], "permissions": [["group": "ops", "read": true, "admin": false]],
        ]
        let world = StateWorld(
            desired: ["apiNodes": [["url": "http://a"]], "permissions": []], applied: ["permissions": []], live: live)
        let fields = world.plan().changes.flatMap(\.fields).filter { $0.path != "governCheckPolicy" }
        #expect(
            fields.map(StateWorld.line) == [
                #"manifest apiNodes[http://b]: {"url":"http://b","graphitePrefix":"(not shown)","adminAPIKey":"(not shown)","#
                    + #""note":"(not shown)","weight":2,"on":true} -> absent, applied absent"#,
                #"drift permissions[ops]: {"group":"ops","read":true,"admin":false} -> absent"#,
            ])
    }
}
