import JSON
import Planning
import Testing

/// To heal is to undo what others changed, and nothing else.
@Suite struct HealTests {
    private static let settings = "/projects/CHURN/apiservices/scoring/settings"

    private func healing(_ world: World) async throws -> [String] {
        var options = PlanOptions()
        options.purpose = .heal
        return try await world.plan(options).lines
    }

    @Test func `undoes what others changed, and leaves what the manifests changed`() async throws {
        var world = try World()
        try await world.apply()
        try await world.edit(HealTests.settings) { $0["tags"] = ["strange"] }
        world.files["scoring.yaml"]?.replace("return x", with: "return x + 1")
        #expect(try await healing(world) == ["~ APIService/CHURN/scoring tags"])
    }

    @Test func `leaves what others changed to what the manifests say by now`() async throws {
        var world = try World()
        try await world.apply()
        try await world.edit(HealTests.settings) { $0["tags"] = ["accepted"] }
        world.files["scoring.yaml"]?.replace("tags: [b, a]", with: "tags: [accepted]")
        #expect(try await healing(world) == [])
        #expect(try await world.plan().lines == [])
    }
}
