import DSS
import Diagnostics
import JSON
import Planning
import Resources
import Testing

/// What of a plan is the branch's, what was pending before it, and what others changed.
@Suite struct BranchTests {
    static let stamp = CommitStamp(id: String(repeating: "1a", count: 20), author: "Ann", subject: "Base", time: 0)

    /// One infrastructure, as the base, the branch, what was applied and live have it; nil for nothing.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var base: JSONValue?
        let head: JSONValue?
        let applied: JSONValue?
        let live: JSONValue?
        /// As `branch(stage pending, type drift)`; `orphaned branch`; empty for no change.
        let expected: String
    }

    static let one: JSONValue = ["type": "K8S", "stage": "Test"]
    static let two: JSONValue = ["type": "K8S", "stage": "Production"]
    static let three: JSONValue = ["type": "K8S", "stage": "Development"]

    static let cases: [Case] = [
        Case(
            testDescription: "live is as the base", base: one, head: two, applied: one, live: one,
            expected: "branch(stage branch)"),
        Case(
            testDescription: "the base is pending", base: two, head: two, applied: one, live: one,
            expected: "pending(stage pending)"),
        Case(
            testDescription: "somebody changed live", base: one, head: one, applied: one, live: two,
            expected: "drift(stage drift)"),
        Case(
            testDescription: "somebody changed live, and the branch wants a third value", base: one, head: three,
            applied: one,
            live: two, expected: "branch(stage branch)"),
        Case(
            testDescription: "live and the base moved", base: three, head: three, applied: one, live: two,
            expected: "drift(stage drift)"),
        Case(
            testDescription: "the branch takes back what is pending", base: two, head: one, applied: one, live: one,
            expected: ""),
        Case(
            testDescription: "the branch adds it", base: nil, head: one, applied: nil, live: nil,
            expected: "branch(type branch, stage branch, governCheckPolicy branch)"),
        Case(
            testDescription: "the base adds it", base: one, head: one, applied: nil, live: nil,
            expected: "pending(type pending, stage pending, governCheckPolicy pending)"),
        Case(
            testDescription: "the base adds it, and the branch changes it", base: one, head: two, applied: nil,
            live: nil,
            expected: "branch(type pending, stage branch, governCheckPolicy pending)"),
        Case(
            testDescription: "somebody deleted it", base: one, head: one, applied: one, live: nil,
            expected: "drift(type drift, stage drift, governCheckPolicy drift)"),
        Case(
            testDescription: "the branch begins to manage a field", base: ["type": "K8S"], head: two,
            applied: ["type": "K8S"],
            live: one, expected: "branch(stage branch)"),
        Case(
            testDescription: "one field each", base: ["type": "K8S", "stage": "Test", "raw": ["a": 1, "b": 1]],
            head: ["type": "K8S", "stage": "Test", "raw": ["a": 1, "b": 2]],
            applied: ["type": "K8S", "stage": "Test", "raw": ["a": 0, "b": 1]],
            live: ["type": "K8S", "stage": "Prod", "a": 0, "b": 1],
            expected: "branch(stage drift, a pending, b branch)"),
        Case(
            testDescription: "the branch lets go of it", base: one, head: nil, applied: one, live: one,
            expected: "orphaned branch"),
        Case(
            testDescription: "the base let go of it", base: nil, head: nil, applied: one, live: one,
            expected: "orphaned pending"),
        Case(
            testDescription: "an element of a keyed list",
            base: ["type": "K8S", "permissions": [["group": "a", "read": true], ["group": "b", "read": true]]],
            head: ["type": "K8S", "permissions": [["group": "a", "read": true], ["group": "c", "read": true]]],
            applied: ["type": "K8S", "permissions": [["group": "a", "read": true], ["group": "b", "read": true]]],
            live: ["type": "K8S", "permissions": [["group": "b", "read": true], ["group": "x"]]],
            expected: "branch(permissions[a] drift, permissions[c] branch, permissions[b] branch, permissions[x] drift)"
        ),
    ]

    /// Beside the infrastructure there is another one, since an empty set of manifests lets go of nothing.
    static func comparison(_ test: Case) -> (plan: Plan, branch: BranchComparison) {
        let other = Address(.infra, "other")
        var world = StateWorld(desired: test.head, applied: test.applied, live: test.live)
        var base = StateWorld(desired: test.base, applied: nil, live: nil)
        world.declare(other, ["type": "K8S"])
        base.declare(other, ["type": "K8S"])
        world.remember(other, ["type": "K8S"])
        world.show(other, ["type": "K8S"])
        let plan = world.plan()
        return (
            plan,
            BranchComparison(of: plan, name: "main", base: stamp, desired: base.desired, head: world.desired)
        )
    }

    static func text(_ plan: Plan, _ branch: BranchComparison) -> String {
        let changes = plan.changes.map { change -> String in
            guard let part = branch.changes[change.address] else { return "none" }
            let fields = zip(change.fields, part.fields).map { "\($0.0.path) \($0.1)" }
            return "\(part.share)(\(fields.joined(separator: ", ")))"
        }
        return (changes + plan.orphaned.map { "orphaned \(branch.orphaned[$0.address].map { "\($0)" } ?? "none")" })
            .joined(separator: "; ")
    }

    @Test(arguments: cases) func `sorts each change and each field`(test: Case) {
        let (plan, branch) = BranchTests.comparison(test)
        #expect(BranchTests.text(plan, branch) == test.expected)
        #expect(branch.isEmpty == !test.expected.contains("branch("))
    }

    @Test func `another secret is the branch's, a new value of the same one is not`() {
        func infra(_ name: String) -> DeclaredValue {
            DeclaredValue(
                reference: [
                    "type": "STATIC", "apiNodes": [["url": "n", "adminAPIKey": ["secret": ["env": .string(name)]]]],
                ],
                at: StateWorld.mark)
        }
        for (before, expected) in [
            ("NEW", "pending(apiNodes[n].adminAPIKey pending)"), ("OLD", "branch(apiNodes[n].adminAPIKey branch)"),
        ] {
            var (world, base) = (StateWorld(), StateWorld())
            world.declare(StateWorld.infra, infra("NEW"))
            base.declare(StateWorld.infra, infra(before))
            world.show(StateWorld.infra, ["type": "STATIC", "apiNodes": [["url": "n"]]])
            let plan = world.plan()
            let branch = BranchComparison(
                of: plan, name: "main", base: BranchTests.stamp, desired: base.desired, head: world.desired)
            #expect(BranchTests.text(plan, branch) == expected)
        }
    }

    @Test func `where the base has no such environment, or it lies elsewhere, all is the branch's`() {
        let test = BranchTests.cases[1]
        let (plan, branch) = BranchTests.comparison(test)
        #expect(branch.isEmpty)
        var base = StateWorld(desired: test.base, applied: nil, live: nil)
        let none = BranchComparison(of: plan, name: "main", base: BranchTests.stamp, desired: nil, head: base.desired)
        #expect(BranchTests.text(plan, none) == "branch(stage branch)")
        let head = base.desired
        base.environment.deployer.target = .url("https://other.example.com")
        let moved = BranchComparison(
            of: plan, name: "main", base: BranchTests.stamp, desired: base.desired, head: head)
        #expect(BranchTests.text(plan, moved) == "branch(stage branch)")
    }

    @Test func `a deletion is whose manifests let go, or who turned pruning on`() {
        func share(base: (inout DeleteWorld) -> Void, head: (inout DeleteWorld) -> Void) -> BranchComparison.Share? {
            let world = DeleteTests.orphan {
                $0.options.prune = nil
                head(&$0)
            }
            let before = DeleteTests.orphan { base(&$0) }
            let plan = world.plan()
            let branch = BranchComparison(
                of: plan, name: "main", base: BranchTests.stamp, desired: state(before), head: state(world))
            return plan.changes.first.flatMap { branch.changes[$0.address]?.share }
        }
        func state(_ world: DeleteWorld) -> DesiredState {
            DesiredState(environment: world.environment, resources: world.resources)
        }
        let declares = { (world: inout DeleteWorld) in
            world.environment.prune = true
            world.declare("Deployment/old", DeleteWorld.deployment(of: "s", on: "i", version: "v1"))
        }
        let prunes = { (world: inout DeleteWorld) in world.environment.prune = true }
        #expect(share(base: declares, head: prunes) == .branch)
        #expect(share(base: prunes, head: prunes) == .pending)
        #expect(share(base: { _ in }, head: prunes) == .branch)
    }

    /// Random bases, branches and live objects.
    @Test(arguments: 0..<20) func `what is left once the base is applied is the branch's, and nothing else`(seed: Int) {
        var random = RandomValues(seed: UInt64(seed + 4000))
        var seen: [BranchComparison.Share: Int] = [:]
        for _ in 0..<100 {
            let triple = random.triple()
            let base = random.next(4) == 0 ? triple.desired : random.next(2) == 0 ? triple.applied : random.infra().0
            var world = triple.world
            if random.next(2) == 0 { world.state.records = [:] }
            var before = StateWorld()
            before.resources = [base]
            let plan = world.plan()
            guard !plan.diagnostics.contains(where: { $0.severity == .error }) else { continue }
            let branch = BranchComparison(
                of: plan, name: "main", base: BranchTests.stamp, desired: before.desired, head: world.desired)
            let what: Comment = "seed \(seed)\n\(triple)\nbase \(base.spec.referenceJSON.text())"
            let laid = Overlay<Never> { _ in "s3cr3t" }.laid(
                DesiredDocument(base, dialect: .standard), over: triple.live)
            var after = world
            after.show(StateWorld.infra, laid)
            let rest = after.plan()
            guard !rest.diagnostics.contains(where: { $0.severity == .error }) else { continue }
            let left = rest.changes.flatMap(\.fields).map(\.path)
            for change in plan.changes {
                for (field, share) in zip(change.fields, branch.changes[change.address]?.fields ?? []) {
                    seen[share, default: 0] += 1
                    let isLeft = left.contains { BranchTests.touch($0, field.path) }
                    if case .secret = field.after { continue }
                    // To declare what is empty is the branch's doing, though it may make no difference.
                    let declared = change.resource.spec.referenceJSON.text()
                    let isEmpty = ["null", "false", "\"\"", "[]", "{}"].contains { declared.contains($0) }
                    if share == .branch, !isLeft, isEmpty { continue }
                    #expect(isLeft == (share == .branch), "\(what)\n\(field.path): \(share), left \(left)")
                }
            }
            let same = BranchComparison(
                of: plan, name: "main", base: BranchTests.stamp, desired: world.desired, head: world.desired)
            #expect(same.isEmpty, what)
        }
        for share in BranchComparison.Share.allCases {
            #expect(seen[share, default: 0] > 10, "\(share) came up in too few cases of seed \(seed) to tell")
        }
    }

    @Test(arguments: 0..<20) func `where live is as the base says, all is the branch's`(seed: Int) {
        var random = RandomValues(seed: UInt64(seed + 5000))
        for _ in 0..<100 {
            let (base, _) = random.infra()
            let (head, _) = random.infra()
            let live = Overlay<Never> { _ in "s3cr3t" }.laid(DesiredDocument(base, dialect: .standard), over: [:])
            var (world, before) = (StateWorld(), StateWorld())
            world.resources = [head]
            before.resources = [base]
            world.show(StateWorld.infra, live)
            let plan = world.plan()
            let branch = BranchComparison(
                of: plan, name: "main", base: BranchTests.stamp, desired: before.desired, head: world.desired)
            let shares = branch.changes.values.flatMap { [$0.share] + $0.fields }
            #expect(
                shares.allSatisfy { $0 == .branch },
                "seed \(seed)\n\(base.spec.referenceJSON.text())\n\(head.spec.referenceJSON.text())")
        }
    }

    static func touch(_ left: String, _ right: String) -> Bool {
        let (short, long) = left.count < right.count ? (left, right) : (right, left)
        return long == short || long.hasPrefix(short + ".") || long.hasPrefix(short + "[")
    }
}
