import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// The end of all that Mooring owns.
@Suite struct DestroyTests {
    typealias Case = DeleteTests.Case

    /// A release, declared, owned and live, and something of somebody else beside it.
    static func everything(_ change: (inout DeleteWorld) -> Void = { _ in }) -> DeleteWorld {
        var world = DeleteWorld()
        world.options.purpose = .destroy
        world.addService("P/s", endpoints: ["e", "theirs"], packages: ["v1", "v2", "theirs"])
        world.addPublished("s", versions: ["v1", "v2"])
        world.addInfra("i")
        world.addInfra("theirs")
        world.addDeployment("d", of: "s", on: "i", version: "v2")
        let specs: [(String, JSONValue)] = [
            ("APIService/P/s", [:]), ("Endpoint/P/s/e", ["type": "PY_FUNCTION"]), ("Infra/i", ["type": "STATIC"]),
            ("Deployment/d", DeleteWorld.deployment(of: "s", on: "i", version: "v2")),
        ]
        for (address, spec) in specs {
            world.declare(address, spec)
            world.remember(address, spec)
        }
        world.declare("Package/P/s", ["version": "v2"]) { $0.labels = ["team": "growth"] }
        world.remember("Package/P/s@v1", ["version": "v1"])
        world.remember("Package/P/s@v2", ["version": "v2"])
        world.remember("PublishedService/s")
        change(&world)
        return world
    }

    static let service = [
        "x APIService/P/s",
        "warning not-deletable: no call of DSS deletes an API service: 'APIService/P/s' stays",
    ]
    static let deployment = "- Deployment/d [disable-deployment start-update(disabled) delete-deployment]"
    static let rest = [
        "- Endpoint/P/s/e [save-api-service] after Package/P/s@v1, Package/P/s@v2",
        "- Package/P/s@v1 [delete-version(s) delete-package]",
        "- Package/P/s@v2 [delete-version(s) delete-package] after Deployment/d",
        "- PublishedService/s [delete-published-service] after Package/P/s@v1, Package/P/s@v2, Deployment/d",
        "- Infra/i [delete-infra] after Deployment/d", deployment,
    ]

    static let cases: [Case] = [
        Case("all", rest + service, everything()),
        Case("all, declared by nobody", rest + service, everything { $0.resources = [] }),
        Case("all, with prune off", rest + service, everything { $0.options.prune = false }),
        Case(
            "another environment declares the infrastructure",
            Array(rest[..<4]) + [deployment, "? Infra/i: the environment 'uat' declares it"] + service,
            everything { $0.elsewhere[Address(.infra, "i")] = "uat" }),
        Case("nothing is remembered", [], everything { $0.state.records = [:] }),
        Case(
            "an adopted deployment",
            [
                "- Endpoint/P/s/e [save-api-service] after Package/P/s@v1",
                "- Package/P/s@v1 [delete-version(s) delete-package]",
                "? Package/P/s@v2: deployment d still maps to it",
                "? PublishedService/s: deployment d still refers to it",
                "? Infra/i: deployment d still runs on it",
                "? Deployment/d: adopted, not made by Mooring",
            ] + service, everything { $0.state.records[Address(.deployment, "d")]?.ownership = .adopted }),
        Case(
            "a protected infrastructure",
            Array(rest[..<4]) + [deployment, "? Infra/i: protected", service[0]] + [
                "! protected: 'Infra/i' is protected, and the plan is to delete it", service[1],
            ], everything { $0.state.records[Address(.infra, "i")]?.protect = true }),
        Case(
            "an infrastructure that its manifest protects by now",
            Array(rest[..<4]) + [deployment, "? Infra/i: protected", service[0]] + [
                "! protected: 'Infra/i' is protected, and the plan is to delete it", service[1],
            ],
            everything {
                $0.resources.removeAll { $0.address == Address(.infra, "i") }
                $0.declare("Infra/i", ["type": "STATIC"]) { $0.lifecycle.protect = true }
            }),
        Case("a part", [deployment], everything { $0.options.targets = ["Deployment/*"] }),
        Case(
            "a part that is in use", ["? Infra/i: deployment d still runs on it"],
            everything { $0.options.targets = ["Infra/*"] }),
        Case(
            "versions by their package", [rest[1], rest[2].replacing(" after Deployment/d", with: "")],
            everything {
                $0.options.targets = ["Package/P/s"]
                $0.live.mappings["d"] = .single("v0")
            }),
        Case(
            "what has a label", [rest[1], "? Package/P/s@v2: deployment d still maps to it"],
            everything { $0.options.selector = ["team": "growth"] }),
        Case(
            "all but one", [rest[0], rest[1], rest[2], rest[3], rest[4], deployment],
            everything { $0.options.excludes = ["APIService/*"] }),
        Case(
            "what is gone", ["x Deployment/d"],
            everything {
                $0.options.targets = ["Deployment/*"]
                $0.live.listed.remove(Address(.deployment, "d"))
            }),
        Case(
            "a pattern of nothing",
            ["error matches-nothing: 'Deployment/z' matches nothing that is declared or remembered"],
            everything { $0.options.targets = ["Deployment/z"] }),
        Case(
            "an external object", ["x Deployment/d"],
            everything {
                $0.resources.removeAll { $0.address.kind == .deployment }
                $0.declare("Deployment/d") { $0.isExternal = true }
                $0.options.targets = ["Deployment/d"]
            }),
    ]

    @Test(arguments: cases) func `deletes all that is owned, in reverse`(example: Case) {
        #expect(example.world.lines() == example.lines)
    }

    @Test func `says that it was asked for`() throws {
        let change = try #require(Self.everything().plan().changes.last)
        #expect(change.cause.kind == .request && change.cause.text == "all that Mooring owns is to be deleted")
    }
}
