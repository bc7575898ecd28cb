import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// What stands in for manifests: what was rolled back, and what undoes drift.
@Suite struct HoldingTests {
    static let infra = StateWorld.infra

    static func held(manifest: JSONValue, applied: JSONValue, hold: JSONValue, live: JSONValue) -> StateWorld {
        var world = StateWorld(desired: manifest, applied: applied, live: live)
        world.state.records[infra]?.hold = Hold(
            reason: "3 a.m.", by: "ann@host", since: 5, manifest: AppliedSpec(bytes: hold.canonicalBytes))
        return world
    }

    @Test func `passes over a manifest while it is held`() {
        let plan = HoldingTests.held(
            manifest: ["stage": "b"], applied: ["stage": "a"], hold: ["stage": "b"], live: ["stage": "a"]
        ).plan()
        #expect(plan.changes == [] && plan.rerecorded == [])
        #expect(plan.held.map(\.address) == [HoldingTests.infra])
        #expect(plan.held.first?.hold.reason == "3 a.m.")
    }

    @Test func `undoes drift of what is held`() {
        let plan = HoldingTests.held(
            manifest: ["stage": "b"], applied: ["stage": "a"], hold: ["stage": "b"], live: ["stage": "c"]
        ).plan()
        #expect(plan.changes.flatMap(\.fields).map(StateWorld.line) == [#"drift stage: "c" -> "a""#])
        #expect(plan.changes.first?.cause.mark == StateWorld.mark)
    }

    @Test func `ends a hold when the manifest changes`() {
        let changed = HoldingTests.held(
            manifest: ["stage": "x"], applied: ["stage": "a"], hold: ["stage": "b"], live: ["stage": "a"])
        #expect(changed.plan().held == [])
        #expect(changed.plan().changes.flatMap(\.fields).map(StateWorld.line) == [#"manifest stage: "a" -> "x""#])
        let reverted = HoldingTests.held(
            manifest: ["stage": "a"], applied: ["stage": "a"], hold: ["stage": "b"], live: ["stage": "a"])
        #expect(reverted.plan().changes == [])
        #expect(reverted.plan().rerecorded == [HoldingTests.infra], "the hold is taken from what is remembered")
        let record = reverted.resources[0].recorded(
            over: reverted.state[HoldingTests.infra], .owned, secrets: .none, dialect: .standard, today: "2026-06-15")
        #expect(record.hold == nil)
    }

    @Test func `says in its drift that it is held`() {
        let row = HoldingTests.held(
            manifest: ["stage": "b"], applied: ["stage": "a"], hold: ["stage": "b"], live: ["stage": "a"]
        ).drift().rows.first
        #expect(row?.verdict == .clean)
        #expect(row?.details == ["held by ann@host: 3 a.m."])
    }

    @Test func `says in its status that it is held`() {
        let world = HoldingTests.held(
            manifest: ["stage": "b"], applied: ["stage": "a"], hold: ["stage": "b"], live: ["stage": "a"])
        let row = StatusReport(
            plan: world.plan(), desired: world.desired, live: world.live, dialect: .standard
        ).rows.first
        #expect(row?.sync == .synced)
        #expect(row?.details == ["held by ann@host: 3 a.m."])
    }

    // MARK: - Healing

    @Test func `remembers nothing when it heals: what is desired is what is remembered`() {
        var world = StateWorld(
            desired: ["stage": "b"], applied: ["stage": "a", "type": "X"], live: ["stage": "a", "type": "X"])
        world.state.records[HoldingTests.infra]?.mark = nil
        let plan = world.healingPlan()
        #expect(plan.changes == [] && plan.unchanged == [HoldingTests.infra])
        #expect(plan.adopted == [] && plan.rerecorded == [] && plan.released == [])
    }

    @Test func `heals to what was applied, and brings nothing of the manifests`() {
        let world = StateWorld(
            desired: ["stage": "b", "raw": ["x": 1]], applied: ["stage": "a", "raw": ["y": 2]],
            live: ["stage": "c", "y": 2, "x": 9])
        let plan = world.healingPlan()
        #expect(plan.purpose == .heal)
        #expect(plan.changes.flatMap(\.fields).map(StateWorld.line) == [#"drift stage: "c" -> "a""#])
        #expect(plan.changes.map(\.cause.kind) == [.drift])
    }

    @Test func `heals what was deleted, and leaves out what was never applied or is to be told of only`() {
        var world = StateWorld(desired: ["stage": "a"], applied: ["stage": "a"], live: nil)
        world.declare(Address(.infra, "new"), ["stage": "a"])
        world.declare(Address(.infra, "begun"), ["stage": "a"])
        world.remember(Address(.infra, "begun"), [:])
        world.declare(Address(.infra, "told"), ["stage": "a"]) { $0.lifecycle.drift = .detect }
        world.remember(Address(.infra, "told"), ["stage": "z"])
        world.remember(Address(.infra, "left"), ["stage": "z"])
        let plan = world.healingPlan()
        #expect(plan.changes.map { "\($0.action.sign) \($0.address)" } == ["+ Infra/i"])
        #expect(plan.changes.first?.cause.text == "it was deleted behind Mooring's back")
        let notes = healingNotes(world.desired)
        #expect(notes.map(\.address) == ["Infra/told"])
        #expect(notes.map(\.severity) == [.note])
    }

    @Test func `heals a package by the version that was applied last`() {
        var world = StateWorld()
        let package = Address(.package, "P", "s")
        world.declare(package, ["version": "v3"])
        for (version, run) in [("v1", 4), ("v2", 7)] {
            world.remember(package.at(version: version), ["version": .string(version)]) { $0.run = run }
        }
        let healed = healing(world.desired, world.state)
        #expect(healed.resources.map { PackageSpec($0).version } == ["v2"])
        world.remember(package.at(version: "v3"), ["version": "v3"])
        #expect(healing(world.desired, world.state).resources.map { PackageSpec($0).version } == ["v3"])
    }

    @Test func `does not bring a new secret when it heals`() {
        var world = RecordingTests.withSecret(
            recorded: RecordingTests.knowledge("k", "s1"), now: RecordingTests.knowledge("k", "s2"), live: "e:x")
        #expect(world.healingPlan().changes == [])
        #expect(world.plan().changes.count == 1)
        world.show(StateWorld.infra, ["apiNodes": []])
        #expect(world.healingPlan().changes.count == 1)
    }
}
