import Foundation
import TestSupport
import Testing

@Suite struct SandboxCommandTests {
    private struct Announcement: Decodable {
        let url: String
        let apiKey: String
        let nodes: [String: String]
    }

    private func serve(_ bench: Workbench, _ arguments: [String]) async throws -> (RunningProgram, Announcement) {
        let server = try bench.start(["sandbox", "--port", "0", "--json"] + arguments)
        try await server.wait { $0.output.hasSuffix("\n") || !$0.errors.isEmpty }
        let announcement = try JSONDecoder().decode(Announcement.self, from: Data(server.output.utf8))
        return (server, announcement)
    }

    @Test func `a server says where it is, and ends when it is told to`() async throws {
        let bench = try Workbench()
        let (server, announcement) = try await serve(bench, [])
        #expect(announcement.url.hasPrefix("http://127.0.0.1:"))
        #expect(announcement.apiKey == "the-key-of-the-tests")
        #expect(announcement.nodes["node-1"] == announcement.url + "/nodes/node-1")
        server.signal(SIGTERM)
        #expect(try await server.end().status == 0)
    }

    @Test func `a workspace reaches the sandbox over HTTP`() async throws {
        let bench = try Workbench(["KEY": "the-key-of-the-tests"])
        try bench.copyExample("quickstart")
        let (server, announcement) = try await serve(bench, [])
        try bench.replace(
            "sandbox: .mooring/sandbox", "designer: {url: \"\(announcement.url)\", apiKey: {env: KEY}}",
            in: "quickstart/mooring.yaml")
        try bench.replace("{file: ../.mooring/sandbox/key}", "{file: ../node.key}", in: "quickstart/infra/local.yaml")
        try bench.write("quickstart/node.key", "the-key-of-the-tests\n")
        let apply = try await bench.run("apply", "--auto-approve", in: "quickstart")
        #expect(apply.status == 0, "\(apply.output)\(apply.errors)")
        let plan = try await bench.run("plan", "--detailed-exitcode", "--stats", "-v", in: "quickstart")
        #expect(plan.status == 0)
        #expect(plan.errors.contains("GET /dip/publicapi/api-deployer/infras 200"))
        #expect(plan.errors.contains("requests: "))
        #expect(!(apply.errors + plan.errors + plan.output).contains("the-key-of-the-tests"))
        server.signal(SIGTERM)
        _ = try await server.end()
    }

    @Test func `the key 'sandbox' of an environment talks to the server that holds the folder`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let (server, _) = try await serve(bench, ["--data", "quickstart/.mooring/sandbox"])
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
        let second = try await bench.run("sandbox", "--port", "0", "--data", "quickstart/.mooring/sandbox")
        #expect(second.status == 6)
        #expect(second.errors.contains("in use by process"))
        server.signal(SIGTERM)
        #expect(try await server.end().status == 0)
        // What was applied through the server is on disk.
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 0)
    }

    @Test func `a key is made once and kept for its owner alone`() async throws {
        let bench = try Workbench(["MOORING_SANDBOX_KEY": ""])
        try bench.copyExample("quickstart")
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
        let path = bench.path("quickstart/.mooring/sandbox/key")
        let key = try bench.read("quickstart/.mooring/sandbox/key")
        #expect(key.count == 33)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 0)
        #expect(try bench.read("quickstart/.mooring/sandbox/key") == key)
    }

    @Test(arguments: [
        ("[1]", "sandbox-seed"), ("{", "bad-seed"),
    ])
    func `a seed that is none is told`(seed: String, code: String) async throws {
        let bench = try Workbench()
        try bench.write("seed.json", seed)
        let outcome = try await bench.run("sandbox", "--port", "0", "--seed", "seed.json")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("[\(code)]"), "\(outcome.errors)")
    }
}
