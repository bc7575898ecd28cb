import DSS
import Diagnostics
import HTTP
import JSON
import Manifests
import Planning
import Reconciling
import Resources
import Sandbox
import TestSupport
import Testing
import YAML

@Suite struct ImportTests {
    /// What an import of a world writes, as the world's own files.
    private func imported(
        _ world: World, _ globs: [String] = [], projects: Set<String> = [], transport: (any Transport)? = nil
    ) async throws -> ImportResult {
        let client = world.client(transport)
        let reader = EstateReader(
            nodes: Nodes(designer: client, deployer: client, source: nil), dialect: .standard, concurrency: 8)
        let estate = try await reader.read(globs, projects: projects)
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

    /// The sandbox of a world whose example is applied, answering 403 where a path fits.
    private func hiding(_ world: World, _ isHidden: @escaping @Sendable (String) -> Bool) -> TamperingTransport {
        TamperingTransport(
            base: SandboxTransport(world.sandbox),
            request: { request in
                let path = request.url.replacing("http://sandbox.test/dip/publicapi", with: "")
                guard isHidden(path) else { return nil }
                return HTTPResponse(
                    status: 403, headers: [],
                    body: Array(#"{"errorType": "x.Unauthorized", "message": "You may not"}"#.utf8))
            })
    }

    @Test func `reads each list once, and each object with as few requests as can be`() async throws {
        let world = try World()
        try await world.apply()
        _ = try await world.reads()
        let result = try await imported(world)
        #expect(
            try await world.reads().sorted() == [
                "/api-deployer/deployments", "/api-deployer/deployments/scoring-on-prod/settings",
                "/api-deployer/infras", "/api-deployer/infras/prod/settings", "/api-deployer/services",
                "/api-deployer/services/scoring/settings", "/projects/", "/projects/CHURN/apiservices/",
                "/projects/CHURN/apiservices/scoring/packages", "/projects/CHURN/apiservices/scoring/settings",
                "/projects/P/apiservices/",
            ])
        #expect(
            result.files.map(\.path) == [
                "deployments/scoring-on-prod.yaml", "infra/prod.yaml", "services/CHURN/scoring.yaml",
            ])
    }

    @Test func `reads only what patterns mean, and what is referred to is declared external`() async throws {
        let world = try World()
        try await world.apply()
        _ = try await world.reads()
        let one = try await imported(world, ["Deployment/*"])
        #expect(
            try await world.reads().sorted() == [
                "/api-deployer/deployments", "/api-deployer/deployments/scoring-on-prod/settings",
                "/api-deployer/infras", "/api-deployer/services",
            ])
        #expect(one.files.map(\.path) == ["deployments/scoring-on-prod.yaml", "external.yaml"])
        #expect(one.files[1].addresses == [Address(.publishedService, "scoring"), Address(.infra, "prod")])
        let other = try await imported(world, ["Endpoint/CHURN/*/predict", "Infra/none"])
        #expect(other.files.map(\.path) == ["services/CHURN/scoring.yaml"])
        #expect(try await world.reads().contains("/projects/P/apiservices/") == false)
        var partly = world
        partly.files = Dictionary(uniqueKeysWithValues: one.files.map { ($0.path, $0.text) })
        #expect(try await partly.plan().lines == [])
    }

    @Test func `what a key cannot see is noted, and the rest is imported`() async throws {
        let world = try World()
        try await world.apply()
        let noProjects = try await imported(
            world, projects: ["CHURN"], transport: hiding(world) { $0 == "/projects/" })
        #expect(noProjects.files.count == 3)
        #expect(noProjects.notes.map(\.code) == ["not-visible"])
        #expect(noProjects.notes[0].message.contains("the list of projects is not visible to this key"))
        #expect(noProjects.notes[0].hint?.contains("CHURN") == true)
        let some = try await imported(
            world,
            transport: hiding(world) { $0 == "/projects/P/apiservices/" || $0.hasSuffix("infras/prod/settings") })
        #expect(
            some.files.map(\.path) == [
                "deployments/scoring-on-prod.yaml", "external.yaml", "services/CHURN/scoring.yaml",
            ])
        #expect(some.notes.count == 2 && some.notes.allSatisfy { $0.code == "not-visible" && $0.severity == .note })
        let few = try await imported(world, transport: hiding(world) { $0.hasPrefix("/api-deployer/infras") })
        #expect(few.files.map(\.path) == ["services/CHURN/scoring.yaml"])
        #expect(few.notes.map(\.code) == ["not-visible", "not-declarable"])
    }

    @Test func `a key that the node does not know is an error`() async throws {
        let world = try World()
        let client = world.client(nil, key: "canary-other")
        let reader = EstateReader(
            nodes: Nodes(designer: client, deployer: client, source: nil), dialect: .standard, concurrency: 8)
        let error = await #expect(throws: ReconcileError.self) { try await reader.read([], projects: []) }
        #expect(error?.diagnostic.message.contains("canary") == false)
    }
}
