import Diagnostics
import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@Suite struct PlanTextTests {
    @Test(arguments: [
        (TextStyle.Verbosity.summary, "plan-summary.txt"), (.normal, "plan.txt"), (.full, "plan-full.txt"),
    ])
    func `shows a plan`(verbosity: TextStyle.Verbosity, file: String) {
        assertSnapshot(
            planText(Sample.plan, TextStyle(verbosity: verbosity), next: "Apply it with: mooring apply -e prod"), file)
    }

    @Test(arguments: [
        (TextStyle.Verbosity.summary, "plan-branch-summary.txt"), (.normal, "plan-branch.txt"),
    ])
    func `shows what a branch changes first`(verbosity: TextStyle.Verbosity, file: String) {
        assertSnapshot(planText(Sample.branchPlan, TextStyle(verbosity: verbosity)), file)
    }

    @Test func `a branch that changes nothing is told so`() {
        var plan = Plan(environment: "dev", targets: Sample.targets)
        plan.unchanged = [Sample.service]
        plan.commit = "a1b2"
        plan.branch = BranchComparison(
            name: "main", base: CommitStamp(id: "1a2b3c4d5e6f", author: "Ann", subject: "s", time: 0), changes: [:],
            orphaned: [:])
        #expect(
            planText(plan, TextStyle()) == """
                No changes. Live matches the manifests.
                This branch: nothing. Already pending: nothing. Drift: nothing.
                  designer      https://design.example.com:11200
                  deployer      https://deployer.example.com
                  commit        a1b2
                  base          main, at 1a2b3c4d5e

                Plan: nothing to change, 1 unchanged.

                """)
    }

    @Test func `colours a plan only when asked`() {
        assertSnapshot(planText(Sample.plan, TextStyle(color: true)), "plan-colour.txt")
        #expect(!planText(Sample.plan, TextStyle()).contains("\u{1B}"))
    }

    @Test func `says so when there is nothing to do`() {
        var plan = Plan(environment: "dev", targets: Sample.targets)
        plan.unchanged = [Sample.service, Sample.infra]
        #expect(
            planText(plan, TextStyle()) == """
                No changes. Live matches the manifests.
                  designer      https://design.example.com:11200
                  deployer      https://deployer.example.com

                Plan: nothing to change, 2 unchanged.

                """)
    }

    @Test func `does not say that all is well when it could not tell`() {
        var plan = Plan(environment: "dev", targets: Sample.targets)
        plan.diagnostics = [Diagnostic(.error, "forbidden", "may not read")]
        plan.checkedHealth = false
        #expect(
            planText(plan, TextStyle()) == """
                The plan is not complete: 1 error for 'dev'.
                  designer      https://design.example.com:11200
                  deployer      https://deployer.example.com

                running state: not checked

                Plan: nothing to change.

                """)
    }

    private func fieldLines(_ before: ShownValue, _ after: ShownValue) -> [String] {
        var plan = Plan(environment: "dev", targets: Sample.targets)
        plan.changes = [
            Change(
                Sample.resource(Sample.infra), .update,
                fields: [FieldChange(path: "f", before: before, after: after, mark: Sample.mark(1))],
                cause: Cause(.manifest, at: Sample.mark(1)), steps: [])
        ]
        let lines = planText(plan, TextStyle()).split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0) }
        return lines.drop { !$0.contains("declared in") }.dropFirst().dropLast(3).map { String($0.dropFirst(4)) }
    }

    @Test(arguments: [
        (ShownValue.value("a"), ShownValue.value("a "), ["~ f  \"a\" -> \"a \""]),
        (.value(1), .value("1"), ["~ f  1 -> \"1\""]),
        (.value("a\nb\n"), .value("a\nb"), ["~ f", "      a", "      b", "+     (no line break at the end)"]),
        (.value("a\nb"), .value("x"), ["~ f", "-     a", "-     b", "+     \"x\""]),
        (.value("a\r\nb\r\n"), .value("a\r\nc\r\n"), ["~ f", "      a\\u{d}", "-     b\\u{d}", "+     c\\u{d}"]),
        (.value("tab\there"), .absent, ["- f  \"tab\\there\""]),
        (.absent, .value([:]), ["+ f  {}"]),
        (.secret("not shown"), .value(true), ["~ f  (secret, not shown) -> true"]),
        (.value([1, 2]), .value([1, 3]), ["~ f  [1,2] -> [1,3]"]),
    ])
    func `shows a field`(before: ShownValue, after: ShownValue, expected: [String]) {
        #expect(fieldLines(before, after) == expected)
    }

    @Test func `a blank line of a text does not end in spaces`() {
        #expect(
            fieldLines(.value("a\n\nb\n"), .value("a\n\nc\n\n"))
                == ["~ f", "      a", "", "-     b", "+     c", "+"])
    }

    @Test func `a long text is shown in part, and whole when asked`() {
        let before = (0..<3000).map { "old \($0)\n" }.joined()
        let after = (0..<3000).map { "new \($0)\n" }.joined()
        let lines = fieldLines(.value(.string(before)), .value(.string(after)))
        #expect(lines.count == 22)
        #expect(lines.last == "      ... 5980 more lines, not shown")
    }

    @Test func `a deployment that runs as its manifest accepts is not listed as unhealthy`() {
        var plan = Plan(environment: "dev", targets: Sample.targets)
        var rollout = LiveRollout()
        rollout.health = "WARNING"
        plan.rollouts = [Sample.deployment: rollout]
        let isListed = { planText(plan, TextStyle()).contains("Not healthy") }
        #expect(!isListed())
        let change = { (health: JSONValue) in
            Change(
                Sample.resource(
                    Sample.deployment, ["publishedServiceId": "s", "infraId": "i", "rollout": ["health": health]]),
                .update, cause: Cause(.manifest, at: Sample.mark(1)), steps: [])
        }
        plan.changes = [change(["HEALTHY", "WARNING"])]
        #expect(!isListed())
        plan.changes = [change(["HEALTHY"])]
        #expect(isListed())
    }
}
