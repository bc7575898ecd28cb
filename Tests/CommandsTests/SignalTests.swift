import Foundation
import TestSupport
import Testing

/// What comes of signals, and of a process that is started without what others take for granted.
@Suite struct SignalTests {
    private func quickstart(_ faults: String) throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try bench.write("quickstart/.mooring/sandbox/faults.json", faults)
        return bench
    }

    /// Starts the program in the quick start by a line of a shell, in which it is `$0`.
    private func start(_ bench: Workbench, by line: String) throws -> RunningProgram {
        try RunningProgram(
            "/bin/sh", ["-c", line, Workbench.products.appending(path: "mooring").path],
            folder: bench.folder.appending(path: "quickstart"), environment: ["PATH": "/usr/bin:/bin"],
            scratch: bench.folder)
    }

    @Test(arguments: [("HUP", SIGHUP), ("INT", SIGINT)])
    func `a signal that is ignored from the start is not heard`(name: String, number: Int32) async throws {
        let bench = try quickstart(#"{"latency": 200}"#)
        let apply = try start(bench, by: "trap '' \(name); exec \"$0\" apply --auto-approve")
        apply.signal(number) { $0.errors.contains(": creating") }
        let outcome = try await apply.end()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("7 applied"))
    }

    @Test func `a terminal that goes away ends an apply in order, however often that is told`() async throws {
        let bench = try quickstart(#"{"latency": 1000}"#)
        let apply = try bench.start(["apply", "--auto-approve"], in: "quickstart")
        apply.signal(SIGHUP) { $0.errors.contains(": creating") }
        try await apply.wait { $0.errors.contains("Stopping: ") }
        // The kernel and the shell each say so, and the end of a session adds a SIGTERM.
        apply.signal(SIGHUP)
        apply.signal(SIGTERM)
        let outcome = try await apply.end()
        #expect(outcome.status == 129, "\(outcome.errors)")
        #expect(outcome.output.contains("not started"), "\(outcome.output)")
        #expect(try await bench.run("history", in: "quickstart").output.contains("interrupted"))
    }

    @Test(arguments: [(SIGINT, 128 + SIGINT), (SIGTERM, 128 + SIGTERM), (SIGHUP, 128 + SIGHUP)])
    func `a script that reads a document gets one when a signal comes first`(
        number: Int32, status: Int32
    ) async throws {
        let bench = try quickstart(#"{"rules": [{"match": {"path": "*/deployments"}, "hang": 1}]}"#)
        for (verb, kind) in [("plan", "Plan"), ("apply", "Run"), ("drift", "Drift"), ("status", "Status")] {
            let run = try bench.start([verb, "--json", "-v"], in: "quickstart")
            run.signal(number) { $0.errors.contains("GET /") }
            let outcome = try await run.end()
            #expect(outcome.status == status, "\(verb): \(outcome.errors)")
            let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
            #expect(document?["kind"] as? String == kind)
            #expect(document?["environment"] as? String == "local")
            let problems = document?["diagnostics"] as? [[String: Any]]
            #expect(problems?.map { $0["code"] as? String } == ["interrupted"])
        }
    }

    @Test func `no file takes the place of a stream that is closed`() async throws {
        let bench = try quickstart("{}")
        let apply = try await start(bench, by: "exec \"$0\" apply --auto-approve >&-").end()
        #expect(apply.status == 1)
        #expect(apply.errors.contains("standard output: Bad file descriptor [cannot-print]"), "\(apply.errors)")

        let server = try start(bench, by: "exec \"$0\" sandbox --port 0 --data served --json <&- >&- 2>&-")
        try await server.wait { _ in FileManager.default.fileExists(atPath: bench.path("quickstart/served/server.json"))
        }
        for stream in 0...2 {
            let place = "/proc/\(server.identifier)/fd/\(stream)"
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place) == "/dev/null")
        }
        server.signal(SIGTERM)
        _ = try await server.end()
    }

    private static let ends: [(number: Int32, status: Int32)] = [(SIGINT, 0), (SIGTERM, 0), (SIGHUP, 128 + SIGHUP)]

    @Test(arguments: ends)
    func `a sandbox ends when a signal says so`(number: Int32, status: Int32) async throws {
        let bench = try Workbench()
        let server = try await bench.serve("data")
        server.signal(number)
        #expect(try await server.end().status == status)
        withExtendedLifetime(bench) {}
    }
}
