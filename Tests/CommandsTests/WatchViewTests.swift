import Foundation
import Testing

/// What waits and what drifted, read from a daemon by the command line, and acted on.
@Suite(.serialized) struct WatchViewTests {
    private struct Document: Decodable {
        let kind: String?
        let digest: String?
    }

    @Test(.timeLimit(.minutes(10))) func `the plan that waits is read with its digest, which is then approved`()
        async throws
    {
        let bench = try await WatchBench(environment: "apply: approve")
        let first = try await bench.push()
        let daemon = try await bench.daemon()
        let waiting = try await daemon.wait("a plan waits") { $0.environment.pending?.needsApproval == true }
        let digest = try #require(waiting.environment.pending?.digest)
        let plan = try await daemon.act("plan", "churn/prod")
        #expect(plan.status == 0, "\(plan.errors)")
        #expect(plan.output.hasPrefix("Plan for 'prod': 5 to create\n"), "\(plan.output)")
        #expect(
            plan.output.hasSuffix(
                "To do exactly this: mooring watch approve churn/prod \(digest) --url \(daemon.url)\n"),
            "\(plan.output)")
        let document = try await daemon.act("plan", "churn/prod", "--json")
        let decoded = try JSONDecoder().decode(Document.self, from: Data(document.output.utf8))
        #expect(decoded.kind == "Plan" && decoded.digest == digest)
        // What was printed is a saved plan, too.
        try bench.bench.write("waiting.plan", document.output)
        #expect(try await bench.bench.run("show", "waiting.plan").output.hasPrefix("Plan for 'prod': 5 to create\n"))

        #expect(try await daemon.act("approve", "churn/prod", digest).status == 0)
        try await daemon.live(first)
        let none = try await daemon.act("plan", "churn/prod")
        #expect(none.status == 1 && none.errors.contains("no plan waits for 'churn/prod'"), "\(none.errors)")
        #expect(none.errors.contains("'mooring watch status churn/prod --url \(daemon.url)' tells"), "\(none.errors)")
        let unknown = try await daemon.act("plan", "churn/prd")
        #expect(unknown.status == 1 && unknown.errors.contains("Did you mean 'churn/prod'?"), "\(unknown.errors)")
        let nobody = try await daemon.act("sync", "chrun/prod")
        #expect(nobody.status == 1 && nobody.errors.contains("Did you mean 'churn/prod'?"), "\(nobody.errors)")
        #expect(try await daemon.stop().status == 0)
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ("apply: plan-only", "'churn/prod' is only planned: nothing applies this.\n"),
            (
                "policy: {freeze: [{from: 2020-01-01, until: 2099-01-01, timeZone: UTC, reason: a test}]}",
                "It waits: a freeze holds until 2099-01-02 00:00 (UTC): a test.\n"
            ),
        ])
    func `a plan that nothing applies says so`(environment: String, end: String) async throws {
        let bench = try await WatchBench(environment: environment)
        try await bench.push()
        let daemon = try await bench.daemon()
        try await daemon.wait("a plan is shown") { $0.environment.pending != nil }
        let plan = try await daemon.act("plan", "churn/prod")
        #expect(plan.status == 0 && plan.output.hasSuffix(end), "\(plan.output)\(plan.errors)")
        #expect(try await daemon.stop().status == 0)
    }

    @Test(.timeLimit(.minutes(10))) func `what drifted is read, and put back once`() async throws {
        let bench = try await WatchBench(environment: "drift: detect, driftInterval: 1h")
        let first = try await bench.push()
        let daemon = try await bench.daemon()
        try await daemon.live(first)
        try await daemon.wait("live was compared") { $0.environment.driftChecked != nil }
        let clean = try await daemon.act("drift", "churn/prod")
        #expect(clean.status == 0 && clean.output.hasPrefix("No drift on 'prod': 5 clean\n"), "\(clean.output)")
        let nothing = try await daemon.act("heal", "churn/prod")
        #expect(nothing.status == 7 && nothing.errors.contains("nothing drifts"), "\(nothing.errors)")

        try await bench.change("/projects/CHURN/apiservices/churn/settings", "authMethod", to: #""API_KEYS""#)
        #expect(try await daemon.act("sync", "churn/prod").status == 0)
        try await daemon.wait("the drift is seen") { ($0.environment.drifted ?? 0) > 0 }
        let drift = try await daemon.act("drift", "churn/prod")
        #expect(drift.status == 3, "\(drift.errors)")
        #expect(drift.output.contains("APIService/CHURN/churn  by bob"), "\(drift.output)")
        #expect(drift.output.contains("mooring watch heal churn/prod --url \(daemon.url)"), "\(drift.output)")
        let document = try await daemon.act("drift", "churn/prod", "--json")
        #expect(document.status == 3)
        #expect(try JSONDecoder().decode(Document.self, from: Data(document.output.utf8)).kind == "Drift")

        let heal = try await daemon.act("heal", "churn/prod")
        #expect(heal.status == 0 && heal.output == "What drifted in 'churn/prod' is put back now.\n", "\(heal.errors)")
        try await daemon.wait("it is put back") { $0.environment.drifted == 0 && $0.environment.sync == "Synced" }
        #expect(try await daemon.act("drift", "churn/prod").status == 0)
        #expect(try await daemon.stop().status == 0)
    }
}
