import Foundation
import Testing

@Suite struct ExampleTests {
    /// Plans, applies, and insists that nothing is left to do.
    private func settle(_ bench: Workbench, _ folder: String, _ environment: String) async throws {
        let first = try await bench.run("plan", "-e", environment, "--detailed-exitcode", in: folder)
        #expect(first.status == 2, "\(first.errors)")
        let apply = try await bench.run("apply", "-e", environment, "--auto-approve", in: folder)
        #expect(apply.status == 0, "\(apply.output)\(apply.errors)")
        let second = try await bench.run("plan", "-e", environment, "--detailed-exitcode", in: folder)
        #expect(second.status == 0, "\(second.output)\(second.errors)")
        let again = try await bench.run("apply", "-e", environment, "--auto-approve", in: folder)
        #expect(again.status == 0 && again.output.hasPrefix("No changes."), "\(again.output)\(again.errors)")
    }

    @Test func `the environments are released one after another, each by one changed line`() async throws {
        let bench = try Workbench(["CHURN_QUERY_KEY": "a-query-key"])
        try bench.copyExample("environments")
        #expect(try await bench.run("validate", in: "environments").status == 0)
        for environment in ["dev", "uat", "prod"] { try await settle(bench, "environments", environment) }

        try bench.replace("0.3", "0.2", in: "environments/services/discount.py")
        try bench.replace("version: v1", "version: v2", in: "environments/services/churn.yaml")
        try await settle(bench, "environments", "dev")
        for environment in ["uat", "prod"] {
            let before = try await bench.run("plan", "-e", environment, "--detailed-exitcode", in: "environments")
            #expect(before.status == 0, "\(before.output)")
            try bench.replace("version: v1", "version: v2", in: "environments/overlays/\(environment)/churn.yaml")
            try await settle(bench, "environments", environment)
            let status = try await bench.run("status", "Deployment/*", "-e", environment, in: "environments")
            #expect(status.output.contains("v2"), "\(status.output)")
        }
    }

    @Test func `an unset secret stops an apply before its first write`() async throws {
        let bench = try Workbench()
        try bench.copyExample("environments")
        let plan = try await bench.run("plan", "-e", "dev", in: "environments")
        #expect(plan.status == 0)
        #expect(plan.output.contains("(secret, unavailable)"))
        let apply = try await bench.run("apply", "-e", "dev", "--auto-approve", in: "environments")
        #expect(apply.status == 1)
        #expect(apply.errors.contains("[secret-unavailable]"))
        let status = try await bench.run("status", "-e", "dev", in: "environments")
        #expect(!status.output.contains("Synced  Healthy"), "\(status.output)")
    }

    @Test func `the manifests of the examples point editors to their schema`() throws {
        let folder = Workbench.top.appending(path: "examples")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let manifests = names.filter { $0.hasSuffix(".yaml") && !$0.contains(".mooring/") }
        #expect(manifests.count >= 10)
        for name in manifests {
            let file = folder.appending(path: name)
            let line = try #require(try String(contentsOf: file, encoding: .utf8).split(separator: "\n").first)
            let hint = "# yaml-language-server: $schema="
            #expect(line.hasPrefix(hint), "\(name)")
            let schema = file.deletingLastPathComponent().appending(path: line.dropFirst(hint.count))
                .standardizedFileURL
            #expect(FileManager.default.fileExists(atPath: schema.path), "\(name)")
        }
    }

    @Test func `a fleet is the same bytes each time, and settles`() async throws {
        let bench = try Workbench()
        let script = Workbench.top.appending(path: "examples/fleet/generate.py").path
        for folder in ["fleet", "again"] {
            let outcome = try await RunningProgram(
                "/usr/bin/env", ["python3", script, "6", "2", folder], folder: bench.folder,
                environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
                scratch: bench.folder
            ).end()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        for file in ["mooring.yaml", "services/service-0006.yaml", "stages/stage-2.yaml"] {
            #expect(try bench.read("fleet/\(file)") == bench.read("again/\(file)"))
        }
        try await settle(bench, "fleet", "local")
    }
}
