import Diagnostics
import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@Suite struct PlanMarkdownTests {
    @Test func `shows a plan as a comment`() {
        assertSnapshot(
            planMarkdown(
                Sample.plan, digest: "sha256:" + String(repeating: "7f", count: 32), next: "mooring apply -e prod"),
            "plan.md")
    }

    @Test func `shows what a branch changes first, and folds the rest`() {
        assertSnapshot(planMarkdown(Sample.branchPlan), "plan-branch.md")
    }

    @Test func `is short enough for a comment, and says what is missing`() {
        var plan = Sample.plan
        let change = plan.changes[1]
        plan.changes = (0..<500).map { number in
            Change(
                Sample.resource(Address(.endpoint, "CHURN", "scoring", "e\(number)")), .update, fields: change.fields,
                cause: change.cause, steps: change.steps)
        }
        let text = planMarkdown(plan)
        #expect(text.utf8.count < 60_000)
        #expect(text.utf8.count > 55_000)
        #expect(text.contains("more changes not shown: the comment would be too long."))
        #expect(text.contains("An apply will refuse"))
    }

    @Test func `one change that is too long is cut`() {
        var plan = Plan(environment: String(repeating: "e`", count: 20_000), targets: Sample.targets)
        plan.unmanaged = (0..<900).map { Address(.infra, String(repeating: "<", count: 2_000) + "\($0)") }
        let text = String(repeating: "x\n", count: 2_000)
        plan.changes = [
            Change(
                Sample.resource(Address(.infra, "a")), .update,
                fields: (0..<300).map { index in
                    FieldChange(
                        path: "field\(index)", before: .absent, after: .value(.string(text)), mark: Sample.mark(1))
                }, cause: Cause(.manifest, at: Sample.mark(1)), steps: [])
        ]
        let comment = planMarkdown(plan)
        #expect(comment.utf8.count < longestComment)
        let isCut = comment.contains("more lines not shown")
        #expect(isCut)
    }

    @Test func `says where the whole plan is`() {
        let changes = (0..<20).map { number in
            Change(
                Sample.resource(Address(.infra, "i\(number)")), .update,
                fields: [
                    FieldChange(
                        path: "text", before: .absent,
                        after: .value(.string(String(repeating: "a line of text that is long\n", count: 200))),
                        mark: Sample.mark(1))
                ], cause: Cause(.manifest, at: Sample.mark(1)), steps: [])
        }
        var plan = Plan(environment: "prod", targets: Sample.targets)
        plan.changes =
            changes
            + changes.map { change in
                Change(
                    Sample.resource(Address(.deployment, change.address.description)), .update, fields: change.fields,
                    cause: change.cause, steps: [])
            }
        let rest = "more changes not shown: the comment would be too long. The whole plan is in"
        #expect(planMarkdown(plan).contains("\(rest) the log of the run._\n"))
        let page = "https://ci.example.com/job/7?tab=log"
        #expect(planMarkdown(plan, page: page).contains("\(rest) [the log of the run](\(page))._\n"))
        for page in [
            "javascript:alert(1)", "https://a.example/) [x](y", "https://a.example/\n\n# b", "https://\u{202E}",
        ] {
            #expect(planMarkdown(plan, page: page) == planMarkdown(plan))
        }
    }

    @Test func `short changes are open, and a long list of them is not`() {
        let change = { (number: Int) in
            Change(
                Sample.resource(Address(.infra, "i\(number)")), .update,
                fields: [
                    FieldChange(
                        path: "stage", before: .value("Test"), after: .value("Production"), mark: Sample.mark(1))
                ], cause: Cause(.manifest, at: Sample.mark(1)), steps: [])
        }
        var plan = Plan(environment: "prod", targets: Sample.targets)
        plan.changes = (0..<100).map(change)
        let lines = planMarkdown(plan).split(separator: "\n")
        // Two lines each, forty in all.
        #expect(lines.count { $0.hasPrefix("<details open>") } == 20)
        #expect(lines.count { $0.hasPrefix("<details>") } == 80)
        #expect(lines.last == "**Plan:** 100 to update")
    }

    /// Hosts take about 65,000 characters, whatever the plan.
    @Test func `any plan is a comment whose blocks and folds end, and that is short enough`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = PlanGenerator(seed: seed)
        for round in 0..<100 {
            var plan = generator.plan()
            if round % 10 == 0 { generator.inflate(&plan) }
            let text = planMarkdown(
                plan, digest: generator.maybe { $0.text() }, only: generator.maybe { $0.text() },
                next: generator.maybe { $0.text() },
                page: generator.maybe { $0.one(["https://a.example/1", $0.text()]) })
            if let problem = MarkdownCheck.problem(in: text) {
                Issue.record("seed \(seed), round \(round): \(problem)")
            }
            #expect(text.utf8.count < longestComment, "seed \(seed), round \(round)")
        }
    }

    @Test(arguments: [
        ("```diff\nx\n```\n", nil), ("````diff\n```\n````\n", nil), ("```diff\n````\n```", "the block ends at '````'"),
        ("```diff\n   ```\n", "the block ends at '   ```'"), ("```\n", "a block does not end"),
        ("<details><summary>x</summary>\n", "a fold does not end"), ("</details>\n", "a fold ends that never began"),
        ("<b>\n", "outside of blocks: <b>"), ("a @b\n", "outside of blocks: a @b"),
    ])
    func `the check of comments sees what is wrong`(comment: String, problem: String?) {
        #expect(MarkdownCheck.problem(in: comment) == problem)
    }
}

extension PlanGenerator {
    /// Makes a plan as large as the largest of users, with texts of many kilobytes.
    mutating func inflate(_ plan: inout Plan) {
        let long = { (generator: inout PlanGenerator) in
            String(repeating: generator.text() + generator.one(["\n", "", " "]), count: 1 + generator.below(1500))
        }
        for number in 0..<below(100) {
            var change = change(Address(.infra, "\(number)" + text()), before: [])
            change.fields += some(2) { generator in
                FieldChange(
                    path: long(&generator), before: .absent, after: .value(.string(long(&generator))),
                    mark: generator.mark())
            }
            change.notes += some(2, long)
            plan.changes.append(change)
        }
        plan.environment = long(&self)
        plan.commit = long(&self)
        plan.diagnostics += (0..<below(50)).map { _ in Diagnostic(.error, "long", long(&self), at: mark()) }
        plan.refusals += (0..<below(50)).map { _ in Diagnostic(.error, "long", long(&self)) }
        plan.unmanaged += (0..<below(500)).map { Address(.infra, "\($0)" + long(&self).prefix(300)) }
        plan.orphaned += (0..<below(100)).map { number in
            Orphan(address: Address(.infra, "\(number)"), ownership: .owned, reason: long(&self), mark: mark())
        }
    }
}
