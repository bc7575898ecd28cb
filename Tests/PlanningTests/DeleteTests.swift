import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// What left the manifests, and what becomes of it.
@Suite struct DeleteTests {
    /// One owned deployment that no manifest declares any more, beside a declared one.
    static func orphan(_ change: (inout DeleteWorld) -> Void = { _ in }) -> DeleteWorld {
        var world = DeleteWorld()
        world.options.prune = true
        world.declare("Infra/i", ["type": "STATIC"])
        world.remember("Infra/i", ["type": "STATIC"])
        world.addInfra("i")
        world.addPublished("s", versions: ["v1"])
        world.remember("Deployment/old", DeleteWorld.deployment(of: "s", on: "i", version: "v1"))
        world.addDeployment("old", of: "s", on: "i", version: "v1")
        change(&world)
        return world
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let world: DeleteWorld
        let lines: [String]

        init(_ name: String, _ lines: [String], _ world: DeleteWorld) {
            self.name = name
            self.world = world
            self.lines = lines
        }

        var testDescription: String { name }
    }

    static let delete = "- Deployment/old [disable-deployment start-update(disabled) delete-deployment]"

    static let orphans: [Case] = [
        Case("pruned by option", [delete], orphan()),
        Case(
            "prune is off", ["? Deployment/old: prune is off"],
            orphan { $0.options.prune = nil }),
        Case(
            "pruned by the environment", [delete],
            orphan {
                $0.options.prune = nil
                $0.environment.prune = true
            }),
        Case(
            "pruned by what its manifest said", [delete],
            orphan {
                $0.options.prune = nil
                $0.state.records[Address(.deployment, "old")]?.prune = true
            }),
        Case(
            "no prune, whatever environment and manifest say", ["? Deployment/old: prune is off"],
            orphan {
                $0.options.prune = false
                $0.environment.prune = true
                $0.state.records[Address(.deployment, "old")]?.prune = true
            }),
        Case(
            "declared in another environment", ["? Deployment/old: the environment 'uat' declares it"],
            orphan { $0.elsewhere[Address(.deployment, "old")] = "uat" }),
        Case(
            "adopted", ["? Deployment/old: adopted, not made by Mooring"],
            orphan { $0.state.records[Address(.deployment, "old")]?.ownership = .adopted }),
        Case(
            "protected", ["? Deployment/old: protected"],
            orphan { $0.state.records[Address(.deployment, "old")]?.protect = true }),
        Case("gone", ["x Deployment/old"], orphan { $0.live.listed.remove(Address(.deployment, "old")) }),
        Case(
            "unreadable", ["? Deployment/old: it could not be read: 403"],
            orphan { $0.live.unreadable[Address(.deployment, "old")] = Diagnostic(.error, "forbidden", "403") }),
        Case(
            "declared external", ["x Deployment/old"], orphan { $0.declare("Deployment/old") { $0.isExternal = true } }),
        Case("not remembered", [], orphan { $0.state.records[Address(.deployment, "old")] = nil }),
        Case(
            "an empty set",
            [
                "? Infra/i: no resource is declared", "? Deployment/old: no resource is declared",
                "! empty-set: no resource is declared, and pruning would delete all 2 that Mooring made",
            ],
            orphan { $0.resources = [] }),
        Case(
            "an empty set without prune", ["? Infra/i: prune is off", "? Deployment/old: prune is off"],
            orphan {
                $0.resources = []
                $0.options.prune = nil
            }),
        Case("matched by a target", [delete], orphan { $0.options.targets = ["Deployment/*"] }),
        Case("matched by no target", [], orphan { $0.options.targets = ["Infra/*"] }),
        Case("excluded", [], orphan { $0.options.excludes = ["Deployment/o?d"] }),
        Case(
            "a selector means nothing undeclared", [],
            orphan {
                $0.resources = []
                $0.declare("Infra/i", ["type": "STATIC"]) { $0.labels = ["team": "growth"] }
                $0.options.selector = ["team": "growth"]
            }),
        Case("healing deletes nothing", [], orphan { $0.options.purpose = .heal }),
        Case("rolling back deletes nothing", [], orphan { $0.options.purpose = .rollback }),
        Case(
            "disabled already", ["- Deployment/old [start-update(disabled) delete-deployment]"],
            orphan { $0.addDeployment("old", of: "s", on: "i", version: "v1", enabled: false) }),
        Case(
            "disabled and off its nodes", ["- Deployment/old [delete-deployment]"],
            orphan {
                $0.addDeployment("old", of: "s", on: "i", version: "v1", enabled: false)
                $0.live.rollouts["old"] = running("HEALTHY")
            }),
        Case(
            "disabled and still on its nodes", ["- Deployment/old [start-update(disabled) delete-deployment]"],
            orphan {
                $0.addDeployment("old", of: "s", on: "i", version: "v1", enabled: false)
                $0.live.rollouts["old"] = running("OUT_OF_SYNC")
            }),
        Case(
            "disabled and never updated", ["- Deployment/old [start-update(disabled) delete-deployment]"],
            orphan {
                $0.addDeployment("old", of: "s", on: "i", version: "v1", enabled: false)
                $0.live.rollouts["old"] = running("HEALTHY", .never)
            }),
    ]

    private static func running(
        _ health: String, _ last: LiveRollout.LastUpdate = .notRead
    ) -> LiveRollout {
        var result = LiveRollout()
        result.health = health
        result.lastUpdate = last
        return result
    }

    @Test(arguments: orphans) func `deletes what it owns and says why not`(example: Case) {
        #expect(example.world.lines() == example.lines)
    }

    @Test(arguments: orphans) func `a drift report calls pending what an apply deletes, not what it leaves`(
        example: Case
    ) {
        var world = example.world
        world.options.purpose = .apply
        #expect(world.drift().hasPending == !world.plan().changes.isEmpty)
    }

    @Test func `says where a deletion comes from, and fingerprints what it deletes`() throws {
        let plan = Self.orphan().plan()
        let change = try #require(plan.changes.first)
        #expect(change.cause == Cause(.orphaned, at: SourceMark(file: "old.yaml"), "no manifest declares it any more"))
        #expect(change.resource.spec["infraId"]?.string == "i" && change.resource.mark == SourceMark(file: "old.yaml"))
        #expect(plan.fingerprints[change.address]?.count == 64)
        #expect(
            change.steps.map(\.call) == [
                "PUT /api-deployer/deployments/old/settings", "POST /api-deployer/deployments/old/actions/update",
                "DELETE /api-deployer/deployments/old",
            ])
    }

    // MARK: What is used

    /// An owned infrastructure, published service and version that nothing declares, and what uses them.
    static func used(_ change: (inout DeleteWorld) -> Void = { _ in }) -> DeleteWorld {
        var world = DeleteWorld()
        world.options.prune = true
        world.declare("Infra/kept", ["type": "STATIC"])
        world.addInfra("kept")
        world.addInfra("i")
        world.remember("Infra/i", ["type": "STATIC"])
        world.addService("P/s", packages: ["v1"])
        world.addPublished("s", versions: ["v1"])
        world.remember("Package/P/s@v1", ["version": "v1"])
        world.remember("PublishedService/s")
        change(&world)
        return world
    }

    static let version = "- Package/P/s@v1 [delete-version(s) delete-package]"
    static let service = "- PublishedService/s [delete-published-service] after Package/P/s@v1"
    static let infra = "- Infra/i [delete-infra]"

    static let usedThings: [Case] = [
        Case("nothing", [version, service, infra], used()),
        Case(
            "a deployment of somebody else",
            [
                "? Package/P/s@v1: deployment x still maps to it",
                "? PublishedService/s: deployment x still refers to it",
                "? Infra/i: deployment x still runs on it",
            ], used { $0.addDeployment("x", of: "s", on: "i", version: "v1") }),
        Case(
            "many deployments",
            [
                "? Package/P/s@v1: deployments a, b, c, d, e and 1 more still map to it",
                "? PublishedService/s: deployments a, b, c, d, e and 1 more still refer to it",
                "? Infra/i: deployments a, b, c, d, e and 1 more still run on it",
            ],
            used { world in
                for id in ["a", "b", "c", "d", "e", "f"] {
                    world.addDeployment(id, of: "s", on: "i", version: "v1")
                }
            }),
        Case(
            "a mapping that is not known",
            [
                "- Infra/i [delete-infra]", "? Package/P/s@v1: deployment x may map to it",
                "? PublishedService/s: deployment x still refers to it",
            ],
            used {
                $0.addDeployment("x", of: "s", on: "kept", version: "v2")
                $0.live.mappings["x"] = nil
                $0.live.documents[Address(.deployment, "x")] = nil
            }),
        Case(
            "a service that is not known",
            [
                "- Infra/i [delete-infra]", "? Package/P/s@v1: deployment x may map to it",
                "? PublishedService/s: deployment x may refer to it",
            ],
            used {
                $0.addDeployment("x", of: "s", on: "kept", version: "v1")
                $0.live.serviceOfDeployment["x"] = nil
                $0.live.documents[Address(.deployment, "x")] = nil
            }),
        Case(
            "nothing known of a deployment",
            [
                "- Infra/i [delete-infra]", "? Package/P/s@v1: deployment x may map to it",
                "? PublishedService/s: deployment x may refer to it",
            ], used { $0.live.listed.insert(Address(.deployment, "x")) }),
        Case(
            "a version that two packages published and a deployment maps to",
            [
                infra, "? Package/P/other@v1: deployment x still maps to it",
                "? Package/P/s@v1: deployment x still maps to it",
                "? PublishedService/s: deployment x still refers to it",
            ],
            used {
                $0.remember("Package/P/other@v1", ["version": "v1", "publish": ["service": "s"]])
                $0.addService("P/other", packages: ["v1"])
                $0.addDeployment("x", of: "s", on: "kept", version: "v1")
            }),
        Case(
            "another version on the service", [version, infra, "? PublishedService/s: version v0 is left on it"],
            used { $0.addPublished("s", versions: ["v0", "v1"]) }),
        Case(
            "a version that is not deleted",
            [infra, "? Package/P/s@v1: protected", "? PublishedService/s: version v1 is left on it"],
            used { $0.state.records[DeleteWorld.address("Package/P/s@v1")]?.protect = true }),
        Case(
            "a deployment that goes in the same plan",
            [
                "- Package/P/s@v1 [delete-version(s) delete-package] after Deployment/x",
                "- PublishedService/s [delete-published-service] after Package/P/s@v1, Deployment/x",
                "- Infra/i [delete-infra] after Deployment/x",
                "- Deployment/x [disable-deployment start-update(disabled) delete-deployment]",
            ],
            used {
                $0.addDeployment("x", of: "s", on: "i", version: "v1")
                $0.remember("Deployment/x", DeleteWorld.deployment(of: "s", on: "i", version: "v1"))
            }),
        Case(
            "a version that was made and never published", ["- Package/P/s@v1 [delete-package]", infra],
            used {
                $0.remember("Package/P/s@v1")
                $0.state.records[Address(.publishedService, "s")] = nil
            }),
        Case(
            "a version that is only on the deployer", ["- Package/P/s@v1 [delete-version(s)]", service, infra],
            used { $0.addService("P/s") }),
        Case(
            "a version that is only on the design node",
            [
                "- Package/P/s@v1 [delete-package]",
                "- PublishedService/s [delete-published-service] after Package/P/s@v1", infra,
            ], used { $0.addPublished("s") }),
        Case(
            "a version that is nowhere",
            ["- PublishedService/s [delete-published-service]", infra, "x Package/P/s@v1"],
            used {
                $0.addService("P/s")
                $0.addPublished("s")
            }),
        Case(
            "an imported archive", ["- Package/P/s@v1 [delete-version(s)]", service, infra],
            used { $0.remember("Package/P/s@v1", ["version": "v1", "archive": ["file": "s.zip"]]) }),
        Case(
            "a project that can't be seen",
            [
                infra, "? Package/P/s@v1: it could not be read: hidden",
                "? PublishedService/s: version v1 is left on it",
            ],
            used { $0.live.unreadable[DeleteWorld.address("Package/P/s")] = Diagnostic(.error, "hidden", "hidden") }),
        Case(
            "a version that a declared package publishes too",
            ["- Package/P/s@v1 [delete-package]", infra],
            used {
                $0.declare("Package/P/other", ["version": "v1", "publish": ["service": "s"]])
                $0.addService("P/other", packages: ["v1"])
            }),
        Case(
            "a version that a package which stays published too",
            [
                "- Package/P/s@v1 [delete-package]", infra, "? Package/P/other@v1: adopted, not made by Mooring",
                "? PublishedService/s: version v1 is left on it",
            ],
            used {
                $0.remember("Package/P/other@v1", ["version": "v1", "publish": ["service": "s"]]) {
                    $0.ownership = .adopted
                }
            }),
        Case(
            "a version that two packages published",
            [
                "- Package/P/other@v1 [delete-version(s)]", "- Package/P/s@v1 [delete-package]",
                "- PublishedService/s [delete-published-service] after Package/P/other@v1, Package/P/s@v1", infra,
            ],
            used { $0.remember("Package/P/other@v1", ["version": "v1", "publish": ["service": "s"]]) }),
        Case(
            "a service that a declared package publishes to", [version, infra],
            used {
                $0.declare("Package/P/other", ["version": "w1", "publish": ["service": "s"]])
                $0.remember("Package/P/other@w1", ["version": "w1", "publish": ["service": "s"]])
                $0.addService("P/other", packages: ["w1"])
                $0.addPublished("s", versions: ["v1", "w1"])
            }),
    ]

    @Test(arguments: usedThings) func `keeps what something uses once the plan is done`(example: Case) {
        #expect(example.world.lines() == example.lines)
    }

    // MARK: The design side

    /// An owned service with an endpoint, of which the manifests declare nothing, beside a declared one.
    static func design(_ hasDesigner: Bool = true, _ change: (inout DeleteWorld) -> Void = { _ in }) -> DeleteWorld {
        var world = DeleteWorld(hasDesigner: hasDesigner)
        world.options.prune = true
        world.declare("Infra/kept", ["type": "STATIC"])
        world.addInfra("kept")
        world.addService("P/s", endpoints: ["e", "f"])
        world.remember("APIService/P/s")
        world.remember("Endpoint/P/s/e", ["type": "PY_FUNCTION"])
        change(&world)
        return world
    }

    static let designCases: [Case] = [
        Case(
            "a service and an endpoint",
            [
                "- Endpoint/P/s/e [save-api-service]", "x APIService/P/s",
                "warning not-deletable: no call of DSS deletes an API service: 'APIService/P/s' stays",
            ], design()),
        Case(
            "without prune", ["? APIService/P/s: prune is off", "? Endpoint/P/s/e: prune is off"],
            design { $0.options.prune = nil }),
        Case(
            "a service that is gone", ["x APIService/P/s", "x Endpoint/P/s/e"],
            design { $0.live.listed.remove(DeleteWorld.address("APIService/P/s")) }),
        Case(
            "an endpoint that is gone", ["x Endpoint/P/s/e"],
            design {
                $0.declare("APIService/P/s")
                $0.addService("P/s", endpoints: ["f"])
            }),
        Case(
            "an endpoint of a declared service", ["- Endpoint/P/s/e [save-api-service]"],
            design { $0.declare("APIService/P/s") }),
        Case("another environment's", [], design(false)),
        Case(
            "an endpoint that a package holds a copy of",
            [
                "- Endpoint/P/s/e [save-api-service]",
                "warning package-exists: the service changes, but its package 'v2' exists already and does not hold the change",
            ],
            design {
                $0.declare("APIService/P/s")
                $0.declare("Package/P/s", ["version": "v2", "publish": false])
                $0.addService("P/s", endpoints: ["e", "f"], packages: ["v2"])
            }),
        Case(
            "a new package waits for what goes from its service",
            [
                "- Endpoint/P/s/e [save-api-service]",
                "+ Package/P/s [create-package publish-package(s)] after Endpoint/P/s/e",
            ],
            design {
                $0.declare("APIService/P/s")
                $0.declare("Package/P/s", ["version": "v2"])
            }),
    ]

    @Test(arguments: designCases) func `deletes on the design node what a call deletes`(example: Case) {
        #expect(example.world.lines() == example.lines)
    }
}
