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

    @Test func `user text cannot leave its block`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = PlanGenerator(seed: seed)
        for round in 0..<200 {
            let lines = planMarkdown(generator.plan()).split(separator: "\n", omittingEmptySubsequences: false)
            var fence: Substring?
            var open = 0
            for line in lines {
                if let end = fence {
                    if line == end { fence = nil }
                    continue
                }
                if line.hasPrefix("```") {
                    fence = line.prefix { $0 == "`" }
                } else if line.hasPrefix("<details>") {
                    open += 1
                } else if line == "</details>" {
                    open -= 1
                }
                // Outside of blocks, what users wrote stands in code elements, with no sign that means anything.
                let words = line.replacing(/<\/?(?:details|summary|code)>/, with: "")
                    .replacing(/&#[0-9]+;/, with: "").replacing(/\*\*mooring plan\*\*/, with: "")
                    .replacing(/^_.*not shown.*_$/, with: "")
                let isPlain = line.hasPrefix("```") || !words.contains { "<>&`*_[]@#".contains($0) }
                #expect(isPlain, "seed \(seed), round \(round): \(line)")
            }
            #expect(fence == nil && open == 0, "seed \(seed), round \(round)")
        }
    }
}
