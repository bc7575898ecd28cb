import Diagnostics
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
}
