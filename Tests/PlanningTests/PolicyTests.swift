import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// The rules of an environment in plans: what is refused, what is only told.
@Suite struct PolicyTests {
    static let rule = SourceMark(file: "mooring.yaml", line: 12, column: 5)

    /// A service with an endpoint, a package and a deployment, none of them live.
    private func world(
        hasDesigner: Bool = true, service: JSONValue = [:], endpoint: JSONValue = ["type": "PY_FUNCTION"],
        rollout: JSONValue? = nil
    ) -> DeleteWorld {
        var world = DeleteWorld(hasDesigner: hasDesigner)
        world.declare("APIService/P/s", service)
        world.declare("Endpoint/P/s/e", endpoint)
        world.declare("Package/P/s", ["version": "v1"])
        world.declare("Infra/i") { $0.isExternal = true }
        var spec = DeleteWorld.deployment(of: "s", on: "i", version: "v1")
        if let rollout, case .object(var object) = spec {
            object["rollout"] = rollout
            spec = .object(object)
        }
        world.declare("Deployment/d", spec)
        world.live.listed.insert(Address(.infra, "i"))
        if !hasDesigner { world.addPublished("s", versions: ["v1"]) }
        return world
    }

    /// The same with all of it live as declared.
    private func settled(service: JSONValue, endpoint: JSONValue, live: JSONValue? = nil) -> DeleteWorld {
        var world = world(service: service, endpoint: endpoint)
        world.addService("P/s", packages: ["v1"])
        var document = (live ?? service).object ?? [:]
        document["id"] = "s"
        var element = endpoint.object ?? [:]
        element["id"] = "e"
        document["endpoints"] = .array([.object(element)])
        world.live.documents[Address(.apiService, "P", "s")] = .object(document)
        world.addPublished("s", versions: ["v1"])
        world.addDeployment("d", of: "s", on: "i", version: "v1")
        return world
    }

    private func policy(_ change: (inout Policy) -> Void) -> Policy {
        var policy = Policy()
        change(&policy)
        return policy
    }

    private var noPublicAuth: Policy { policy { $0.allowPublicAuth = .init(false, at: PolicyTests.rule) } }
    private var needsQueries: Policy { policy { $0.requireTestQueries = .init(true, at: PolicyTests.rule) } }
    private var noIgnoring: Policy { policy { $0.allowIgnoreWarnings = .init(false, at: PolicyTests.rule) } }

    private static let publicMessage =
        "the policy 'allowPublicAuth: false' forbids that 'APIService/P/s' answers everybody"

    static let services: [(JSONValue, String?)] = [
        (["authMethod": "PUBLIC"], "'authMethod' is PUBLIC"), ([:], "'authMethod' is PUBLIC by default"),
        (["authMethod": "API_KEYS"], nil), (["authMethod": "OAUTH2"], nil),
    ]

    @Test(arguments: services)
    func `refuses to make a service that answers everybody`(service: JSONValue, reason: String?) {
        var world = world(service: service)
        world.environment.policy = noPublicAuth
        let refusals = world.plan().refusals
        #expect(refusals.map(\.code) == (reason == nil ? [] : ["policy-allow-public-auth"]))
        #expect(refusals.first?.message == (reason == nil ? nil : PolicyTests.publicMessage))
        #expect(refusals.first?.mark == (reason == nil ? nil : PolicyTests.rule))
        #expect(refusals.first?.related.map(\.message) == reason.map { [$0] })
        #expect(refusals.first?.related.first?.mark.file == (reason == nil ? nil : "s.yaml"))

        world.environment.policy = policy { $0.allowPublicAuth = .init(true, at: PolicyTests.rule) }
        #expect(world.plan().refusals.isEmpty)
    }

    @Test func `only tells of a service that answers everybody already`() {
        let isTested: JSONValue = ["type": "PY_FUNCTION"]
        var world = settled(service: ["authMethod": "PUBLIC"], endpoint: isTested)
        world.environment.policy = noPublicAuth
        #expect(DeleteWorld.lines(world.plan()) == ["warning policy-allow-public-auth: \(PolicyTests.publicMessage)"])

        // What no manifest names counts as it is live.
        world = settled(service: [:], endpoint: isTested, live: ["authMethod": "PUBLIC"])
        world.environment.policy = noPublicAuth
        let told = world.plan().diagnostics
        #expect(told.map(\.severity) == [.warning])
        #expect(told.first?.related.map(\.message) == ["it is PUBLIC in DSS"])

        world = settled(service: [:], endpoint: isTested, live: ["authMethod": "API_KEYS"])
        world.environment.policy = noPublicAuth
        #expect(world.plan().diagnostics.isEmpty)
    }

    @Test(arguments: ["package", "deployment"])
    func `refuses to bring to its users what answers everybody`(changed: String) {
        var world = settled(service: ["authMethod": "PUBLIC"], endpoint: ["type": "PY_FUNCTION"])
        world.environment.policy = noPublicAuth
        if changed == "package" {
            world.live.packages[Address(.apiService, "P", "s")] = []
            world.live.versions["s"] = []
        } else {
            world.live.documents[Address(.deployment, "d")] = DeleteWorld.deployment(
                of: "s", on: "i", version: "v0", enabled: true)
        }
        let plan = world.plan()
        #expect(plan.changes.count == 1)
        #expect(plan.refusals.map(\.code) == ["policy-allow-public-auth"])
    }

    @Test func `judges a deployment by the service that it answers for, where that is designed elsewhere`() {
        var world = world(hasDesigner: false, service: ["authMethod": "PUBLIC"])
        world.environment.policy = noPublicAuth
        #expect(world.plan().refusals.map(\.message) == [PolicyTests.publicMessage])

        world.resources.removeAll { $0.kind == .deployment }
        #expect(DeleteWorld.lines(world.plan()).isEmpty)
    }

    @Test func `leaves out what the plan is not about`() {
        var world = world(service: ["authMethod": "PUBLIC"])
        world.environment.policy = noPublicAuth
        world.declare("APIService/P/other", ["authMethod": "PUBLIC"])
        world.options.targets = ["APIService/P/other"]
        #expect(world.plan().refusals.map(\.address) == ["APIService/P/other"])
    }

    static let endpoints: [(JSONValue, Bool)] = [
        (["type": "PY_FUNCTION"], true), (["type": "PY_FUNCTION", "testQueries": []], true),
        (["type": "PY_FUNCTION", "testQueries": [["q": [:]]]], false),
    ]

    @Test(arguments: endpoints)
    func `refuses to package an endpoint without test queries`(endpoint: JSONValue, isRefused: Bool) {
        var world = world(service: ["authMethod": "API_KEYS"], endpoint: endpoint)
        world.environment.policy = needsQueries
        let refusals = world.plan().refusals
        #expect(refusals.map(\.code) == (isRefused ? ["policy-require-test-queries"] : []))
        #expect(refusals.map(\.address) == (isRefused ? ["Endpoint/P/s/e"] : []))
        #expect(refusals.first?.mark == (isRefused ? PolicyTests.rule : nil))

        // Without a package nobody asks.
        world.resources.removeAll { $0.kind == .package || $0.kind == .deployment }
        #expect(DeleteWorld.lines(world.plan()).filter { $0.contains("policy") }.isEmpty)
    }

    @Test func `counts test queries and endpoints that are live only`() {
        var world = settled(service: [:], endpoint: ["type": "PY_FUNCTION"])
        world.environment.policy = needsQueries
        let service = Address(.apiService, "P", "s")
        #expect(world.plan().diagnostics.map(\.code) == ["policy-require-test-queries"])

        world.live.documents[service] = [
            "id": "s",
            "endpoints": [
                ["id": "e", "type": "PY_FUNCTION", "testQueries": [["q": [:]]]], ["id": "by-hand", "testQueries": []],
            ],
        ]
        #expect(world.plan().diagnostics.map(\.address) == ["Endpoint/P/s/by-hand"])
        world.live.packages[service] = []
        world.live.versions["s"] = []
        #expect(world.plan().refusals.map(\.address) == ["Endpoint/P/s/by-hand"])
    }

    @Test(arguments: [("2026-11-22", true), ("2026-11-21", false), (nil, true)])
    func `refuses a deployment that passes over warnings, until that has ended`(until: String?, isRefused: Bool) {
        var rule = JSONObject([("reason", "known")])
        if let until { rule["until"] = .string(until) }
        var world = world(service: ["authMethod": "API_KEYS"], rollout: ["ignoreWarnings": .object(rule)])
        world.environment.policy = noIgnoring
        let refusals = world.plan().refusals
        #expect(
            refusals.map(\.message)
                == (isRefused
                    ? ["the policy 'allowIgnoreWarnings: false' forbids that 'Deployment/d' passes over warnings"] : [])
        )
        #expect(refusals.flatMap(\.related).map(\.message) == (isRefused ? ["its reason is 'known'"] : []))
    }

    @Test func `refuses to delete and to replace what is protected by a glob`() {
        var world = DeleteWorld()
        for id in ["kept", "free"] {
            world.remember("Infra/\(id)", ["type": "STATIC"])
            world.addInfra(id)
        }
        world.declare("Infra/other", ["type": "K8S", "stage": "Test"]) { $0.lifecycle.replace = true }
        world.remember("Infra/other", ["type": "STATIC"])
        world.addInfra("other")
        world.options.prune = true
        world.environment.policy = policy {
            $0.protect = .init(["Deployment/*", "Infra/[ko]*", "*er", "*/k?pt"], at: PolicyTests.rule)
        }
        let plan = world.plan()
        #expect(
            plan.changes.map { "\($0.action.rawValue) \($0.address)" } == [
                "delete Infra/free", "delete Infra/kept", "replace Infra/other",
            ])
        #expect(
            plan.refusals.map(\.message) == [
                "the policy 'protect: */k?pt' forbids to delete 'Infra/kept'",
                "the policy 'protect: *er' forbids to replace 'Infra/other'",
            ])
        #expect(plan.refusals.map(\.mark) == [PolicyTests.rule, PolicyTests.rule])
        #expect(plan.refusals.map { $0.related.map(\.mark.file) } == [["kept.yaml"], ["other.yaml"]])
    }

    @Test func `protects each version of a package by the package's address`() {
        var world = DeleteWorld()
        world.remember("Package/P/s@v1", ["version": "v1"])
        world.addService("P/s", packages: ["v1"])
        world.addPublished("s", versions: ["v1"])
        world.declare("Infra/i", ["type": "K8S"])
        world.addInfra("i", type: "K8S")
        world.options.prune = true
        world.environment.policy = policy { $0.protect = .init(["Package/P/s"], at: PolicyTests.rule) }
        #expect(
            world.plan().refusals.map(\.message) == [
                "the policy 'protect: Package/P/s' forbids to delete 'Package/P/s@v1'"
            ])
    }

    @Test func `refuses all changes while a freeze holds, and says until when`() throws {
        let end = try #require(WallTime("2027-01-03"))
        let once = FreezeWindow(
            span: .once(from: WallTime(seconds: 0), until: end), timeZone: "Europe/Berlin", reason: "year's end",
            mark: PolicyTests.rule)
        let daily = FreezeWindow(
            span: .weekly(days: Array(1...7), startMinute: 0, minutes: 1440), timeZone: "UTC", reason: nil,
            mark: PolicyTests.rule)
        let freezes = [FreezeInForce(window: once, until: end), FreezeInForce(window: daily, until: nil)]
        let world = world()
        let refusals = plan(world, freezes).refusals
        #expect(refusals.map(\.code) == ["policy-freeze", "policy-freeze"])
        #expect(
            refusals.map(\.message) == [
                "a freeze of the policy forbids all changes until 2027-01-03 00:00 (Europe/Berlin): year's end",
                "a freeze of the policy forbids all changes for ever",
            ])
        #expect(refusals.first?.mark == PolicyTests.rule)

        // To look on is no change.
        let settled = settled(service: [:], endpoint: ["type": "PY_FUNCTION"])
        #expect(plan(settled, freezes).changes.isEmpty)
        #expect(plan(settled, freezes).refusals.isEmpty)
    }

    private func plan(_ world: DeleteWorld, _ freezes: [FreezeInForce]) -> Plan {
        let desired = DesiredState(environment: world.environment, resources: world.resources)
        return Planner.plan(
            desired: desired, live: world.live, state: world.state, options: world.options,
            selection: Selection(world.options, in: desired), dialect: .standard,
            targets: PlanTargets(designer: nil, deployer: "here", source: nil),
            now: PlanTime(today: "2026-11-22", seconds: 1_795_305_600, freezes: freezes), secrets: .none)
    }

    @Test func `tells offline what an apply would refuse, and what live fields may make good`() {
        var world = world(rollout: ["ignoreWarnings": ["reason": "known"]])
        world.environment.policy = policy {
            $0.allowPublicAuth = .init(false, at: PolicyTests.rule)
            $0.allowIgnoreWarnings = .init(false, at: PolicyTests.rule)
            $0.requireTestQueries = .init(true, at: PolicyTests.rule)
            $0.protect = .init(["*"], at: PolicyTests.rule)
        }
        #expect(
            offline(world) == [
                "warning policy-allow-public-auth APIService/P/s",
                "error policy-allow-ignore-warnings Deployment/d",
                "warning policy-require-test-queries Endpoint/P/s/e",
            ])

        // Where nothing is designed, nothing live can help.
        var elsewhere = self.world(hasDesigner: false, service: ["authMethod": "PUBLIC"])
        elsewhere.environment.policy = world.environment.policy
        #expect(
            offline(elsewhere) == [
                "error policy-allow-public-auth APIService/P/s", "error policy-require-test-queries Endpoint/P/s/e",
            ])

        world.environment.policy = Policy()
        #expect(offline(world).isEmpty)
    }

    private func offline(_ world: DeleteWorld) -> [String] {
        let desired = DesiredState(environment: world.environment, resources: world.resources)
        return policyProblems(of: desired, today: "2026-11-22").map {
            "\($0.severity.rawValue) \($0.code) \($0.address ?? "-")"
        }
    }
}
