import Diagnostics
import JSON
import Planning
import Resources
import TestSupport
import Testing

/// Random worlds: nothing is deleted that must not be, and nothing before what needs it.
@Suite struct DeletePropertyTests {
    private static let samples = (0..<500).map { Sample(seed: $0) }

    private struct Sample: Sendable {
        let seed: UInt64
        let world: DeleteWorld
        let plan: Plan

        init(seed: UInt64) {
            self.seed = seed
            var generator = DeleteWorldGenerator(seed: seed)
            world = generator.world()
            plan = world.plan()
        }

        var deletes: [Change] { plan.changes.filter { $0.action == .delete } }
        var desired: DesiredState { DesiredState(environment: world.environment, resources: world.resources) }
        /// Limits hold back a plan that is well ordered nevertheless.
        var isSound: Bool { !plan.diagnostics.hasErrors && plan.refusals.allSatisfy { $0.code.hasPrefix("limit-") } }
    }

    @Test func `deletes only what is owned, unprotected, and no longer declared`() {
        var count = 0
        for sample in Self.samples {
            let seed = sample.seed
            for change in sample.deletes {
                count += 1
                let record = sample.world.state.records[change.address]
                #expect(record?.ownership == .owned, "seed \(seed): \(change.address)")
                #expect(change.address.kind != .apiService && !change.steps.isEmpty, "seed \(seed): \(change.address)")
                let declared = sample.desired[change.address.withoutVersion]
                // While there is a manifest, it speaks for all versions.
                let isProtected = declared?.metadata.lifecycle.protect ?? record?.protect ?? true
                #expect(!isProtected && declared?.isExternal != true, "seed \(seed): \(change.address)")
                guard sample.world.options.purpose == .apply else { continue }
                let version = change.address.version
                let isEarlier = version != nil && version != declared?.spec["version"]?.string
                #expect(declared == nil || isEarlier, "seed \(seed): \(change.address) is declared")
                let isEmptySet = sample.desired.resources.allSatisfy(\.isExternal)
                #expect(!isEmptySet, "seed \(seed): an empty set")
            }
        }
        #expect(count > Self.samples.count, "the worlds delete too little to tell anything: \(count)")
    }

    @Test func `accounts for each remembered object once`() {
        for sample in Self.samples {
            let (seed, plan) = (sample.seed, sample.plan)
            let told = plan.changes.filter { $0.action == .delete }.map(\.address)
            let all = told + plan.orphaned.map(\.address) + plan.forgotten
            #expect(Set(all).count == all.count, "seed \(seed): \(all.sorted())")
            #expect(plan.orphaned.map(\.address) == plan.orphaned.map(\.address).sorted(), "seed \(seed)")
        }
    }

    @Test func `deletes nothing before what needs it, and needs no second plan`() {
        var (sound, ordered) = (0, 0)
        for sample in Self.samples where sample.isSound {
            let seed = sample.seed
            sound += 1
            ordered += sample.deletes.count { !$0.waitsFor.isEmpty }
            var random = SeededGenerator(seed: seed)
            var simulator = DeleteSimulator(sample.world)
            simulator.carryOut(sample.plan, random: &random)
            #expect(simulator.problems.isEmpty, "seed \(seed): \(DeleteWorld.lines(sample.plan))")
            let second = simulator.world.plan()
            #expect(
                second.count(.delete) == 0 && second.forgotten.isEmpty,
                "seed \(seed): \(DeleteWorld.lines(sample.plan)), and then \(DeleteWorld.lines(second))")
        }
        #expect(sound > 100 && ordered > 100, "too few plans tell anything: \(sound), \(ordered)")
    }

    @Test func `plans the same for the same`() {
        for sample in Self.samples.prefix(100) {
            let seed = sample.seed
            var other = DeleteWorldGenerator(seed: seed).withWorld()
            var random = SeededGenerator(seed: seed)
            other.resources.shuffle(using: &random)
            var records: [Address: Record] = [:]
            for record in other.state.records.values.shuffled(using: &random) { records[record.address] = record }
            other.state.records = records
            #expect(other.plan() == sample.plan, "seed \(seed)")
        }
    }
}

extension DeleteWorldGenerator {
    fileprivate func withWorld() -> DeleteWorld {
        var copy = self
        return copy.world()
    }
}
