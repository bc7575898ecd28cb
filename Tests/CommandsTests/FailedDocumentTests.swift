import Foundation
import Testing

/// A script gets a command's own document, however the command ends.
@Suite struct FailedDocumentTests {
    /// The arguments, the exit status, and the kind, environment and code that the document has.
    private static let failures:
        [(arguments: [String], status: Int32, kind: String?, environment: String?, code: String)] = [
            (["plan", "--json", "--nonsense"], 64, "Plan", "", "usage"),
            (["plan", "--format", "json", "-e", "dev", "--nonsense"], 64, "Plan", "dev", "usage"),
            (["apply", "--json", "--environment=dev", "--target"], 64, "Run", "dev", "usage"),
            (["-e", "dev", "--json", "rollback"], 64, "Run", "dev", "usage"),
            (["history", "--limit", "0", "--json"], 64, "History", "", "usage"),
            (["lock", "status", "--json", "x"], 64, "Lock", "", "usage"),
            (["watch", "plan", "--json"], 64, "Plan", "", "usage"),
            (["frobnicate", "--json"], 64, nil, nil, "usage"),
            (["plan", "--json"], 64, "Plan", "", "environment-needed"),
            (["plan", "--json", "-e", "no"], 1, "Plan", "no", "unknown-environment"),
            (["apply", "--json", "-e", "dev"], 7, "Run", "dev", "not-approved"),
            (["destroy", "--json", "-e", "dev", "--confirm", "prod"], 7, "Run", "dev", "not-confirmed"),
            (["rollout", "Deployment/no", "--json", "-e", "dev"], 1, "Run", "dev", "unknown-deployment"),
            (["status", "Deployment/no", "--json", "-e", "dev"], 1, "Status", "dev", "unknown-address"),
            (["history", "7", "--json", "-e", "dev"], 1, "History", "dev", "unknown-run"),
            (["adopt", "Infra/no", "--json", "-e", "dev"], 1, nil, "dev", "nothing-to-adopt"),
            (["drift", "--json", "-e", "dev", "-C", ".."], 1, "Drift", "dev", "no-workspace"),
        ]

    @Test func `a failure names its kind, and its environment where that is known`() async throws {
        let bench = try Workbench()
        try bench.copyExample("environments")
        for (arguments, status, kind, environment, code) in FailedDocumentTests.failures {
            let outcome = try await bench.start(arguments, in: "environments").end()
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
            #expect(document?["kind"] as? String == kind, "\(arguments)")
            #expect(document?["environment"] as? String == environment, "\(arguments)")
            let problems = document?["diagnostics"] as? [[String: Any]]
            #expect(problems?.contains { $0["code"] as? String == code } == true, "\(arguments): \(outcome.output)")
        }
    }
}
