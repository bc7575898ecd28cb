import Diagnostics
import Planning
import Reconciling
import Resources
import Testing

/// Times in which nothing is written. The clock of these tests begins at 22:13 of 2023-11-14 in UTC, a Tuesday.
@Suite struct FreezeTests {
    private func world(_ freeze: String) throws -> World {
        var world = try World()
        world.workspace = World.workspaceText.replacing(
            "  environments:\n", with: "  policy: {freeze: [\(freeze)]}\n  environments:\n")
        return world
    }

    @Test(arguments: [
        ("{from: 2023-11-14T23:00, until: 2023-11-15T08:00, timeZone: +01:00}", "2023-11-15 08:00 (+01:00)" as String?),
        ("{days: [Tue], from: 22:00, until: 06:00, timeZone: UTC}", "2023-11-15 06:00 (UTC)"),
        ("{from: 2023-11-14T23:00, until: 2023-11-15T08:00, timeZone: UTC}", nil),
        ("{days: [Wed], timeZone: UTC}", nil),
    ])
    func `a plan is refused while one holds`(freeze: String, until: String?) async throws {
        let world = try world(freeze)
        let refusals = try await world.plan().refusals
        #expect(
            refusals.map(\.message) == (until.map { ["a freeze of the policy forbids all changes until \($0)"] } ?? []))
        #expect(refusals.first?.mark?.line == (until == nil ? nil : 6))
    }

    @Test func `a plan from before is refused once one holds, and carried out when it has ended`() async throws {
        let world = try world("{from: 2023-11-14T22:30, until: 2023-11-14T23:00, timeZone: UTC, reason: a demo}")
        let plan = try await world.plan()
        #expect(plan.refusals.isEmpty)

        await world.clock.sleep(.seconds(20 * 60))
        let error = await #expect(throws: ReconcileError.self) { try await world.apply(plan) }
        #expect(error?.reason == .refused)
        #expect(
            error?.diagnostics.map(\.message) == [
                "a freeze of the policy forbids all changes until 2023-11-14 23:00 (UTC): a demo"
            ])
        #expect(try await world.plan().changes.count == plan.changes.count)

        await world.clock.sleep(.seconds(30 * 60))
        try await world.apply(plan)
        #expect(try await world.plan().isEmpty)
    }

    @Test func `a secret that is missing is told where it is named`() async throws {
        var world = try World()
        world.secrets["NODE_KEY"] = nil
        let error = await #expect(throws: ReconcileError.self) { try await world.apply() }
        #expect(error?.diagnostics.map(\.code) == ["secret-unavailable"])
        #expect(error?.diagnostic.mark == SourceMark(file: "infra.yaml", line: 8, column: 46))
    }
}
