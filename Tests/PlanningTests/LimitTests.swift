import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// How much one plan may do.
@Suite struct LimitTests {
    struct Case: Sendable {
        let maxDeletes: Bound
        var option: Bound?
        var maxChanges = Bound.count(100)
        let refusals: [String]
    }

    /// Ten owned infrastructures, of which three are no longer declared, and one more that was adopted.
    static func world() -> DeleteWorld {
        var world = DeleteWorld()
        world.options.prune = true
        for number in 0..<10 {
            world.addInfra("i\(number)")
            world.remember("Infra/i\(number)", ["type": "STATIC"])
            if number >= 3 { world.declare("Infra/i\(number)", ["type": "STATIC"]) }
        }
        world.addInfra("theirs")
        world.remember("Infra/theirs") { $0.ownership = .adopted }
        return world
    }

    @Test(arguments: [
        Case(maxDeletes: 3, refusals: []),
        Case(maxDeletes: .percent(30), refusals: []),
        Case(maxDeletes: 0, option: 3, refusals: []),
        Case(
            maxDeletes: 2, refusals: ["the plan deletes 3 live objects, and limits.maxDeletes is 2"]),
        Case(
            maxDeletes: .percent(29),
            refusals: ["the plan deletes 3 live objects, and limits.maxDeletes is 29% of 10"]),
        Case(
            maxDeletes: 3, option: 1, refusals: ["the plan deletes 3 live objects, and --max-deletes is 1"]),
        Case(
            maxDeletes: 3, maxChanges: .percent(20),
            refusals: ["the plan has 3 changes, and limits.maxChanges is 20% of 10"]),
    ]) func `counts deletions against what is managed`(example: Case) {
        var world = Self.world()
        world.environment.limits.maxDeletes = example.maxDeletes
        world.environment.limits.maxChanges = example.maxChanges
        world.options.maxDeletes = example.option
        #expect(world.plan().refusals.map(\.message) == example.refusals)
    }

    @Test func `counts each version, and not a service that no call deletes`() {
        var world = DestroyTests.everything()
        world.environment.limits.maxDeletes = 5
        #expect(
            world.plan().refusals.map(\.message) == [
                "the plan deletes 6 live objects, and limits.maxDeletes is 5"
            ])
        world.environment.limits.maxDeletes = 6
        #expect(world.plan().refusals.isEmpty)
    }

    @Test func `manages each earlier version beside the declared package`() {
        var world = DeleteWorld()
        world.declare("Package/P/s", ["version": "v3"]) { $0.lifecycle.prune = true }
        for version in ["v1", "v2", "v3"] { world.remember("Package/P/s@\(version)", ["version": .string(version)]) }
        world.addService("P/s", packages: ["v1", "v2", "v3"])
        world.addPublished("s", versions: ["v1", "v2", "v3"])
        world.environment.limits.maxDeletes = .percent(66)
        #expect(
            world.plan().refusals.map(\.message) == [
                "the plan deletes 2 live objects, and limits.maxDeletes is 66% of 3"
            ])
    }
}
