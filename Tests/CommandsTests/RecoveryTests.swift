import Foundation
import Testing

@Suite struct RecoveryTests {
    @Test func `after a kill between save and update the plan says roll out`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try await bench.run("apply", "--auto-approve", in: "quickstart")
        try bench.replace("version: v1", "version: v2", in: "quickstart/services/churn.yaml")
        let faults = "quickstart/.mooring/sandbox/faults.json"
        try bench.write(faults, #"{"rules": [{"match": {"method": "POST", "path": "*/actions/update"}, "hang": 1}]}"#)
        let apply = try bench.start(["apply", "--auto-approve"], in: "quickstart")
        try await apply.wait { $0.errors.contains("starting the update") }
        apply.signal(SIGKILL)
        #expect(try await apply.end().status == 128 + SIGKILL)
        try FileManager.default.removeItem(atPath: bench.path(faults))

        let plan = try await bench.run("plan", "--detailed-exitcode", in: "quickstart")
        #expect(plan.status == 2)
        #expect(plan.output.contains("> Deployment/churn-on-local v2 will be rolled out again"), "\(plan.output)")
        #expect(try await bench.run("apply", "--auto-approve", in: "quickstart").status == 0)
        #expect(try await bench.run("plan", "--detailed-exitcode", in: "quickstart").status == 0)
    }

    @Test func `a second signal ends an apply at once`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try bench.write(
            "quickstart/.mooring/sandbox/faults.json", #"{"rules": [{"match": {"method": "POST"}, "hang": 1}]}"#)
        let apply = try bench.start(["apply", "--auto-approve"], in: "quickstart")
        try await apply.wait { $0.errors.contains("creating the service") }
        apply.signal(SIGINT)
        try await apply.wait { $0.errors.contains("Stopping: ") }
        apply.signal(SIGINT)
        #expect(try await apply.end().status == 130)
    }

    @Test func `a result that cannot be written is a failure, a reader that left is none`() async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        let program = Workbench.products.appending(path: "mooring").path
        for (target, status) in [("> /dev/full", Int32(1)), ("| true", 0)] {
            let shell = try RunningProgram(
                "/bin/bash", ["-c", "set -o pipefail; \(program) validate \(target)"],
                folder: bench.folder.appending(path: "quickstart"), environment: ["PATH": "/usr/bin:/bin"],
                scratch: bench.folder)
            #expect(try await shell.end().status == status)
        }
    }

    /// Files of a `.git`, and the commit that they stand for.
    static let repositories: [[String: String]] = [
        [".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": "\(commit)\n"],
        [
            ".git/HEAD": "ref: refs/heads/main\n",
            ".git/packed-refs": "# pack-refs with: peeled fully-peeled sorted\n\(commit) refs/heads/main\n",
        ],
        [".git/HEAD": "\(commit)\n"],
        [
            ".git": "gitdir: store/worktrees/here\n", "store/worktrees/here/HEAD": "ref: refs/heads/side\n",
            "store/worktrees/here/commondir": "../..\n", "store/refs/heads/side": "\(commit)\n",
        ],
    ]
    static let commit = "0123456789abcdef0123456789abcdef01234567"

    @Test(arguments: repositories.indices)
    func `a saved plan knows its commit`(index: Int) async throws {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        for (name, text) in RecoveryTests.repositories[index] { try bench.write(name, text) }
        let plan = try await bench.run("plan", "--json", in: "quickstart")
        let document = try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any]
        #expect(document?["commit"] as? String == RecoveryTests.commit)
    }
}
