import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// Deletions beside changes of what is declared: earlier versions, renames, moves.
@Suite struct DeleteOrderTests {
    typealias Case = DeleteTests.Case

    /// A package at v2 whose service is declared, with v1 before it, and a deployment.
    static func release(
        live mapped: String = "v1", declares version: String = "v2",
        _ change: (inout DeleteWorld) -> Void = { _ in }
    ) -> DeleteWorld {
        var world = DeleteWorld()
        world.declare("APIService/P/s")
        world.declare("Infra/i", ["type": "STATIC"])
        world.declare("Package/P/s", ["version": "v2"]) { $0.lifecycle.prune = true }
        world.declare("Deployment/d", DeleteWorld.deployment(of: "s", on: "i", version: version))
        world.remember("Package/P/s@v1", ["version": "v1"])
        world.remember("Package/P/s@v2", ["version": "v2"])
        world.addService("P/s", packages: ["v1", "v2"])
        world.addPublished("s", versions: ["v1", "v2"])
        world.addInfra("i")
        world.addDeployment("d", of: "s", on: "i", version: mapped)
        change(&world)
        return world
    }

    static let delete = "- Package/P/s@v1 [delete-version(s) delete-package]"
    static let update = "~ Deployment/d [save-deployment start-update await-health(HEALTHY)]"

    static let versions: [Case] = [
        Case("nothing maps to it", [delete], release(live: "v2")),
        Case("a mapping that leaves it", [delete + " after Deployment/d", update], release()),
        Case("a mapping that stays", [], release(declares: "v1")),
        Case("a mapping that goes back to it", [update], release(live: "v2", declares: "v1")),
        Case(
            "a mapping that leaves it in part",
            [update],
            release {
                $0.resources.removeLast()
                $0.declare(
                    "Deployment/d",
                    [
                        "publishedServiceId": "s", "infraId": "i",
                        "generations": [["generation": "v1", "proba": 0.9], ["generation": "v2", "proba": 0.1]],
                    ])
            }),
        Case(
            "a mapping that is left alone", [],
            release {
                $0.resources.removeLast()
                $0.declare("Deployment/d", ["publishedServiceId": "s", "infraId": "i"])
            }),
        Case(
            "a mapping that is left alone while another field changes", [update],
            release {
                $0.resources.removeLast()
                $0.declare("Deployment/d", ["publishedServiceId": "s", "infraId": "i", "raw": ["description": "new"]])
            }),
        Case(
            "a mapping whose difference is ignored", [],
            release {
                $0.resources.removeLast()
                $0.declare("Deployment/d", DeleteWorld.deployment(of: "s", on: "i", version: "v2")) {
                    $0.lifecycle.ignore = [
                        IgnoreRule(
                            pointers: ["/generationsMapping"], reason: nil, until: nil,
                            mark: SourceMark(file: "d.yaml"))
                    ]
                }
            }),
        Case(
            "a mapping that changes outside of the selection", [], release { $0.options.targets = ["Package/*"] }),
        Case(
            "a mapping of somebody else", [update],
            release { $0.addDeployment("x", of: "s", on: "i", version: "v1") }),
        Case(
            "a mapping that is to come", [],
            release(live: "v2") {
                $0.declare("Deployment/e", DeleteWorld.deployment(of: "s", on: "i", version: "v1"))
                $0.options.excludes = ["Deployment/e"]
            }),
        Case("a package outside of the selection", [update], release { $0.options.excludes = ["Package/P/s@v1"] }),
        Case("without prune", [], release(live: "v2") { $0.resources[2] = package { _ in } }),
        Case(
            "--prune without the manifest's", [],
            release(live: "v2") {
                $0.resources[2] = package { _ in }
                $0.options.prune = true
            }),
        Case("no pruning in this run", [], release(live: "v2") { $0.options.prune = false }),
        Case(
            "a protected package", [],
            release(live: "v2") {
                $0.resources[2] = package {
                    $0.lifecycle.prune = true
                    $0.lifecycle.protect = true
                }
            }),
        Case(
            "an adopted version", [],
            release(live: "v2") { $0.state.records[DeleteWorld.address("Package/P/s@v1")]?.ownership = .adopted }),
        Case(
            "a version that is gone", ["x Package/P/s@v1"],
            release(live: "v2") {
                $0.addService("P/s", packages: ["v2"])
                $0.addPublished("s", versions: ["v2"])
            }),
        Case(
            "a package that is external by now", ["x Package/P/s@v1", "x Package/P/s@v2"],
            release(live: "v2") {
                $0.resources.remove(at: 2)
                $0.declare("Package/P/s") { $0.isExternal = true }
            }),
    ]

    private static func package(_ change: (inout Metadata) -> Void) -> Resource {
        var world = DeleteWorld()
        world.declare("Package/P/s", ["version": "v2"], change)
        return world.resources[0]
    }

    @Test(arguments: versions) func `deletes an earlier version that nothing maps to any more`(example: Case) {
        #expect(example.world.lines() == example.lines)
    }

    // MARK: Renames

    /// `Deployment/new` takes the place of `Deployment/old`.
    static func rename(_ change: (inout DeleteWorld) -> Void = { _ in }) -> DeleteWorld {
        var world = DeleteWorld()
        world.declare("Infra/i", ["type": "STATIC"])
        world.declare("Deployment/new", DeleteWorld.deployment(of: "s", on: "i", version: "v1")) {
            $0.replaces = [Address(.deployment, "old")]
        }
        world.addInfra("i")
        world.addPublished("s", versions: ["v1"])
        world.addDeployment("old", of: "s", on: "i", version: "v1")
        world.remember("Deployment/old", DeleteWorld.deployment(of: "s", on: "i", version: "v1"))
        change(&world)
        return world
    }

    /// The new one is there, and in this state.
    static func renamed(_ health: String?) -> DeleteWorld {
        rename { world in
            world.addDeployment("new", of: "s", on: "i", version: "v1")
            guard let health else { return }
            var running = LiveRollout()
            running.health = health
            world.live.rollouts["new"] = running
        }
    }

    static let create = "+ Deployment/new [create-deployment save-deployment start-update await-health(HEALTHY)]"
    /// Both answer as one service on one infrastructure.
    static let old = DeleteTests.delete.replacing(
        "delete-deployment]", with: "delete-deployment start-update(Deployment/new) await-health(Deployment/new)]")

    static let renames: [Case] = [
        Case("a new one", [create, old + " after Deployment/new"], rename()),
        Case("a new one that is there", [old], renamed("HEALTHY")),
        Case(
            "a new one that is not healthy",
            [
                "? Deployment/old: 'Deployment/new', which takes its place, is UNHEALTHY",
                "warning not-healthy: the deployment is UNHEALTHY",
            ], renamed("UNHEALTHY")),
        Case(
            "a new one that nobody asked for its health",
            ["? Deployment/old: whether 'Deployment/new', which takes its place, is healthy is not known"], renamed(nil)
        ),
        Case(
            "only the old one is meant",
            ["? Deployment/old: 'Deployment/new', which takes its place, is no part of this plan"],
            rename { $0.options.targets = ["Deployment/old"] }),
        Case(
            "no pruning in this run", [create, old + " after Deployment/new"], rename { $0.options.prune = false }),
        Case("an old one that is not remembered", [create], rename { $0.state.records = [:] }),
        Case(
            "an adopted old one", [create, "? Deployment/old: adopted, not made by Mooring"],
            rename { $0.state.records[Address(.deployment, "old")]?.ownership = .adopted }),
        Case(
            "a protected old one",
            [
                create, "? Deployment/old: protected",
                "! protected: 'Deployment/old' is protected, and the plan is to delete it",
            ], rename { $0.state.records[Address(.deployment, "old")]?.protect = true }),
        Case(
            "an old one that is gone", [create, "x Deployment/old"],
            rename { $0.live.listed.remove(Address(.deployment, "old")) }),
        Case(
            "only the new one is meant", [create, old + " after Deployment/new"],
            rename { $0.options.targets = ["Deployment/new"] }),
        Case("the old one is excluded", [create], rename { $0.options.excludes = ["Deployment/old"] }),
        Case(
            "a published service that is still referred to",
            ["? PublishedService/s: what is declared still refers to it"],
            rename {
                $0.resources.removeLast()
                $0.declare("Deployment/old", DeleteWorld.deployment(of: "s", on: "i", version: "v1"))
                $0.declare("PublishedService/t") { $0.replaces = [Address(.publishedService, "s")] }
                $0.addPublished("t")
                $0.remember("PublishedService/s")
            }),
        Case(
            "endpoints of one service",
            ["+ Endpoint/P/s/new [save-api-service]", "- Endpoint/P/s/old [save-api-service] after Endpoint/P/s/new"],
            endpoints(["P/s/new": "P/s/old"])),
        Case(
            "endpoints that trade places between services",
            [
                "+ Endpoint/P/a/new [save-api-service]", "- Endpoint/P/a/old [save-api-service] after Endpoint/P/b/new",
                "+ Endpoint/P/b/new [save-api-service]", "- Endpoint/P/b/old [save-api-service] after Endpoint/P/a/new",
                "error dependency-cycle: these changes wait for one another: APIService/P/a -> APIService/P/b -> APIService/P/a",
            ], endpoints(["P/a/new": "P/b/old", "P/b/new": "P/a/old"])),
    ]

    private static func endpoints(_ pairs: [String: String]) -> DeleteWorld {
        var world = DeleteWorld()
        for name in Set(pairs.flatMap { [$0.key, $0.value] }.map { String($0.prefix(3)) }) {
            world.declare("APIService/" + name)
            world.addService(name, endpoints: ["old"])
        }
        for (new, old) in pairs {
            world.declare("Endpoint/" + new) { $0.replaces = [DeleteWorld.address("Endpoint/" + old)] }
            world.remember("Endpoint/" + old)
        }
        return world
    }

    @Test(arguments: renames) func `deletes the old object when the new one is there`(example: Case) {
        #expect(example.world.lines() == example.lines)
    }

    @Test func `names the new object as the cause`() throws {
        let change = try #require(Self.rename().plan().changes.last)
        #expect(
            change.cause == Cause(.replaced, at: SourceMark(file: "new.yaml"), "Deployment/new takes its place"))
    }

    // MARK: Moves

    static func move(_ change: (inout DeleteWorld) -> Void = { _ in }) -> DeleteWorld {
        var world = DeleteWorld()
        world.options.prune = true
        world.declare("Infra/new", ["type": "STATIC"])
        world.declare("Deployment/d", DeleteWorld.deployment(of: "s", on: "new", version: "v1")) {
            $0.lifecycle.replace = true
        }
        world.addInfra("new")
        world.addInfra("old")
        world.remember("Infra/old", ["type": "STATIC"])
        world.addPublished("s", versions: ["v1"])
        world.addDeployment("d", of: "s", on: "old", version: "v1")
        change(&world)
        return world
    }

    static let replace = """
        -/+ Deployment/d [disable-deployment start-update(disabled) delete-deployment create-deployment \
        save-deployment start-update await-health(HEALTHY)]
        """

    static let moves: [Case] = [
        Case("to another infrastructure", ["- Infra/old [delete-infra] after Deployment/d", replace], move()),
        Case(
            "an infrastructure that is made anew when its deployment has left",
            ["-/+ Infra/old [delete-infra create-infra save-infra] after Deployment/d", replace],
            move { $0.declare("Infra/old", ["type": "K8S", "stage": "Dev"]) { $0.lifecycle.replace = true } }),
        Case(
            "an infrastructure that is made anew when its deployment is deleted",
            [
                "-/+ Infra/old [delete-infra create-infra save-infra] after Deployment/d",
                "- Deployment/d [disable-deployment start-update(disabled) delete-deployment]",
            ],
            move {
                $0.resources.removeLast()
                $0.declare("Infra/old", ["type": "K8S", "stage": "Dev"]) { $0.lifecycle.replace = true }
                $0.remember("Deployment/d", DeleteWorld.deployment(of: "s", on: "old", version: "v1"))
            }),
        Case(
            "an infrastructure that is made anew while one stays",
            [
                "-/+ Infra/old [delete-infra create-infra save-infra] after Deployment/d", replace,
                "! infra-in-use: 'Infra/old' can't be replaced: deployments run on it: x",
            ],
            move {
                $0.declare("Infra/old", ["type": "K8S", "stage": "Dev"]) { $0.lifecycle.replace = true }
                $0.addDeployment("x", of: "s", on: "old", version: "v1")
            }),
        Case(
            "an infrastructure and a deployment on it that are both made anew",
            [
                "-/+ Infra/old [delete-infra create-infra save-infra]",
                replace + " after Infra/old",
                "! infra-in-use: 'Infra/old' can't be replaced: deployments run on it: d",
            ],
            move {
                $0.resources.removeLast()
                $0.declare("Infra/old", ["type": "K8S", "stage": "Dev"]) { $0.lifecycle.replace = true }
                $0.addPublished("t", versions: ["v1"])
                $0.declare("Deployment/d", DeleteWorld.deployment(of: "t", on: "old", version: "v1")) {
                    $0.lifecycle.replace = true
                }
            }),
    ]

    @Test(arguments: moves) func `waits until nothing runs on an infrastructure`(example: Case) {
        #expect(example.world.lines() == example.lines)
    }
}
