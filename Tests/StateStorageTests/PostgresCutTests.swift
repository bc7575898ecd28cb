import Diagnostics
import Files
import Foundation
import Resources
import StateStorage
import Testing

/// A connection that ends in the middle: nothing is done twice, nothing is lost in silence.
@Suite(.enabled(if: TestServer.shared != nil)) struct PostgresCutTests {
    private let server: TestServer

    init() throws { server = try #require(TestServer.shared) }

    /// Runs `body` for each request that it sends, cut before it arrives and cut before its answer does.
    private func atEachRequest(
        isGoneThen: Bool,
        _ body: (CuttingProxy, PostgresStore, @Sendable () async throws -> PostgresStore) async throws -> Void
    ) async throws {
        let proxy = try CuttingProxy(to: server.folder + "/.s.PGSQL.\(server.port)")
        defer { proxy.stop() }
        let connection = Secret(
            "host=127.0.0.1 port=\(proxy.port) user=postgres dbname=postgres sslmode=disable gssencmode=disable")
        // More than there are.
        for number in 0..<200 {
            var isCut = false
            for cut in [CuttingProxy.Cut.before, .after] {
                let workspace = "cut \(UInt64.random(in: .min ... .max))"
                let direct: @Sendable () async throws -> PostgresStore = { [server] in
                    try await PostgresStore(connection: server.connection, workspace: workspace)
                }
                let store = try await PostgresStore(connection: connection, workspace: workspace)
                // The tables are there, so that each story sends the same requests.
                _ = try await store.holder(of: "other")
                _ = try await store.lease("other")
                proxy.arm(number, cut, isGoneThen: isGoneThen)
                try await body(proxy, store, direct)
                if proxy.disarm() { isCut = true }
            }
            if !isCut { return }
        }
        Issue.record("there was no end of requests")
    }

    @Test func `a run goes through, however its connection is cut once`() async throws {
        try await atEachRequest(isGoneThen: false) { proxy, store, direct in
            let lease = try await store.lease()
            #expect(lease.token == 1)
            #expect(try await store.begin(fullRun, under: lease) == 1)
            try await store.commit(.put(fullRecord), .intend(fullIntent(1, 1)), under: lease)
            #expect(try await store.renew(lease, milliseconds: 3_600_000))
            try await store.commit(
                .settle(Intent.ID(run: 1, number: 1), isDone: true), .changed(run: 1, fullChange),
                .finish(run: 1, .applied, finished: 1, counts: [:]), under: lease)
            #expect(try await store.snapshot(of: "prod").intents == [])
            try await store.release(lease)
            let other = try await direct()
            #expect(try await other.runs().map(\.number) == [1])
            #expect(try await other.changes(of: 1, in: "prod") == [fullChange])
            #expect(
                try await other.snapshot(of: "prod").records == [deployment: fullRecord, infra: Record(infra, .owned)])
            #expect(try await other.holder(of: "prod") == nil)
        }
    }

    @Test func `a commit after whose cut the server is gone is whole or not at all, and says that nobody knows`()
        async throws
    {
        try await atEachRequest(isGoneThen: true) { proxy, store, direct in
            let left = try await direct().lease()
            do {
                try await store.commit(.put(fullRecord), .intend(fullIntent(1, 1)), under: left)
                // Cut later, or not at all.
                #expect(try await direct().snapshot(of: "prod").intents.count == 1)
            } catch let error as StateError {
                #expect(error.reason == .unreachable)
                #expect(error.diagnostic.message.hasPrefix("the state server can't be reached: "))
                let snapshot = try await direct().snapshot(of: "prod")
                #expect(snapshot.records.count == snapshot.intents.count)
                if snapshot.records.count == 1 {
                    #expect(
                        error.diagnostic.hint
                            == "Whether it kept the last step is not known; the next run finds out by reading.")
                }
            }
        }
    }

    @Test func `a store whose backend is ended again and again carries all of it out`() async throws {
        let name = "ended-\(UInt64.random(in: .min ... .max))"
        let connection = Secret(server.connection.reveal() + " application_name=\(name)")
        let store = try await PostgresStore(connection: connection, workspace: name)
        let lease = try await store.lease()
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '\(name)'"
        for round in 1...8 {
            // Once while it commits, somewhere; then once between two commits.
            async let ended = server.run(kill)
            for number in 1...20 {
                try await store.commit(.put(Record(Address(.infra, "infra-\(round)-\(number)"), .owned)), under: lease)
            }
            _ = try await ended
            try await server.run(kill)
        }
        #expect(try await store.snapshot(of: "prod").records.count == 160)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a server that stops is told, and taken up again when it is back`() async throws {
        try await withOwnServer { connection, control in
            let store = try await PostgresStore(connection: connection, workspace: "w")
            let lease = try await store.lease(milliseconds: 600_000)
            try await store.commit(.put(fullRecord), under: lease)
            try await shell(control, "stop")
            let error = await #expect(throws: StateError.self) {
                try await store.commit(.put(Record(infra, .owned)), under: lease)
            }
            #expect(error?.reason == .unreachable)
            await #expect(throws: StateError.self) { try await store.snapshot(of: "prod") }
            try await shell(control, "start")
            #expect(try await store.snapshot(of: "prod").records == [deployment: fullRecord])
            try await store.commit(.put(Record(infra, .owned)), under: lease)
            #expect(try await store.snapshot(of: "prod").records.count == 2)
        }
    }

    /// A server that no other test uses.
    private func withOwnServer(_ body: (Secret, String) async throws -> Void) async throws {
        let top = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = top.appending(path: "scripts/with-postgres.sh")
        process.arguments = [
            "bash", "-c", #"echo "$MOORING_TEST_POSTGRES"; echo "$MOORING_TEST_POSTGRES_CONTROL"; read -r end || true"#,
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        let result: Result<Void, any Error>
        do {
            let words = await lines(2, from: output.fileHandleForReading)
            try #require(words.count == 2)
            result = .success(try await body(Secret(words[0]), words[1]))
        } catch {
            result = .failure(error)
        }
        try input.fileHandleForWriting.close()
        for await _ in ends {}
        try result.get()
    }
}
