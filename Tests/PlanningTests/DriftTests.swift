import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// How each resource stands, and in which layer it differs.
@Suite struct DriftTests {
    typealias Verdict = DriftReport.Verdict

    static let infra = StateWorld.infra
    static let deployment = Address(.deployment, "d")
    static let package = Address(.package, "P", "s")
    static let service = Address(.apiService, "P", "s")

    /// As `verdict layer layer`.
    static func standing(_ row: DriftReport.Row?) -> String {
        row.map { ([$0.verdict.rawValue] + $0.layers.map(\.rawValue)).joined(separator: " ") } ?? "none"
    }

    static func standing(_ world: StateWorld, of address: Address = infra) -> String {
        standing(world.drift().rows.first { $0.address == address })
    }

    @Test(
        arguments: [
            // Desired, applied, live.
            (["stage": "a"], ["stage": "a"], ["stage": "a"], "clean"),
            (["stage": "a"], nil, ["stage": "a"], "clean"),
            (["stage": "b"], ["stage": "a"], ["stage": "b"], "clean"),
            (["stage": "a"], ["stage": "a"], ["stage": "c"], "drifted deployer"),
            (["stage": "b"], ["stage": "a"], ["stage": "a"], "pending git"),
            (["stage": "b"], nil, ["stage": "a"], "pending git"),
            (["stage": "b"], ["stage": "a"], ["stage": "c"], "conflict git deployer"),
            (
                ["stage": "b", "type": "X"], ["stage": "a", "type": "X"], ["stage": "a", "type": "Y"],
                "drifted git deployer"
            ),
            (["stage": "a"], ["stage": "a"], nil, "missing deployer"),
            (["stage": "b"], ["stage": "a"], nil, "missing deployer"),
            (["stage": "a"], nil, nil, "pending git"),
            (nil, ["stage": "a"], ["stage": "a"], "orphaned"),
            (nil, nil, ["stage": "a"], "unmanaged"),
        ] as [(JSONValue?, JSONValue?, JSONValue?, String)])
    func `sorts by desired, last applied and live`(
        desired: JSONValue?, applied: JSONValue?, live: JSONValue?, expected: String
    ) {
        #expect(DriftTests.standing(StateWorld(desired: desired, applied: applied, live: live)) == expected)
    }

    @Test func `shows three values of each field, and says where it is declared`() {
        let report = StateWorld(
            desired: ["stage": "b", "raw": ["x": 1, "y": 1, "z": 1]],
            applied: ["stage": "a", "raw": ["x": 1, "y": 0]], live: ["stage": "c", "x": 9, "y": 0, "z": 0]
        ).drift()
        let lines = report.rows.flatMap(\.fields).map { field in
            let values = [field.desired, field.applied, field.live].map(StateWorld.text).joined(separator: " | ")
            return "\(field.origin) \(field.path): \(values)"
        }
        #expect(
            lines == [
                #"conflict stage: "b" | "a" | "c""#, "drift x: 1 | 1 | 9", "manifest y: 1 | 0 | 0",
                "manifest z: 1 | absent | 0",
            ])
        #expect(report.rows.flatMap(\.fields).allSatisfy { $0.mark == StateWorld.mark })
        #expect(report.hasDrift && report.hasPending)
        #expect(report.made == 1_795_305_600_000)
    }

    @Test(
        arguments: [
            ("drifted", ["stage": "a"], ["stage": "a"], true, false),
            ("pending", ["stage": "b"], ["stage": "c"], false, true),
            ("drifted, with something pending", ["stage": "a", "raw": ["x": 1]], ["stage": "a"], true, true),
            ("clean", ["stage": "c"], ["stage": "c"], false, false),
        ] as [(String, JSONValue, JSONValue, Bool, Bool)])
    func `says whether anything drifted or is pending`(
        name: String, desired: JSONValue, applied: JSONValue, hasDrift: Bool, hasPending: Bool
    ) {
        let report = StateWorld(desired: desired, applied: applied, live: ["stage": "c"]).drift()
        #expect(report.hasDrift == hasDrift)
        #expect(report.hasPending == hasPending)
    }

    @Test func `names who changed it last where live moved`() {
        let tag: JSONValue = [
            "versionNumber": 4, "lastModifiedOn": 1_700_000_000_000, "lastModifiedBy": ["login": "ann"],
        ]
        let author = DriftReport.Author(login: "ann", when: 1_700_000_000_000)
        func row(_ desired: JSONValue, _ applied: JSONValue) -> DriftReport.Row? {
            StateWorld(desired: desired, applied: applied, live: ["stage": "c", "versionTag": tag]).drift().rows.first
        }
        #expect(row(["stage": "a"], ["stage": "a"])?.author == author)
        #expect(row(["stage": "a"], ["stage": "b"])?.author == author)
        #expect(DriftReport.Author(login: "ann", when: .min) == DriftReport.Author(login: "ann", when: nil))
        #expect(row(["stage": "a"], ["stage": "c"])?.author == nil)
        #expect(row(["stage": "c"], ["stage": "c"])?.author == nil)
        #expect(StateWorld(desired: nil, applied: nil, live: ["versionTag": tag]).drift().rows.first?.author == author)
        let nobody = StateWorld(
            desired: ["stage": "a"], applied: ["stage": "a"], live: ["stage": "c", "versionTag": [:]])
        #expect(nobody.drift().rows.first?.author == nil)
    }

    @Test func `tells an endpoint from its service, and takes the author from the service`() {
        var world = StateWorld()
        let endpoint = Address(.endpoint, "P", "s", "e")
        world.declare(DriftTests.service, [:])
        world.declare(endpoint, ["type": "STD_PREDICTION"])
        world.remember(DriftTests.service, [:])
        world.remember(endpoint, ["type": "STD_PREDICTION"])
        world.show(
            DriftTests.service,
            [
                "endpoints": [["id": "e", "type": "PY_FUNCTION"], ["id": "mine"]],
                "versionTag": ["lastModifiedBy": ["login": "bob"]],
            ])
        let rows = world.drift().rows
        #expect(
            rows.map { "\($0.address) \(DriftTests.standing($0))" } == [
                "APIService/P/s clean", "Endpoint/P/s/e drifted designer", "Endpoint/P/s/mine unmanaged",
            ])
        #expect(rows[1].author?.login == "bob")
        world.show(DriftTests.service, ["endpoints": []])
        #expect(DriftTests.standing(world, of: endpoint) == "missing designer")
        world.live = LiveState()
        #expect(DriftTests.standing(world, of: endpoint) == "missing designer")
    }

    @Test func `never takes what could not be read for missing`() {
        var world = StateWorld(desired: ["stage": "a"], applied: ["stage": "a"], live: nil)
        world.live.unreadable[DriftTests.infra] = Diagnostic(.error, "dss-forbidden", "this key can't see it")
        let endpoint = Address(.endpoint, "P", "s", "e")
        world.declare(endpoint, [:])
        world.remember(endpoint, [:])
        world.live.unreadable[DriftTests.service] = Diagnostic(.error, "project-not-visible", "no project")
        let report = world.drift()
        #expect(report.rows.map(DriftTests.standing) == ["unknown", "unknown"])
        #expect(report.rows.map(\.details) == [["no project"], ["this key can't see it"]])
        #expect(report.diagnostics.map(\.code) == ["project-not-visible", "dss-forbidden"])
        #expect(!report.hasDrift && !report.hasPending)
    }

    @Test func `tells of differences that are ignored, and who made them`() {
        let world = IgnoreTests.world(
            ["/stage"], until: "2026-12-31", desired: ["stage": "a"],
            live: ["stage": "b", "versionTag": ["lastModifiedBy": ["login": "ann"]]])
        let row = world.drift().rows.first
        #expect(DriftTests.standing(row) == "ignored")
        #expect(row?.ignored.map(\.path) == ["stage"])
        #expect(row?.author?.login == "ann")
    }

    // MARK: - Packages and deployments

    /// A package of which `v1` was applied.
    static func packageWorld(declared: String = "v1", made: Set<String>, published: Set<String>?) -> StateWorld {
        var world = StateWorld()
        world.declare(package, ["version": .string(declared)])
        world.remember(package.at(version: "v1"), ["version": "v1"])
        world.live.packages[service] = made
        if let published {
            world.live.versions["s"] = published
            world.live.listed.insert(Address(.publishedService, "s"))
        }
        return world
    }

    @Test(
        arguments: [
            ("v1", ["v1"], ["v1"], "clean"), ("v1", [], ["v1"], "clean"), ("v1", ["v1"], [], "missing deployer"),
            ("v1", [], nil, "missing designer deployer"), ("v2", ["v1"], ["v1"], "pending git"),
            ("v2", ["v1", "v2"], ["v1"], "pending git"),
        ] as [(String, Set<String>, Set<String>?, String)])
    func `tells a package by where its version is`(
        declared: String, made: Set<String>, published: Set<String>?, expected: String
    ) {
        let world = DriftTests.packageWorld(declared: declared, made: made, published: published)
        #expect(world.drift().rows.map(DriftTests.standing) == [expected], "what it publishes to is not unmanaged")
    }

    static func deploymentWorld(
        declared: String = "v1", live: String = "v1", versions: Set<String> = ["v1", "v2", "v3"], health: String?,
        enabled: Bool = true
    ) -> StateWorld {
        var world = StateWorld()
        let spec = { (version: String) -> JSONValue in
            ["publishedServiceId": "s", "infraId": "i", "version": .string(version)]
        }
        world.declare(deployment, spec(declared))
        world.remember(deployment, spec("v1"))
        world.live.versions["s"] = versions
        world.show(
            deployment,
            [
                "publishedServiceId": "s", "infraId": "i", "enabled": .bool(enabled),
                "generationsMapping": ["mode": "SINGLE_GENERATION", "generation": .string(live)],
            ])
        var running = LiveRollout()
        running.health = health
        running.messages = ["node-1: it said so"]
        if health == nil { running.problem = Diagnostic(.error, "dss-timeout", "no answer") }
        world.live.rollouts["d"] = running
        return world
    }

    @Test(
        arguments: [
            (deploymentWorld(health: "HEALTHY"), "clean"),
            (deploymentWorld(health: "OUT_OF_SYNC"), "out-of-sync nodes"),
            (deploymentWorld(health: "ERROR"), "unhealthy"), (deploymentWorld(health: nil), "unknown"),
            (deploymentWorld(health: "ERROR", enabled: false), "clean"),
            (deploymentWorld(live: "v2", health: "OUT_OF_SYNC"), "drifted deployer nodes"),
            (deploymentWorld(declared: "v2", health: "OUT_OF_SYNC"), "out-of-sync git nodes"),
            (deploymentWorld(declared: "v2", health: "HEALTHY"), "pending git"),
            (deploymentWorld(declared: "v2", live: "v3", health: "HEALTHY"), "conflict git deployer"),
            (deploymentWorld(declared: "v2", health: nil), "pending git"),
            (deploymentWorld(versions: ["v2"], health: "HEALTHY"), "drifted deployer"),
            (deploymentWorld(declared: "v9", health: "HEALTHY"), "pending git"),
        ] as [(StateWorld, String)])
    func `tells settings from what runs on the nodes`(world: StateWorld, expected: String) {
        let report = world.drift()
        #expect(report.rows.map(DriftTests.standing) == [expected])
        #expect(!report.diagnostics.contains { $0.severity == .error && $0.code != "dss-timeout" })
    }

    @Test func `gives the words of the nodes`() {
        #expect(
            DriftTests.deploymentWorld(health: "ERROR").drift().rows.first?.details == [
                "it is ERROR", "node-1: it said so",
            ])
        #expect(
            DriftTests.deploymentWorld(versions: [], health: "HEALTHY").drift().rows.first?.details == [
                "version 'v1' of published service 's' is neither live nor declared"
            ])
    }

    @Test func `takes no roll-out for drift that only follows from another change`() {
        var world = DriftTests.deploymentWorld(health: "HEALTHY")
        world.declare(DriftTests.infra, ["apiNodes": [["url": "http://a"]]])
        world.show(DriftTests.infra, ["apiNodes": []])
        #expect(world.plan().changes.map(\.action) == [.update, .rollout])
        #expect(DriftTests.standing(world, of: DriftTests.deployment) == "clean")
    }

    // MARK: - What no manifest declares

    @Test func `lists what is left and what is to be deleted as orphaned, with where it was declared`() {
        var world = StateWorld()
        let old = Address(.infra, "old")
        world.remember(old, ["stage": "a"])
        world.show(old, ["stage": "a"])
        world.declare(DriftTests.infra, ["stage": "a"])
        world.remember(DriftTests.infra, ["stage": "a"])
        world.show(DriftTests.infra, ["stage": "a"])
        var row = world.drift().rows.first { $0.address == old }
        #expect(row?.verdict == .orphaned && row?.mark == StateWorld.mark)
        #expect(row?.details == ["prune is off"])
        world.options.prune = true
        row = world.drift().rows.first { $0.address == old }
        #expect(row?.verdict == .orphaned && row?.mark == StateWorld.mark)
        #expect(row?.details.last == "the next apply deletes it")
    }

    @Test func `is about the selected part only`() {
        var world = StateWorld(desired: ["stage": "a"], applied: ["stage": "a"], live: ["stage": "c"])
        for name in ["other", "stranger"] { world.show(Address(.infra, name), [:]) }
        world.declare(Address(.infra, "other"), ["stage": "a"])
        world.options.targets = ["Infra/i"]
        #expect(world.drift().rows.map(\.address) == [DriftTests.infra])
        world.options.targets = ["Infra/*"]
        #expect(world.drift().rows.map(\.address.name) == ["i", "other", "stranger"])
        world.options.excludes = ["*/stranger"]
        #expect(world.drift().rows.map(\.address.name) == ["i", "other"])
    }

    @Test func `says whether an apply would adopt it, and what its manifest says of drift`() {
        var world = StateWorld(desired: nil, applied: nil, live: ["stage": "a"])
        world.declare(DriftTests.infra, ["stage": "a"]) { $0.lifecycle.drift = .heal }
        let row = world.drift().rows.first
        #expect(row?.details == ["it is not remembered yet: the next apply adopts it"])
        #expect(row?.mode == .heal)
    }
}
