import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Resources
import Sandbox
import StateStorage
import TestSupport
import Testing

/// The way back to what was applied before, and staying there.
@Suite struct ReturnTests {
    private static let deployment = Address(.deployment, "scoring-on-prod")

    /// Version v1, then v2.
    private func world() async throws -> World {
        var world = try World()
        try await world.apply()
        world.files["scoring.yaml"]?.replace("version: v1", with: "version: v2")
        world.files["deployment.yaml"]?.replace("version: v1", with: "version: v2")
        #expect(try await world.apply().failures == "")
        return world
    }

    private func back(_ world: World, _ target: RollbackTarget) async throws -> Plan {
        let desired = try world.desired()
        return try await world.reconciler(desired).rollbackPlan(to: target, desired)
    }

    private func apply(_ world: World, _ plan: Plan) async throws -> Run {
        let desired = try world.desired()
        return try await world.reconciler(desired).apply(plan, desired, reason: "v2 is slow")
    }

    @Test(arguments: [RollbackTarget.resource(deployment, version: nil), .resource(deployment, version: "v1"), .run(1)])
    func `a deployment goes back, and stays until its manifest changes`(target: RollbackTarget) async throws {
        var world = try await world()
        let plan = try await back(world, target)
        #expect(plan.problems == "")
        #expect(plan.purpose == .rollback)
        #expect(plan.lines == ["~ Deployment/scoring-on-prod version"])
        #expect(plan.changes[0].cause.kind == .request)
        #expect(plan.held.map(\.address) == [ReturnTests.deployment])
        #expect(try await apply(world, plan).failures == "")
        let hold = try await world.store.snapshot(of: "local")[ReturnTests.deployment]?.hold
        #expect(hold?.reason == "v2 is slow")
        #expect(hold?.by == "ann@test")
        let next = try await world.plan()
        #expect(next.lines == [])
        #expect(next.held.map(\.address) == [ReturnTests.deployment])
        #expect(try await world.apply(next).number == nil)
        world.files["deployment.yaml"]?.replace("version: v2", with: "version: v2\n  enabled: true")
        let end = try await world.plan()
        #expect(end.lines == ["~ Deployment/scoring-on-prod version"])
        #expect(end.changes[0].notes.contains("its manifest changed, which ends what a rollback held: v2 is slow"))
        #expect(try await world.apply().failures == "")
        #expect(try await world.store.snapshot(of: "local")[ReturnTests.deployment]?.hold == nil)
        #expect(try await world.plan().held == [])
    }

    @Test func `what is held is mended when others change it`() async throws {
        let world = try await world()
        #expect(try await apply(world, back(world, .run(1))).failures == "")
        try await world.edit("/api-deployer/deployments/scoring-on-prod/settings") {
            $0["generationsMapping"] = ["mode": "SINGLE_GENERATION", "generation": "v2"]
        }
        #expect(try await world.plan().lines == ["~ Deployment/scoring-on-prod version"])
        #expect(try await world.apply().failures == "")
        #expect(try await world.store.snapshot(of: "local")[ReturnTests.deployment]?.hold?.reason == "v2 is slow")
        #expect(try await world.plan().lines == [])
    }

    @Test func `what was made after a run is left, and named`() async throws {
        var world = try await world()
        world.files["infra.yaml"]?.replace("Production", with: "Test")
        world.files["more.yaml"] = World.scoring["infra.yaml", default: ""].replacing("name: prod", with: "name: more")
            .replacing("node-1", with: "node-3").replacing("node-2", with: "node-4")
        #expect(try await world.apply().failures == "")
        let plan = try await back(world, .run(2))
        #expect(plan.lines == ["~ Infra/prod stage"])
        #expect(
            plan.diagnostics.map(\.message) == [
                "'Infra/more' is left as it is: it was made or taken over after run 2"
            ])
    }

    @Test func `a hold is recorded even where live is back already`() async throws {
        let world = try await world()
        #expect(try await apply(world, back(world, .run(1))).failures == "")
        // Once more, with another reason: nothing is to be changed.
        let plan = try await back(world, .resource(ReturnTests.deployment, version: "v1"))
        #expect(plan.lines == [])
        let desired = try world.desired()
        let run = try await world.reconciler(desired).apply(plan, desired, reason: "still slow")
        #expect(run.number == 4)
        #expect(try await world.store.snapshot(of: "local")[ReturnTests.deployment]?.hold?.reason == "still slow")
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let target: RollbackTarget
        let code: String
        var testDescription: String { code }
    }

    @Test(arguments: [
        Refusal(target: .run(99), code: "unknown-run"),
        Refusal(target: .resource(Address(.deployment, "other"), version: nil), code: "not-to-roll-back"),
        Refusal(target: .resource(Address(.package, "CHURN", "scoring"), version: nil), code: "not-to-roll-back"),
        Refusal(target: .resource(Address(.infra, "prod"), version: "v1"), code: "not-to-roll-back"),
        Refusal(target: .resource(Address(.infra, "prod"), version: nil), code: "nothing-before"),
    ])
    func `says why it can't go back`(refusal: Refusal) async throws {
        let world = try await world()
        let error = await #expect(throws: ReconcileError.self) { _ = try await back(world, refusal.target) }
        #expect(error?.diagnostic.code == refusal.code)
    }

    @Test func `a version that is gone can't be gone back to`() async throws {
        let world = try await world()
        let plan = try await back(world, .resource(ReturnTests.deployment, version: "v0"))
        #expect(plan.problems.contains("version 'v0' of published service 'scoring' is neither live nor declared"))
    }

    @Test func `drift tells who pushed what was changed`() async throws {
        let world = try await world()
        try await world.edit("/api-deployer/deployments/scoring-on-prod/settings") {
            $0["generationsMapping"] = ["mode": "SINGLE_GENERATION", "generation": "v1"]
        }
        await world.clock.sleep(.seconds(100))
        try await world.send(.post, "/dip/publicapi/api-deployer/deployments/scoring-on-prod/actions/update")
        let pushed = world.clock.milliseconds
        await world.clock.sleep(.seconds(100))
        let desired = try world.desired()
        let report = try await world.reconciler(desired).drift(desired)
        let row = try #require(report.rows.first { $0.address == ReturnTests.deployment })
        #expect(row.verdict == .drifted)
        #expect(row.author?.when == pushed)
        #expect(row.author?.login != nil)
        #expect(report.commit == "c0ffee")
        #expect(report.count(.clean) == 5)
    }
}
