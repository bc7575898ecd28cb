import Foundation
import Testing

/// State on a PostgreSQL server, which runners that come and go share.
@Suite struct ServerStateTests {
    static let server = ProcessInfo.processInfo.environment["MOORING_TEST_POSTGRES"]

    /// The quick start with its state elsewhere, under a name of its own: the server is shared by tests.
    private func bench(_ url: String) throws -> Workbench {
        let bench = try Workbench(["STATE_URL": url, "STATE_KEY": "the-fingerprint-key-of-the-tests"])
        try bench.copyExample("quickstart")
        try bench.replace("  name: quickstart", "  name: cli-\(UUID().uuidString)", in: "quickstart/mooring.yaml")
        try bench.replace(
            "manifests: [services, infra]",
            """
            manifests: [services, infra]
              state: {postgres: {env: STATE_URL}, fingerprintKey: {env: STATE_KEY}}
            """, in: "quickstart/mooring.yaml")
        return bench
    }

    @Test(.enabled(if: server != nil, "scripts/with-postgres.sh starts a server"))
    func `what one runner applied another one knows`() async throws {
        let bench = try bench(try #require(ServerStateTests.server))
        let apply = try await bench.run("apply", "--auto-approve", in: "quickstart")
        #expect(apply.status == 0, "\(apply.output)\(apply.errors)")
        // Nothing of the state is beside the manifests.
        #expect(try bench.files(below: "quickstart/.mooring").keys.filter { !$0.hasPrefix("sandbox/") } == [])
        let plan = try await bench.run("plan", "--detailed-exitcode", in: "quickstart")
        #expect(plan.status == 0)
        #expect(!plan.output.contains("Not compared"), "\(plan.output)")
        let history = try await bench.run("history", in: "quickstart")
        #expect(history.output.contains("7 applied"), "\(history.output)")
        #expect(try await bench.run("lock", "status", in: "quickstart").output == "'local' is not locked.\n")
    }

    @Test func `a server that cannot be reached is told, and its password is not`() async throws {
        let bench = try bench("postgres://ann:canary-of-the-state@127.0.0.1:1/none")
        for arguments in [["plan"], ["apply", "--auto-approve"], ["history"], ["lock", "status"]] {
            let outcome = try await bench.start(arguments, in: "quickstart").end()
            #expect(outcome.status == 1, "\(arguments)")
            #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
            #expect(!(outcome.output + outcome.errors).contains("canary-of-the-state"))
        }
    }

    @Test func `a key that is not there is told before anything is read`() async throws {
        let bench = try bench("postgres://127.0.0.1:1/none")
        try bench.replace("{env: STATE_KEY}", "{env: NOT_SET}", in: "quickstart/mooring.yaml")
        let outcome = try await bench.run("plan", "-v", in: "quickstart")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("[secret-unavailable]"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("GET "), "\(outcome.errors)")
    }
}
