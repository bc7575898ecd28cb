import Foundation
import TestSupport
import Testing

/// `mooring plan --base`, in a repository of the quick start.
@Suite(.timeLimit(.minutes(10))) struct BranchPlanTests {
    /// Runs git in the folder `repo`, as somebody whose own settings do not count.
    static func git(_ bench: Workbench, _ arguments: String...) async throws {
        let outcome = try await RunningProgram(
            "/usr/bin/env", ["git"] + arguments, folder: bench.folder.appending(path: "repo"),
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": bench.folder.path,
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com",
                "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com",
                "GIT_AUTHOR_DATE": "2026-11-22T09:00:00Z", "GIT_COMMITTER_DATE": "2026-11-22T09:00:00Z",
            ], scratch: bench.folder
        ).end()
        try #require(outcome.status == 0, "git \(arguments): \(outcome.errors)")
    }

    /// A release that is live, what was merged since and waits, and a branch with a change of its own.
    private func branch() async throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        try bench.write("repo/.gitignore", ".mooring/\n")
        try FileManager.default.moveItem(atPath: bench.path("quickstart"), toPath: bench.path("repo/apis"))
        try await Self.git(bench, "init", "-q", "-b", "main")
        try await commit(bench, "First release")
        try #require(try await bench.run("apply", "--auto-approve", in: "repo/apis").status == 0)
        try bench.replace("stage: Development", "stage: Test", in: "repo/apis/infra/local.yaml")
        try await commit(bench, "Move to Test")
        try await Self.git(bench, "switch", "-q", "-c", "less")
        try bench.replace("min(0.3", "min(0.2", in: "repo/apis/code/discount.py")
        try bench.replace("version: v1", "version: v2", in: "repo/apis/services/churn.yaml")
        try await commit(bench, "Offer less")
        return bench
    }

    private func commit(_ bench: Workbench, _ message: String) async throws {
        try await Self.git(bench, "add", "-A")
        try await Self.git(bench, "commit", "-q", "-m", message)
    }

    private struct Document: Decodable {
        struct Branch: Decodable {
            struct Change: Decodable {
                struct Author: Decodable { let subject: String }
                let share: String
                let author: Author?
                let uncommitted: Bool?
            }

            let name: String
            let changes: [String: Change]
        }

        let digest: String
        let branch: Branch?
        let uncommitted: Bool?
    }

    private func document(_ outcome: Workbench.Outcome) throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    }

    @Test func `what a branch changes is told apart from what waits, and who wrote it`() async throws {
        let bench = try await branch()
        let plan = try await bench.run("plan", "--base", "main", "--detailed-exitcode", in: "repo/apis")
        #expect(plan.status == 2, "\(plan.errors)")
        #expect(plan.output.contains("This branch: 1 to create, "), "\(plan.output)")
        #expect(plan.output.contains("Already pending: 1 to update."), "\(plan.output)")
        #expect(plan.output.contains("by Ann in"), "\(plan.output)")

        let whole = try document(try await bench.run("plan", "--json", in: "repo/apis"))
        let told = try document(try await bench.run("plan", "--base", "main", "--json", in: "repo/apis"))
        #expect(told.digest == whole.digest)
        #expect(told.uncommitted == nil)
        let changes = try #require(told.branch?.changes)
        #expect(changes["Infra/local"]?.share == "pending")
        #expect(changes["Infra/local"]?.author?.subject == "Move to Test")
        #expect(changes["Endpoint/CHURN/churn/discount"]?.share == "branch")
        #expect(changes["Package/CHURN/churn"]?.author?.subject == "Offer less")

        let markdown = try await bench.run("plan", "--base", "main", "--format", "markdown", in: "repo/apis")
        #expect(markdown.output.contains("Already pending, whatever this branch changes: 1"), "\(markdown.output)")
    }

    @Test func `a branch that changes nothing exits with 0, whatever waits`() async throws {
        let bench = try await branch()
        try await Self.git(bench, "switch", "-q", "main")
        let plain = try await bench.run("plan", "--detailed-exitcode", in: "repo/apis")
        #expect(plain.status == 2)
        let plan = try await bench.run("plan", "--base", "main", "--detailed-exitcode", in: "repo/apis")
        #expect(plan.status == 0)
        #expect(plan.output.contains("This branch: nothing. Already pending: 1 to update."), "\(plan.output)")

        try bench.replace("stage: Test", "stage: Production", in: "repo/apis/infra/local.yaml")
        let dirty = try await bench.run("plan", "--base", "main", "--detailed-exitcode", "--json", in: "repo/apis")
        #expect(dirty.status == 2)
        let document = try document(dirty)
        #expect(document.uncommitted == true)
        #expect(document.branch?.changes["Infra/local"]?.share == "branch")
        #expect(document.branch?.changes["Infra/local"]?.uncommitted == true)
        let saved = try await bench.run("plan", "-o", "../../saved.plan", in: "repo/apis")
        #expect(saved.output.contains("and what is not committed"), "\(saved.output)")
    }

    @Test func `a base that has errors, or no such workspace, counts for nothing, and says so`() async throws {
        let bench = try await branch()
        try await Self.git(bench, "switch", "-q", "main")
        try bench.write("repo/apis/infra/broken.yaml", "kind: [")
        try await commit(bench, "Break it")
        try await Self.git(bench, "switch", "-q", "-c", "mend")
        try FileManager.default.removeItem(atPath: bench.path("repo/apis/infra/broken.yaml"))
        let plan = try await bench.run("plan", "--base", "main", in: "repo/apis")
        #expect(plan.status == 0)
        #expect(plan.errors.contains("[base-not-valid]"), "\(plan.errors)")
        #expect(plan.output.contains("This branch: 1 to update."), "\(plan.output)")

        try await Self.git(bench, "checkout", "-q", "--orphan", "other")
        try await commit(bench, "Begin anew")
        let apart = try await bench.run("plan", "--base", "main", in: "repo/apis")
        #expect(apart.status == 1 && apart.errors.contains("[no-common-history]"), "\(apart.errors)")
        let nothing = try await bench.run("plan", "--base", "nowhere", in: "repo/apis")
        #expect(nothing.status == 1 && nothing.errors.contains("there is no commit 'nowhere'"), "\(nothing.errors)")
        let nearly = try await bench.run("plan", "--base", "mian", in: "repo/apis")
        #expect(nearly.status == 1 && nearly.errors.contains("Did you mean 'main'?"), "\(nearly.errors)")
        try bench.copyExample("quickstart")
        let outside = try await bench.run("plan", "--base", "main", in: "quickstart")
        #expect(outside.status == 1 && outside.errors.contains("[no-repository]"), "\(outside.errors)")
    }
}
