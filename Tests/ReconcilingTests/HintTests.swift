import Diagnostics
import Planning
import Reconciling
import Resources
import Testing

/// What a plan says of what it can't plan: what to do.
@Suite struct HintTests {
    @Test func `an infrastructure that is to be made needs a stage`() async throws {
        var world = try World()
        world.files["infra.yaml"]?.replace("  stage: Production\n", with: "")
        #expect(try await world.plan().problems.contains("'Infra/prod' is to be made, and its manifest names no stage"))
    }

    @Test func `a selector that selects nothing is an error`() async throws {
        let world = try World()
        var options = PlanOptions()
        options.selector = ["team": "x"]
        #expect(try await world.plan(options).problems.contains("no declared resource has the label team=x"))
    }

    @Test func `a version that only a designer could make names the missing designer`() async throws {
        let world = try World()
        let desired = try world.desired()
        var environment = desired.environment
        environment.designer = nil
        let deployerOnly = DesiredState(environment: environment, resources: desired.resources)
        let plan = try await world.reconciler(deployerOnly, designs: false).plan(deployerOnly).plan
        #expect(plan.problems.contains("'local' has no 'designer' to make it on"), "\(plan.problems)")
    }
}
