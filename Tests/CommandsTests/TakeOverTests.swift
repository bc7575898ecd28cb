import Foundation
import TestSupport
import Testing

/// A node that was never Mooring's, and its way to be.
@Suite struct TakeOverTests {
    private static let workspace = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: taken}
        spec:
          environments:
            local: {sandbox: .mooring/sandbox}

        """

    /// A workspace without manifests, on a sandbox that holds what the quick start makes.
    private func bench() async throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let apply = try await bench.run("apply", "--auto-approve", in: "quickstart")
        try #require(apply.status == 0, "\(apply.output)\(apply.errors)")
        try FileManager.default.createDirectory(atPath: bench.path("taken/.mooring"), withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            atPath: bench.path("quickstart/.mooring/sandbox"), toPath: bench.path("taken/.mooring/sandbox"))
        try bench.write("taken/mooring.yaml", TakeOverTests.workspace)
        return bench
    }

    @Test func `a node is imported, its plan is empty, and it is adopted and owned`() async throws {
        let bench = try await bench()
        let before = try bench.files(below: "taken/.mooring/sandbox")
        var text = bench.transcript(try await bench.run("import", in: "taken"))
        text += bench.transcript(try await bench.run("import", in: "taken"))
        text += bench.transcript(try await bench.run("plan", "--detailed-exitcode", in: "taken"))
        text += bench.transcript(try await bench.run("adopt", in: "taken"))
        text += bench.transcript(try await bench.run("adopt", "Infra/*", "--auto-approve", in: "taken"))
        text += bench.transcript(try await bench.run("adopt", "--own", "--auto-approve", in: "taken"))
        text += bench.transcript(try await bench.run("adopt", "--own", "--auto-approve", in: "taken"))
        text += bench.transcript(try await bench.run("adopt", "Deployment/nothing", "--auto-approve", in: "taken"))
        assertSnapshot(text, "take-over.txt")
        let after = try bench.files(below: "taken/.mooring/sandbox")
        for (name, bytes) in before where name != "lock" { #expect(after[name] == bytes, "\(name)") }
        for (name, bytes) in try bench.files(below: "taken") where !name.hasPrefix(".mooring/sandbox") {
            #expect(bytes.range(of: Data("the-key-of-the-tests".utf8)) == nil, "\(name)")
        }
    }

    @Test func `what was imported elsewhere overwrites nothing`() async throws {
        let bench = try await bench()
        let all = try await bench.run("import", "--out", "live", "--json", in: "taken")
        #expect(all.status == 0, "\(all.errors)")
        let document = try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [String: Any]
        let files = (document?["files"] as? [[String: Any]])?.compactMap { $0["path"] as? String } ?? []
        #expect(files.count >= 2)
        try FileManager.default.moveItem(atPath: bench.path("taken/live"), toPath: bench.path("live"))
        let first = try #require(files.first)
        try bench.write("taken/live/\(first)", "# mine\n")
        let refused = try await bench.run("import", "--out", "live", in: "taken")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("[file-exists]"), "\(refused.errors)")
        #expect(try bench.files(below: "taken/live").count == 1)
        let one = try await bench.run("import", "Infra/*", "--out", "infra", in: "taken")
        #expect(one.status == 0, "\(one.errors)")
        #expect(try bench.files(below: "taken/infra").count == 1)
    }
}
