import Resources
import TestSupport
import Testing

@testable import Watching

/// The next step of an environment, from how it stands.
@Suite struct DecisionTests {
    private static func revision(_ id: Int, tree: Int? = nil) -> Revision {
        Revision(
            stamp: CommitStamp(id: "\(id)", author: "Ann", subject: "", time: 0),
            key: RevisionKey(tree: "\(tree ?? id)", rules: ""))
    }

    private static func situation(_ change: (inout Situation) -> Void) -> Situation {
        var situation = Situation(now: 1000, driftInterval: 600)
        situation.target = revision(2)
        situation.live = revision(1)
        situation.compared = 900
        change(&situation)
        return situation
    }

    private static let table: [(String, @Sendable (inout Situation) -> Void, Decision)] = [
        (
            "nothing is known",
            {
                $0.target = nil; $0.live = nil
            }, .rest(until: nil)
        ),
        ("a new commit", { _ in }, .apply),
        ("the first commit", { $0.live = nil }, .apply),
        ("the same tree", { $0.target = revision(2, tree: 1) }, .moveOn),
        ("the same commit", { $0.target = revision(1) }, .rest(until: 1500)),
        (
            "the same commit, not whole",
            {
                $0.target = revision(1); $0.begun = revision(2)
            }, .apply
        ),
        ("held", { $0.heldKey = revision(2).key }, .rest(until: 1500)),
        (
            "held, another name of it",
            {
                $0.target = revision(3, tree: 2); $0.heldKey = revision(2).key
            }, .rest(until: 1500)
        ),
        (
            "held, asked for",
            {
                $0.heldKey = revision(2).key; $0.isRetried = true
            }, .apply
        ),
        (
            "held before, newer by now",
            {
                $0.target = revision(3); $0.heldKey = revision(2).key
            }, .apply
        ),
        ("to be tried later", { $0.retry = 1200 }, .rest(until: 1200)),
        (
            "to be tried later, asked for",
            {
                $0.retry = 1200; $0.isSynced = true
            }, .apply
        ),
        ("to be tried later, by a clock that was ahead", { $0.retry = 1_000_000 }, .apply),
        (
            "compared by a clock that was ahead",
            {
                $0.target = revision(1); $0.compared = 1_000_000
            }, .compare(heals: false)
        ),
        ("to be tried now", { $0.retry = 1000 }, .apply),
        ("suspended", { $0.isSuspended = true }, .show),
        (
            "drifted, asked for",
            {
                $0.target = revision(1); $0.isHealed = true
            }, .compare(heals: true)
        ),
        (
            "drifted, asked for, but to be tried later",
            {
                $0.target = revision(1); $0.isHealed = true; $0.retry = 1200
            }, .rest(until: 1200)
        ),
        (
            "drifted, asked for, but closed since",
            {
                $0.target = revision(1); $0.isHealed = true; $0.isClosed = true; $0.drift = .off
            }, .rest(until: 61_000)
        ),
        (
            "suspended, shown",
            {
                $0.isSuspended = true; $0.shown = revision(2)
            }, .rest(until: 1500)
        ),
        (
            "closed, shown",
            {
                $0.isClosed = true; $0.shown = revision(2)
            }, .rest(until: 1500)
        ),
        (
            "closed, shown, no drift looked for",
            {
                $0.isClosed = true; $0.shown = revision(2); $0.drift = .off
            }, .rest(until: 61_000)
        ),
        ("plan only", { $0.mode = .planOnly }, .show),
        (
            "plan only, shown",
            {
                $0.mode = .planOnly; $0.shown = revision(2)
            }, .rest(until: 1500)
        ),
        (
            "plan only, shown an older one",
            {
                $0.mode = .planOnly; $0.shown = revision(1)
            }, .show
        ),
        ("to be approved", { $0.mode = .approve }, .show),
        (
            "approved",
            {
                $0.mode = .approve; $0.shown = revision(2); $0.isApproved = true
            }, .applyApproved
        ),
        (
            "approved, suspended",
            {
                $0.mode = .approve; $0.shown = revision(2); $0.isApproved = true; $0.isSuspended = true
            }, .rest(until: 1500)
        ),
        (
            "approved, of an older commit",
            {
                $0.mode = .approve; $0.shown = revision(1); $0.isApproved = true
            }, .show
        ),
        (
            "approved and cut off",
            {
                $0.mode = .approve; $0.begun = revision(2); $0.approvedBegun = revision(2)
            }, .goOn
        ),
        (
            "nothing to approve",
            {
                $0.mode = .approve; $0.shown = revision(2); $0.isShownEmpty = true
            }, .apply
        ),
        ("its source is not done", { $0.waitsForSource = true }, .rest(until: 1500)),
        (
            "drift is due",
            {
                $0.target = revision(1); $0.compared = 400
            }, .compare(heals: false)
        ),
        (
            "drift is due, to be put back",
            {
                $0.target = revision(1); $0.compared = 400; $0.drift = .heal
            }, .compare(heals: true)
        ),
        (
            "drift is due, plan only",
            {
                $0.target = revision(1); $0.compared = 400; $0.drift = .heal; $0.mode = .planOnly
            }, .compare(heals: false)
        ),
        (
            "drift is due, closed",
            {
                $0.target = revision(1); $0.compared = 400; $0.drift = .heal; $0.isClosed = true
            }, .compare(heals: false)
        ),
        (
            "drift is due, git is away",
            {
                $0.target = nil; $0.compared = 400
            }, .compare(heals: false)
        ),
        (
            "drift is not looked for",
            {
                $0.target = revision(1); $0.compared = nil; $0.drift = .off
            }, .rest(until: nil)
        ),
        (
            "asked to look, though drift is not looked for",
            {
                $0.target = revision(1); $0.drift = .off; $0.isSynced = true
            }, .compare(heals: false)
        ),
    ]

    @Test(arguments: table.indices)
    func `what is next follows from how things stand`(row: Int) {
        let (name, change, expected) = DecisionTests.table[row]
        #expect(DecisionTests.situation(change).decision == expected, "\(name)")
    }

    /// Carries decisions out in a world of numbers: each step ends somehow, and time goes on.
    @Test(arguments: 0..<200)
    func `whatever happens, nothing is written that may not be, and a good newest commit ends live`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var situation = Situation(now: 0, driftInterval: 600_000)
        situation.mode = WatchedEnvironment.Mode.allCases[random.below(3)]
        situation.drift = WatchedEnvironment.DriftMode.allCases[random.below(3)]
        var newest = 0
        var last = 0
        for _ in 0..<300 {
            switch random.below(8) {
            case 0, 1:
                newest += 1
                situation.target = DecisionTests.revision(newest)
                situation.shown = nil
                situation.retry = nil
            case 2: situation.isSuspended.toggle()
            case 3: situation.isClosed.toggle()
            case 4: if situation.shown != nil, situation.mode == .approve { situation.isApproved = true }
            case 5: situation.isRetried = situation.heldKey != nil
            default: situation.now += random.below(700_000)
            }
            step(&situation, &last, &random, canFail: true)
        }
        situation.isSuspended = false
        situation.isClosed = false
        newest += 1
        situation.target = DecisionTests.revision(newest)
        situation.shown = nil
        for _ in 0..<20 {
            situation.now += 700_000
            if situation.shown != nil, situation.mode == .approve { situation.isApproved = true }
            step(&situation, &last, &random, canFail: false)
        }
        #expect((situation.live?.id == "\(newest)") == (situation.mode != .planOnly), "seed \(seed)")
    }

    private func step(
        _ situation: inout Situation, _ last: inout Int, _ random: inout SeededGenerator, canFail: Bool
    ) {
        for _ in 0..<50 {
            let decision = situation.decision
            switch decision {
            case .rest: return
            case .moveOn: situation.live = situation.target
            case .show: situation.shown = situation.target
            case .compare(let heals):
                #expect(!heals || situation.mayWrite)
                situation.compared = situation.now
            case .apply, .applyApproved, .goOn:
                let number = Int(situation.target?.id ?? "") ?? 0
                #expect(situation.mayWrite)
                #expect(number >= last, "an older commit is applied over a newer one")
                #expect(situation.mode == .auto || decision != .apply)
                #expect(!situation.isHeld)
                last = number
                situation.isRetried = false
                situation.begun = situation.target
                switch canFail ? random.below(4) : 0 {
                case 1:
                    situation.heldKey = situation.target?.key
                    situation.isApproved = false
                case 2:
                    situation.retry = situation.now + 5000
                    if situation.mode == .approve { situation.approvedBegun = situation.target }
                case 3 where situation.mode == .approve:
                    situation.approvedBegun = situation.target
                    situation.isApproved = false
                    return
                case 3: return
                default:
                    situation.live = situation.target
                    situation.begun = nil
                    situation.heldKey = nil
                    situation.shown = nil
                    situation.isApproved = false
                }
            }
            situation.isSynced = false
        }
        Issue.record("it does not come to rest: \(situation)")
    }
}
