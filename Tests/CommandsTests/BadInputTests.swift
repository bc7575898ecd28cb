import Foundation
import TestSupport
import Testing

/// What users get wrong, and what goes wrong around them: each has one clear error and writes nothing.
@Suite struct BadInputTests {
    private static let workspace = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: bad}
        spec:
          manifests: [manifests]
          environments:
            local: {sandbox: .mooring/sandbox}

        """

    private static let infra = """
        apiVersion: mooring/v1
        kind: Infra
        metadata: {name: local}
        spec: {type: STATIC, stage: Development}

        """

    private func bench(_ manifest: Data) throws -> Workbench {
        let bench = try Workbench()
        try bench.write("mooring.yaml", BadInputTests.workspace)
        try bench.write("manifests/bad.yaml", manifest)
        return bench
    }

    @Test func `a workspace that is not there is told`() async throws {
        let bench = try Workbench()
        try bench.write("file", "")
        try FileManager.default.createDirectory(atPath: bench.path("empty"), withIntermediateDirectories: true)
        var text = ""
        for arguments in [["-C", "nowhere"], ["-C", "empty"], ["-C", "file"]] {
            text += bench.transcript(try await bench.start(["plan"] + arguments).end())
        }
        assertSnapshot(text, "bad-workspace.txt")
    }

    /// Name, and the bytes of the manifest.
    private static let manifests: [(name: String, bytes: Data)] = [
        ("not-utf8", Data([0x61, 0x3A, 0x20, 0xFF, 0xFE, 0x0A])),
        ("tab", Data("apiVersion: mooring/v1\nkind: Infra\n\tmetadata: {name: x}\n".utf8)),
        ("nesting", Data((String(repeating: "[", count: 10_000) + "\n").utf8)),
        ("aliases", Data(BadInputTests.bomb.utf8)),
        (
            "outside",
            Data(
                """
                apiVersion: mooring/v1
                kind: Endpoint
                metadata: {project: P, service: s, name: e}
                spec: {type: PY_FUNCTION, code: {file: ../../../etc/passwd}}

                """.utf8)
        ),
        (
            "unknown-field",
            Data(
                """
                apiVersion: mooring/v1
                kind: Infra
                metadata: {name: local}
                spec: {type: STATIC, stge: Development}

                """.utf8)
        ),
        ("unknown-kind", Data("apiVersion: mooring/v1\nkind: Infar\nmetadata: {name: x}\n".utf8)),
    ]

    /// Ten levels of ten aliases each: ten thousand million values, if they were expanded.
    private static let bomb =
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + (1...9).map { level in
            "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }.joined()

    @Test(arguments: manifests.indices)
    func `a manifest that cannot be read is told with its place`(index: Int) async throws {
        let (name, bytes) = BadInputTests.manifests[index]
        let bench = try bench(bytes)
        let outcome = try await bench.run("plan")
        #expect(outcome.status == 1)
        assertSnapshot(bench.transcript(outcome), "bad-\(name).txt")
    }

    @Test func `a manifest of 100 MB is refused without being read`() async throws {
        let bench = try bench(Data())
        let file = try FileHandle(forWritingTo: bench.folder.appending(path: "manifests/bad.yaml"))
        try file.truncate(atOffset: 100 << 20)
        try file.close()
        let outcome = try await bench.run("plan")
        #expect(outcome.status == 1)
        assertSnapshot(bench.transcript(outcome), "bad-large.txt")
    }

    @Test func `an unreadable manifest is told`() async throws {
        let bench = try Workbench()
        try bench.write("mooring.yaml", BadInputTests.workspace)
        try FileManager.default.createDirectory(atPath: bench.path("manifests"), withIntermediateDirectories: true)
        // A link to itself cannot be read by anybody, root included.
        try FileManager.default.createSymbolicLink(
            atPath: bench.path("manifests/loop.yaml"), withDestinationPath: "loop.yaml")
        try bench.write("mooring.yaml", BadInputTests.workspace.replacing("[manifests]", with: "[manifests/loop.yaml]"))
        let outcome = try await bench.run("plan")
        #expect(outcome.status == 1)
        assertSnapshot(bench.transcript(outcome), "bad-unreadable.txt")
    }

    /// Name, what the sandbox does wrong, and the codes that the user may be told.
    private static let faults: [(name: String, plan: String)] = [
        ("forbidden", #"{"errorRate": 1, "status": 403}"#),
        ("html", #"{"html": 1}"#),
        ("truncated", #"{"truncate": 1}"#),
        ("overloaded", #"{"errorRate": 1, "status": 500}"#),
    ]

    @Test(arguments: faults.indices)
    func `a node that answers badly is told, and nothing is written`(index: Int) async throws {
        let (name, plan) = BadInputTests.faults[index]
        let bench = try bench(Data(BadInputTests.infra.utf8))
        try bench.write(".mooring/sandbox/faults.json", plan)
        let outcome = try await bench.run("apply", "--auto-approve", "-v")
        #expect(outcome.status == 1)
        let requests = outcome.errors.split(separator: "\n").filter { $0.contains(" /dip/publicapi/") }
        #expect(requests.filter { $0.hasPrefix("P") || $0.hasPrefix("D") } == [])
        let told = Workbench.Outcome(
            status: outcome.status, output: outcome.output,
            errors: outcome.errors.split(separator: "\n").filter { !$0.hasPrefix("GET ") }.map { $0 + "\n" }.joined(),
            arguments: outcome.arguments)
        assertSnapshot(bench.transcript(told), "node-\(name).txt")
    }

    private func server(_ reply: LoopbackServer.Reply) throws -> LoopbackServer {
        try LoopbackServer { _ in reply }
    }

    private func plan(against url: String) async throws -> String {
        let bench = try Workbench(["KEY": "a-key-that-stays-secret"])
        let connection = "{designer: {url: \"\(url)\", apiKey: {env: KEY}}, limits: {requestTimeout: 300ms}}"
        try bench.write(
            "mooring.yaml", BadInputTests.workspace.replacing("{sandbox: .mooring/sandbox}", with: connection))
        try bench.write("manifests/infra.yaml", BadInputTests.infra)
        let outcome = try await bench.run("plan")
        #expect(outcome.status == 1)
        #expect(!(outcome.output + outcome.errors).contains("a-key-that-stays-secret"))
        return bench.transcript(outcome)
    }

    @Test func `a node that cannot be reached is told`() async throws {
        // Taken and given back: nobody listens there now.
        let port = try server(.close).port
        assertSnapshot(try await plan(against: "http://127.0.0.1:\(port)"), "node-unreachable.txt")
    }

    @Test(arguments: [
        (
            "wrong-key",
            LoopbackServer.Reply.text(#"{"errorType": "x.Unauthorized", "message": "Invalid API key"}"#, status: 401)
        ),
        ("hung", .hang),
        ("redirect", .text("", status: 302, headers: [("Location", "https://login.example.com/")])),
        ("closed", .close),
    ])
    func `a server that is no DSS is told`(name: String, reply: LoopbackServer.Reply) async throws {
        let server = try server(reply)
        assertSnapshot(try await plan(against: "http://127.0.0.1:\(server.port)"), "node-\(name).txt")
    }

    @Test func `a body that never ends is told`() async throws {
        let server = try server(
            .endless("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: identity\r\n\r\n"))
        let text = try await plan(against: "http://127.0.0.1:\(server.port)")
        #expect(text.contains("[http-timeout]") || text.contains("[http-body-too-large]"), "\(text)")
    }

    @Test func `a connection that trusts anybody is told each run`() async throws {
        let bench = try Workbench(["KEY": "a-key-that-stays-secret"])
        let port = try server(.close).port
        let connection = "{designer: {url: \"https://127.0.0.1:\(port)\", apiKey: {env: KEY}, verifyTLS: false}}"
        try bench.write(
            "mooring.yaml", BadInputTests.workspace.replacing("{sandbox: .mooring/sandbox}", with: connection))
        try bench.write("manifests/infra.yaml", BadInputTests.infra)
        let outcome = try await bench.run("plan", "--json")
        #expect(outcome.status == 1)
        #expect(try diagnosticCodes(outcome.output) == ["tls-not-verified", "http-unreachable"])
        #expect(outcome.errors.hasPrefix("warning: certificates are not checked"))
    }

    @Test func `a secret that is not set is told before anything is sent`() async throws {
        let bench = try Workbench()
        let connection = "{designer: {url: \"https://dss.example.com\", apiKey: {env: NOT_SET}}}"
        try bench.write(
            "mooring.yaml", BadInputTests.workspace.replacing("{sandbox: .mooring/sandbox}", with: connection))
        try bench.write("manifests/infra.yaml", BadInputTests.infra)
        assertSnapshot(bench.transcript(try await bench.run("plan", "-v")), "bad-secret.txt")
    }
}
