import Foundation
import Testing

/// A daemon that keeps its state on a PostgreSQL server.
@Suite(.serialized) struct WatchServerStateTests {
    private static let variables = ProcessInfo.processInfo.environment
    private static let server = variables["MOORING_TEST_POSTGRES"]

    /// A name of its own: the server is shared by tests, and the state goes by the repository's name.
    private func bench(_ url: String, _ name: String) async throws -> WatchBench {
        let bench = try await WatchBench(
            spec: "state: {postgres: {file: state-url}, fingerprintKey: {env: ANN_TOKEN}}")
        try bench.bench.write("state-url", url)
        try bench.bench.replace("- name: churn", "- name: \(name)", in: "watch.yaml")
        return bench
    }

    @Test(.timeLimit(.minutes(10)), .enabled(if: server != nil, "scripts/with-postgres.sh starts a server"))
    func `the state of a daemon is on the server, for whoever comes after it on another machine`() async throws {
        let name = "watch-\(UUID().uuidString.lowercased())"
        let bench = try await bench(try #require(WatchServerStateTests.server), name)
        let first = try await bench.push("First release")
        var daemon = try await bench.daemon()
        try await daemon.live(first)
        #expect(!FileManager.default.fileExists(atPath: bench.bench.path("data/state")))
        let run = try await bench.ask("GET", "\(daemon.url)/api/r/\(name)/prod/runs/1")
        #expect(run.contains(first), "\(run)")
        #expect(try await daemon.stop().status == 0)

        // Another machine has nothing of the data folder, and knows all the same what is Mooring's.
        try FileManager.default.removeItem(atPath: bench.bench.path("data"))
        let writes = try await bench.writes()
        daemon = try await bench.daemon()
        try await daemon.live(first)
        #expect(try await bench.writes() == writes)
        try bench.release("v2")
        let second = try await bench.push("Second release")
        try await daemon.live(second)
        let next = try await bench.ask("GET", "\(daemon.url)/api/r/\(name)/prod/runs/2")
        #expect(next.contains(second), "\(next)")
        #expect(try await daemon.stop().status == 0)
    }

    @Test(.timeLimit(.minutes(10)))
    func `nothing is written while the server is away, and its password is told nowhere`()
        async throws
    {
        let bench = try await bench("postgres://ann:canary-of-the-state@127.0.0.1:1/none", "churn")
        let first = try await bench.push("First release")
        let daemon = try await bench.daemon()
        let state = try await daemon.wait("the state that is away is told") { $0.environment.problem != nil }
        #expect(state.environment.problem?.diagnostics.first?.code == "state-unreachable")
        #expect(state.repository.head == first && state.environment.held == nil)
        #expect(try await bench.writes() == [])
        // A page cannot be shown then, which is not to say that there is none.
        let script = """
            import sys, urllib.error, urllib.request
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=60)
            except urllib.error.HTTPError as error:
                print(error.code, error.headers["Retry-After"], error.read().decode())
            """
        let page = try await bench.tool("python3", "-c", script, "\(daemon.url)/api/r/churn/prod/runs/1")
        #expect(page.hasPrefix("503 5 "), "\(page)")
        #expect(page.contains("state-unreachable"), "\(page)")
        let end = try await daemon.stop()
        #expect(end.status == 0)
        #expect(!(end.errors + page).contains("canary-of-the-state"))
    }
}
