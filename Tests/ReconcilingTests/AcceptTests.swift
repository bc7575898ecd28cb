import DSS
import Diagnostics
import Files
import JSON
import Manifests
import Planning
import Reconciling
import Resources
import TestSupport
import Testing
import YAML

@Suite struct AcceptTests {
    /// After an apply others change declared fields; what an acceptance writes leaves nothing to plan.
    @Test(arguments: 0..<60) func `a plan after drift was accepted is empty`(seed: Int) async throws {
        var generator = WorkspaceGenerator(seed: UInt64(seed + 9000))
        var files = generator.files()
        // In brackets, or in lines of blocks.
        if seed % 2 == 0 { files = try files.mapValues(inBlocks) }
        var world = try World(files)
        let run = try await world.apply()
        try #require(run.failures == "", "seed \(seed)")
        try await interfere(world, seed: seed)
        let desired = try world.desired()
        let reconciler = world.reconciler(desired)
        let (plan, live, _) = try await reconciler.plan(desired)
        let fields = plan.changes.flatMap { change in
            change.fields.filter { $0.origin != .manifest }.map { DriftedField(change.address, $0.path) }
        }
        _ = try await world.writes()
        let tree = MemoryTree(world.files.merging([workspaceFile: world.workspace]) { given, _ in given })
        let workspace = try #require(loadWorkspace(tree).workspace)
        let result = acceptDrift(
            fields, live: live.documents, mappings: live.mappings, workspace: workspace, environment: "local",
            tree: tree, today: "2026-06-15", isHidden: { Dialect.standard.isCiphertext($0) })
        #expect(text(result.refused) == "", "seed \(seed)")
        #expect(Set(result.accepted.map(\.path)) == Set(fields.map(\.path)), "seed \(seed)")
        for edit in result.edits { world.files[edit.path] = String(decoding: edit.text, as: UTF8.self) }
        let rest = try await world.plan()
        // What others saved is still to be rolled out, and what an id is derived from has another one now.
        let left = rest.changes.filter { $0.action != .rollout && !$0.resource.isAutoVersion }
        #expect(left.isEmpty, "seed \(seed): \(rest.lines)")
        #expect(try await world.writes() == [], "seed \(seed)")
    }

    private func inBlocks(_ text: String) throws -> String {
        try text.split(separator: "\n---\n").map { writeYAML(try JSONValue(parsing: Array($0.utf8))) }
            .joined(separator: "---\n")
    }

    /// Changes some declared fields of each object in the sandbox.
    private func interfere(_ world: World, seed: Int) async throws {
        var dice = SeededGenerator(seed: UInt64(seed))
        for resource in try world.desired().resources where dice.below(2) == 0 {
            let name = resource.address.name
            switch resource.kind {
            case .apiService:
                let tags: JSONValue = .array(["tag-0", "tag-9"].prefix(dice.below(3)).map(JSONValue.string))
                try await world.edit("/projects/P/apiservices/\(name)/settings") { settings in
                    settings["tags"] = tags
                    settings["customFields"] = ["owner": "other", "level": 4, "more": 1]
                }
            case .endpoint:
                let code = "def f(x):\n    # \(dice.below(100))\n    return 7\n"
                try await world.edit("/projects/P/apiservices/\(resource.address.path[1])/settings") { settings in
                    settings["endpoints"] = .array(
                        (settings["endpoints"]?.array ?? []).map { endpoint in
                            guard endpoint["id"]?.string == name, case .object(var object) = endpoint else {
                                return endpoint
                            }
                            if object["code"] != nil { object["code"] = .string(code) }
                            if object["modelRef"] != nil { object["modelRef"] = "other" }
                            object["testQueries"] = [
                                ["name": "two", "q": ["x": "$1", "y": [1.50]]], ["name": "three"],
                            ]
                            return .object(object)
                        })
                }
            case .infra:
                let rights: JSONValue = [
                    ["group": "group-0", "read": true, "deploy": false, "admin": true], ["group": "new", "read": true],
                ]
                try await world.edit("/api-deployer/infras/\(name)/settings") { settings in
                    settings["permissions"] = rights
                    settings["stage"] = "Test"
                    settings["extra"] = ["n": 2, "list": [1, "b", .null], "more": 1]
                }
            case .publishedService:
                try await world.edit("/api-deployer/services/\(name)/settings") { $0["permissions"] = [["group": "x"]] }
            case .deployment:
                try await world.edit("/api-deployer/deployments/\(name)/settings") { settings in
                    settings["authorizationsToQueryThroughDeployer"] = [
                        ["group": "new", "queryThroughDeployer": true]
                    ]
                    settings["enabled"] = false
                }
            case .package: break
            }
        }
    }
}
