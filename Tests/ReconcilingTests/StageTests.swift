import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import TestSupport
import Testing

/// The stages of infrastructures, looked up before anything is written.
@Suite struct StageTests {
    private static let path = "/api-deployer/stages"

    /// All is live, and the stage is misspelt by now.
    private func misspelt(isLive: Bool) async throws -> World {
        var world = try World()
        if isLive { try await world.apply() }
        world.files["infra.yaml"]?.replace("stage: Production", with: "stage: Devlopment")
        _ = try await world.reads()
        return world
    }

    @Test(arguments: [true, false]) func `a stage that the deployer does not know is an error`(isLive: Bool)
        async throws
    {
        let world = try await misspelt(isLive: isLive)
        let plan = try await world.plan()
        let problems = plan.diagnostics.filter { $0.severity == .error }
        #expect(problems.map(\.code) == ["unknown-stage"])
        #expect(problems.first?.message == "the deployer has no stage 'Devlopment'")
        #expect(problems.first?.mark?.line == 6)
        #expect(
            problems.first?.hint
                == "Did you mean 'Development'? Its stages are 'Development', 'Test', 'Production'.")
        #expect(try await world.reads().count { $0 == StageTests.path } == 1)
        await #expect(throws: ReconcileError.self) { try await world.apply() }
        #expect(try await world.writes() == [])
    }

    @Test func `stages are not read where none is to be set`() async throws {
        var world = try World()
        try await world.apply()
        _ = try await world.reads()
        #expect(try await world.plan().lines == [])
        world.files["infra.yaml"]?.replace("node-2", with: "node-3")
        #expect(try await world.plan().problems == "")
        #expect(try await world.reads().contains(StageTests.path) == false)
    }

    @Test func `a key that may not list the stages plans without them`() async throws {
        let world = try await misspelt(isLive: false)
        try await world.send(
            .put, "/sandbox/faults",
            [
                "rules": [
                    [
                        "match": ["method": "GET", "path": .string("*" + StageTests.path)], "errorRate": 1,
                        "status": 403,
                    ]
                ]
            ])
        let plan = try await world.plan()
        #expect(plan.problems == "")
        #expect(plan.lines.contains("+ Infra/prod"), "\(plan.lines)")
    }
}
