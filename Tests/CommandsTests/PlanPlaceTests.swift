import Foundation
import TestSupport
import Testing

/// Where `plan -o` writes, and what it leaves alone.
@Suite struct PlanPlaceTests {
    private func bench() throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        return bench
    }

    private func type(_ path: String) throws -> FileAttributeType? {
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }

    @Test func `a pipe stays one`() async throws {
        let bench = try bench()
        #expect(mkfifo(bench.path("quickstart/pipe"), 0o600) == 0)
        let outcome = try await bench.run("plan", "-o", "pipe", in: "quickstart")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors.hasPrefix("error: the plan cannot be saved: 'pipe' is no regular file [not-overwritten]\n"))
        var status = stat()
        #expect(lstat(bench.path("quickstart/pipe"), &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    @Test(arguments: [
        ("mooring.yaml", "is there already and holds something else than a plan"), ("infra", "is a folder"),
        ("loop", "is a symbolic link that leads nowhere"),
    ])
    func `what is no plan is not overwritten`(name: String, reason: String) async throws {
        let bench = try bench()
        let before = try bench.read("quickstart/mooring.yaml")
        try FileManager.default.createSymbolicLink(
            atPath: bench.path("quickstart/loop"), withDestinationPath: "nowhere")
        let outcome = try await bench.run("plan", "-o", name, in: "quickstart")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("'\(name)' \(reason) [not-overwritten]"), "\(outcome.errors)")
        #expect(try bench.read("quickstart/mooring.yaml") == before)
    }

    @Test func `a plan, an empty file and a link's target are written`() async throws {
        let bench = try bench()
        try bench.write("quickstart/p.plan", "")
        #expect(try await bench.run("plan", "-o", "p.plan", in: "quickstart").status == 0)
        let first = try bench.read("quickstart/p.plan")
        #expect(first.contains("\"kind\": \"Plan\""))
        try bench.replace("stage: Development", "stage: Test", in: "quickstart/infra/local.yaml")
        try FileManager.default.createSymbolicLink(
            atPath: bench.path("quickstart/link"), withDestinationPath: "p.plan")
        #expect(try await bench.run("plan", "-o", "link", in: "quickstart").status == 0)
        #expect(try type(bench.path("quickstart/link")) == .typeSymbolicLink)
        #expect(try bench.read("quickstart/p.plan") != first)
    }
}
