import Foundation
import TestSupport
import Testing

/// What is remembered between two runs, and what becomes of a run when that is gone, damaged or held by another.
@Suite struct StateTests {
    private func bench() async throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        return bench
    }

    private func applied() async throws -> Workbench {
        let bench = try await bench()
        let apply = try await bench.run("apply", "--auto-approve", in: "quickstart")
        try #require(apply.status == 0, "\(apply.output)\(apply.errors)")
        return bench
    }

    /// The requests in a log of `-v` that write.
    private func writes(_ outcome: Workbench.Outcome) -> [Substring] {
        outcome.errors.split(separator: "\n").filter {
            $0.contains(" /dip/publicapi/") && !$0.hasPrefix("GET ")
        }
    }

    @Test func `what only looks leaves nothing behind`() async throws {
        let bench = try await bench()
        for arguments in [["plan"], ["status"], ["drift"], ["history"], ["lock", "status"]] {
            _ = try await bench.start(arguments, in: "quickstart").end()
        }
        #expect(try bench.files(below: "quickstart/.mooring").keys.filter { !$0.hasPrefix("sandbox/") } == [])
    }

    @Test func `the state and its key are for their owner alone`() async throws {
        let bench = try await applied()
        for name in ["state.db", "state.key"] {
            let path = bench.path("quickstart/.mooring/\(name)")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test func `without its state a workspace is adopted, and nothing is written to the nodes`() async throws {
        let bench = try await applied()
        for name in try bench.files(below: "quickstart/.mooring").keys where name.hasPrefix("state.") {
            try FileManager.default.removeItem(atPath: bench.path("quickstart/.mooring/\(name)"))
        }
        let plan = try await bench.run("plan", "--detailed-exitcode", in: "quickstart")
        #expect(plan.status == 0, "\(plan.errors)")
        let apply = try await bench.run("apply", "--auto-approve", "-v", in: "quickstart")
        #expect(apply.status == 0, "\(apply.errors)")
        #expect(writes(apply) == [])
        let again = try await bench.run("plan", in: "quickstart")
        assertSnapshot(bench.transcript(plan) + bench.transcript(again), "state-lost.txt")
    }

    @Test func `a damaged state is told and left as it is`() async throws {
        let bench = try await applied()
        let path = "quickstart/.mooring/state.db"
        for name in try bench.files(below: "quickstart/.mooring").keys where name.hasPrefix("state.db-") {
            try FileManager.default.removeItem(atPath: bench.path("quickstart/.mooring/\(name)"))
        }
        let whole = try Data(contentsOf: bench.folder.appending(path: path))
        let half = whole.prefix(whole.count / 2)
        try bench.write(path, Data(half))
        var text = ""
        for arguments in [["plan"], ["apply", "--auto-approve"]] {
            let outcome = try await bench.start(arguments, in: "quickstart").end()
            #expect(outcome.status == 1)
            text += bench.transcript(outcome)
        }
        #expect(try Data(contentsOf: bench.folder.appending(path: path)) == half)
        assertSnapshot(text, "state-damaged.txt")
        try FileManager.default.moveItem(atPath: bench.path(path), toPath: bench.path("away.db"))
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
    }

    @Test func `a damaged key is told and left as it is`() async throws {
        let bench = try await applied()
        try bench.write("quickstart/.mooring/state.key", "not a key\n")
        let plan = try await bench.run("plan", in: "quickstart")
        #expect(plan.status == 1)
        #expect(plan.errors.contains("[state-key-damaged]"), "\(plan.errors)")
        #expect(try bench.read("quickstart/.mooring/state.key") == "not a key\n")
    }

    @Test func `another key is told, and secrets are recorded again`() async throws {
        let bench = try await applied()
        try bench.write("quickstart/.mooring/state.key", String(repeating: "5a", count: 32) + "\n")
        let plan = try await bench.run("plan", "--detailed-exitcode", in: "quickstart")
        #expect(plan.status == 0, "\(plan.output)")
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
        let again = try await bench.run("plan", in: "quickstart")
        #expect(!again.errors.contains("warning"), "\(again.errors)")
    }

    /// Holds the first answer of a path back, for longer than a busy machine needs for the other commands of a test.
    private func hold(_ path: String, _ bench: Workbench) throws {
        try bench.replace(
            "manifests: [services, infra]", "manifests: [services, infra]\n  limits: {requestTimeout: 2m}",
            in: "quickstart/mooring.yaml")
        try bench.write(
            "quickstart/.mooring/sandbox/faults.json",
            #"{"rules": [{"match": {"method": "POST", "path": "\#(path)"}, "latency": 20000, "times": 1}]}"#)
    }

    @Test func `of two applies one works, and the other ends or waits`() async throws {
        let bench = try await bench()
        try hold("*/actions/update", bench)
        let server = try await bench.serve("quickstart/.mooring/sandbox")
        let first = try bench.start(["apply", "--auto-approve"], in: "quickstart")
        try await first.wait { $0.errors.contains("starting the update") }
        let status = try await bench.run("lock", "status", in: "quickstart")
        let second = try await bench.run("apply", "--auto-approve", in: "quickstart")
        let third = try bench.start(["apply", "--auto-approve", "--lock-timeout", "1m"], in: "quickstart")
        try await third.wait { $0.errors.contains("Waiting for the lock: ") }
        // The lock of a process that is gone holds nobody up.
        first.signal(SIGKILL)
        let waited = try await third.end()
        #expect(waited.status == 0, "\(waited.output)\(waited.errors)")
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 0)
        let free = try await bench.run("lock", "status", in: "quickstart")
        assertSnapshot(
            [status, second, free].map { bench.transcript($0) }.joined()
                .replacing(/for \d+ s/, with: "for TIME").replacing(/process( +)\d+/, with: { "process\($0.1)ID" })
                .replacing(/INSTANT \([^)]*\)/, with: "INSTANT"), "locked.txt")
        server.signal(SIGTERM)
        _ = try await server.end()
    }

    @Test func `a lock can be taken away, and its run then writes nothing more`() async throws {
        let bench = try await bench()
        try hold("*/api-deployer/infras", bench)
        let server = try await bench.serve("quickstart/.mooring/sandbox")
        let apply = try bench.start(["apply", "--auto-approve"], in: "quickstart")
        try await apply.wait { $0.errors.contains("creating the infrastructure") }
        let refused = try await bench.run("lock", "release", in: "quickstart")
        #expect(refused.status == 7)
        let released = try await bench.run("lock", "release", "--auto-approve", "--json", in: "quickstart")
        #expect(released.status == 0)
        let document = try JSONSerialization.jsonObject(with: Data(released.output.utf8)) as? [String: Any]
        let holder = document?["released"] as? [String: Any]
        #expect(holder?["owner"] as? String == Workbench.person)
        #expect(holder?["command"] as? String == "mooring apply -e local")
        let outcome = try await apply.end()
        #expect(outcome.status == 8 || outcome.status == 1, "\(outcome.errors)")
        #expect((outcome.output + outcome.errors).contains("no longer holds the lock"), "\(outcome.errors)")
        #expect(!outcome.errors.contains("starting the update"))
        let again = try await bench.run("apply", "--auto-approve", in: "quickstart")
        #expect(again.status == 0, "\(again.errors)")
        server.signal(SIGTERM)
        _ = try await server.end()
        let free = try await bench.run("lock", "release", in: "quickstart")
        #expect(free.output == "'local' is not locked: there is nothing to release.\n")
    }

    @Test func `an apply that was killed is finished by the next one, and nothing is done twice`() async throws {
        let bench = try await bench()
        try bench.write(
            "quickstart/.mooring/sandbox/faults.json",
            #"{"rules": [{"match": {"method": "POST", "path": "*/packages/v1"}, "hang": 1}]}"#)
        let apply = try bench.start(["apply", "--auto-approve"], in: "quickstart")
        try await apply.wait { $0.errors.contains("making the package") }
        apply.signal(SIGKILL)
        #expect(try await apply.end().status == 128 + SIGKILL)
        try FileManager.default.removeItem(atPath: bench.path("quickstart/.mooring/sandbox/faults.json"))
        // The lock of a process that is gone holds nobody up.
        let again = try await bench.run("apply", "--auto-approve", in: "quickstart")
        #expect(again.status == 0, "\(again.output)\(again.errors)")
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 0)
        #expect(try await bench.run("drift", in: "quickstart").status == 0)
    }
}
