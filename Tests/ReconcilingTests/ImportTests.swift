import DSS
import Diagnostics
import HTTP
import JSON
import Manifests
import Planning
import Reconciling
import Resources
import TestSupport
import Testing
import YAML

@Suite struct ImportTests {
    /// What an import of a world writes, as the world's own files.
    private func imported(
        _ world: World, _ globs: [String] = [], transport: (any Transport)? = nil
    ) async throws -> ImportResult {
        let client = world.client(transport)
        let reader = EstateReader(
            nodes: Nodes(designer: client, deployer: client, source: nil), dialect: .standard, concurrency: 8)
        let estate = try await reader.read(globs, projects: [])
        let tree = MemoryTree([workspaceFile: world.workspace])
        let workspace = try #require(loadWorkspace(tree).workspace)
        return importManifests(
            estate, workspace: workspace, existing: [],
            isHidden: { Dialect.standard.isRedacted($0) || Dialect.standard.isCiphertext($0) })
    }

    @Test(arguments: UInt64(1)...3) func `a node with 500 objects is imported, and the plan is empty`(seed: UInt64)
        async throws
    {
        var world = try World([:], updateDuration: .milliseconds(1))
        var generator = EstateGenerator(seed: seed, world: world)
        try await generator.fill(services: 90)
        #expect(generator.count >= 500, "seed \(seed): \(generator.count) objects")
        _ = try await world.writes()
        let result = try await imported(world)
        world.files = Dictionary(uniqueKeysWithValues: result.files.map { ($0.path, $0.text) })
        world.workspace = world.workspace.replacing(
            "local: {sandbox", with: "local: {limits: {maxChanges: 5000}, sandbox")
        world.secrets = [:]
        let desired = try world.desired()
        #expect(desired.resources.count > 400, "seed \(seed)")
        let plan = try await world.plan()
        #expect(plan.lines == [], "seed \(seed)")
        #expect(plan.problems == "", "seed \(seed)")
        #expect(try await world.writes() == [], "seed \(seed)")
        for file in result.files {
            #expect(!file.text.contains("canary"), "seed \(seed): \(file.path) holds a secret")
            #expect(!file.path.contains("..") && !file.path.hasPrefix("/"), "seed \(seed)")
        }
        #expect(Set(result.files.map { $0.path.lowercased() }).count == result.files.count, "seed \(seed)")
        #expect(Set(result.secrets.map(\.reference)).count == result.secrets.count, "seed \(seed)")
        #expect(!result.secrets.isEmpty && result.secrets.allSatisfy(\.isAllowed), "seed \(seed)")
        #expect(!result.notes.contains { $0.message.contains("canary") }, "seed \(seed)")
        let again = try await imported(world)
        #expect(again.files == result.files, "seed \(seed): an import of the same is the same")
    }
}
