import Foundation
import TestSupport
import Testing

@Suite struct ApprovalTests {
    @Test func `without a terminal an apply needs approval`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let outcome = try await bench.run("apply", in: "quickstart")
        #expect(outcome.status == 7)
        #expect(outcome.errors.contains("[not-approved]"))
        let status = try await bench.run("plan", "--detailed-exitcode", in: "quickstart")
        #expect(status.status == 2)
    }

    @Test func `a plan beyond the limits is refused`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try bench.replace(
            "manifests: [services, infra]", "manifests: [services, infra]\n  limits: {maxChanges: 3}",
            in: "quickstart/mooring.yaml")
        let outcome = try await bench.run("apply", "--auto-approve", in: "quickstart")
        #expect(outcome.status == 7, "\(outcome.errors)")
        #expect(outcome.errors.contains("maxChanges") || outcome.errors.contains("limit"))
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 2)
    }

    @Test(arguments: [
        ("{allowPublicAuth: false}", "policy-allow-public-auth"),
        ("{freeze: [{from: 2000-01-01, until: 2999-01-01, timeZone: UTC, reason: for ever}]}", "policy-freeze"),
        ("{requireTestQueries: true}", "policy-require-test-queries"),
    ])
    func `a plan that breaks a rule of the policy is refused, and the rule is named`(
        policy: String, code: String
    ) async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try bench.replace(
            "manifests: [services, infra]", "manifests: [services, infra]\n  policy: \(policy)",
            in: "quickstart/mooring.yaml")
        let outcome = try await bench.run("apply", "--auto-approve", in: "quickstart")
        #expect(outcome.status == 7, "\(outcome.errors)")
        #expect(outcome.errors.contains("[\(code)]"), "\(outcome.errors)")
        #expect(outcome.errors.contains("mooring.yaml:"), "\(outcome.errors)")
    }

    static let signals: [(number: Int32, status: Int32)] = [(SIGINT, 130), (SIGTERM, 143)]

    @Test(arguments: signals)
    func `an interrupted apply finishes what is under way and starts nothing new`(
        number: Int32, status: Int32
    ) async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        // Slow enough for a signal to come in between, on a busy machine too.
        try bench.write("quickstart/.mooring/sandbox/faults.json", #"{"latency": 1000}"#)
        let apply = try bench.start(["apply", "--auto-approve"], in: "quickstart")
        apply.signal(number) { $0.errors.contains(": creating") }
        let outcome = try await apply.end()
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.output.contains("not started"))
        try FileManager.default.removeItem(atPath: bench.path("quickstart/.mooring/sandbox/faults.json"))
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 0)
    }
}
