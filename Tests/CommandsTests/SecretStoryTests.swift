import Foundation
import TestSupport
import Testing

/// A secret is written, noticed when it changes, and found nowhere.
@Suite struct SecretStoryTests {
    private static let first = "canary-of-the-first-key"
    private static let second = "canary-of-the-second-key"

    private func run(
        _ bench: Workbench, _ key: String, _ arguments: String...
    ) async throws -> Workbench.Outcome {
        try await bench.start(
            arguments + ["-e", "dev"], in: "environments", variables: ["CHURN_QUERY_KEY": key]
        ).end(within: 120)
    }

    @Test func `a changed secret is written once, and no secret is in any output or file`() async throws {
        let bench = try Workbench()
        try bench.copyExample("environments")
        var said: [Workbench.Outcome] = []
        said.append(try await run(bench, SecretStoryTests.first, "apply", "--auto-approve", "-v"))
        #expect(said[0].status == 0, "\(said[0].errors)")
        said.append(try await run(bench, SecretStoryTests.first, "plan", "--detailed-exitcode"))
        #expect(said[1].status == 0, "\(said[1].output)")

        let rotated = try await run(bench, SecretStoryTests.second, "plan", "--detailed-exitcode")
        #expect(rotated.status == 2, "\(rotated.output)\(rotated.errors)")
        #expect(rotated.output.contains("(secret, changed)"), "\(rotated.output)")
        said.append(rotated)
        said.append(try await run(bench, SecretStoryTests.second, "plan", "--json", "-v"))
        said.append(try await run(bench, SecretStoryTests.second, "drift", "--json"))
        said.append(try await run(bench, SecretStoryTests.second, "plan", "-o", "p.plan"))
        let apply = try await run(bench, SecretStoryTests.second, "apply", "--auto-approve", "--json", "-v")
        #expect(apply.status == 0, "\(apply.output)")
        said.append(apply)
        let settled = try await run(bench, SecretStoryTests.second, "plan", "--detailed-exitcode")
        #expect(settled.status == 0, "\(settled.output)")
        said.append(try await run(bench, SecretStoryTests.second, "history", "--json"))

        let canaries = [SecretStoryTests.first, SecretStoryTests.second]
        for outcome in said {
            for canary in canaries {
                #expect(!(outcome.output + outcome.errors).contains(canary), "\(outcome.arguments)")
            }
        }
        // The sandbox stands for DSS: what it keeps is live.
        for (name, bytes) in try bench.files(below: "environments") where !name.hasPrefix(".mooring/dev/") {
            for canary in canaries { #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(name)") }
        }
    }
}
