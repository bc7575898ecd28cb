import Foundation
import Testing

/// What becomes of commits that somebody pushes to a repository that the daemon follows.
@Suite(.serialized) struct WatchStoryTests {
    @Test(.timeLimit(.minutes(10)))
    func `a push is applied, a bad one is held while the old version serves, a good one follows, also after a restart`()
        async throws
    {
        let bench = try await WatchBench()
        let first = try await bench.push("First release")
        var daemon = try await bench.daemon()
        try await daemon.live(first)
        #expect(try await bench.serving() == "v1")

        try bench.release("v2", breaks: true)
        let bad = try await bench.push("A release that does not start")
        let held = try await daemon.held(bad)
        #expect(held.rolledBack, "\(held)")
        #expect(try await bench.serving() == "v1")

        // What is held is known after a restart, and is not tried again.
        let end = try await daemon.stop()
        #expect(end.status == 0, "\(end.errors)")
        #expect(!end.errors.contains(WatchBench.key) && !end.errors.contains(WatchBench.token))
        let before = try await bench.writes().count
        daemon = try await bench.daemon()
        try await daemon.held(bad)
        #expect(try await bench.writes().count == before)

        try bench.release("v3")
        let good = try await bench.push("A better release")
        try await daemon.live(good)
        #expect(try await bench.serving() == "v3")
        #expect(try await bench.deletions() == [])
        #expect(try await daemon.stop().status == 0)
    }

    @Test(.timeLimit(.minutes(10))) func `nothing is written while somebody suspended it`() async throws {
        let bench = try await WatchBench()
        let first = try await bench.push()
        let daemon = try await bench.daemon()
        try await daemon.live(first)
        let suspended = try await daemon.act("suspend", "churn/prod", "--reason", "a demonstration", "--until", "4h")
        #expect(suspended.status == 0, "\(suspended.errors)")
        try bench.release("v2")
        let second = try await bench.push()
        try await daemon.wait("the second commit was seen and planned") {
            $0.repository.head == second && $0.environment.suspended && $0.environment.pending != nil
        }
        #expect(try await daemon.state().environment.revision == first)
        let text = try await bench.bench.run("watch", "status", "churn", "--url", daemon.url).output
        #expect(text.contains("a demonstration"), "\(text)")
        let plan = try await daemon.act("plan", "churn/prod").output
        #expect(plan.hasSuffix("To go on: mooring watch resume churn/prod --url \(daemon.url)\n"), "\(plan)")
        #expect(try await daemon.act("resume", "churn/prod").status == 0)
        try await daemon.live(second)
        let again = try await daemon.act("resume", "churn/prod")
        #expect(again.status == 7, "\(again.errors)")
    }

    @Test(.timeLimit(.minutes(10))) func `a plan is applied once its digest is approved, and no other`() async throws {
        let bench = try await WatchBench(environment: "apply: approve")
        let first = try await bench.push()
        let daemon = try await bench.daemon()
        let waiting = try await daemon.wait("a plan waits") { $0.environment.pending?.needsApproval == true }
        let digest = try #require(waiting.environment.pending?.digest)
        #expect(try await bench.writes() == [])
        let wrong = try await daemon.act("approve", "churn/prod", "sha256:" + String(repeating: "0", count: 64))
        #expect(wrong.status == 7, "\(wrong.errors)")
        let right = try await daemon.act("approve", "churn/prod", digest)
        #expect(right.status == 0, "\(right.errors)")
        try await daemon.live(first)
        // A token that nobody has, and none at all.
        let stranger = try await bench.bench.start(
            ["watch", "sync", "churn/prod", "--url", daemon.url], variables: ["MOORING_WATCH_TOKEN": "guessed"]
        ).end()
        #expect(stranger.status == 7, "\(stranger.errors)")
        let nobody = try await bench.bench.start(
            ["watch", "sync", "churn/prod", "--url", daemon.url], variables: ["MOORING_WATCH_TOKEN": ""]
        ).end()
        #expect(nobody.status == 1 && nobody.errors.contains("MOORING_WATCH_TOKEN"), "\(nobody.errors)")
    }

    @Test(.timeLimit(.minutes(10)))
    func `a history that was rewritten is refused, a branch or a repository that is away deletes nothing`() async throws
    {
        let bench = try await WatchBench()
        let first = try await bench.push()
        let daemon = try await bench.daemon()
        try await daemon.live(first)

        try await bench.git("-C", "work", "checkout", "-q", "--orphan", "other")
        try bench.release("v9")
        try await bench.push("Another history", "--force")
        let refused = try await daemon.wait("the rewritten history is told") { $0.repository.problem != nil }
        #expect(refused.environment.revision == first)
        #expect(try await bench.serving() == "v1")

        try await bench.git("-C", "work", "checkout", "-q", "main")
        try await bench.push("Back on the old one", "--force")
        try await daemon.live(try await bench.head())

        try await bench.git("--git-dir", "origin.git", "update-ref", "-d", "refs/heads/main")
        try await daemon.wait("the branch that is gone is told") { $0.repository.problem != nil }
        try await bench.git("-C", "work", "push", "-q", "origin", "HEAD:main")
        try await daemon.wait("the branch is back") { $0.repository.problem == nil }

        let (here, away) = (bench.bench.path("origin.git"), bench.bench.path("elsewhere.git"))
        try FileManager.default.moveItem(atPath: here, toPath: away)
        try await daemon.wait("the repository that is away is told") { $0.repository.problem != nil }
        try FileManager.default.moveItem(atPath: away, toPath: here)
        try bench.release("v2")
        try await daemon.live(try await bench.push("After the holiday"))
        #expect(try await bench.deletions() == [])
    }

    @Test(.timeLimit(.minutes(10))) func `a commit that nobody signed is held where each must be signed`() async throws
    {
        let bench = try await WatchBench(repository: "verify: {mode: strict, allowedSigners: signers}")
        let keys = bench.bench.path("id")
        try await bench.tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ann@example.com", "-f", keys)
        let key = try bench.bench.read("id.pub").trimmingCharacters(in: .whitespacesAndNewlines)
        try bench.bench.write("signers", "ann@example.com \(key)\n")
        for (name, value) in [("gpg.format", "ssh"), ("user.signingkey", keys)] {
            try await bench.git("-C", "work", "config", name, value)
        }
        try await bench.git("-C", "work", "add", "-A")
        try await bench.git("-C", "work", "commit", "-q", "-S", "-m", "Signed")
        try await bench.git("-C", "work", "push", "-q", "origin", "HEAD:main")
        let signed = try await bench.head()
        let daemon = try await bench.daemon()
        try await daemon.live(signed)
        try bench.release("v2")
        try await bench.push("Not signed")
        let state = try await daemon.wait("the unsigned commit is told") { state in
            state.repository.problem != nil || state.environment.held != nil
        }
        #expect(state.environment.revision == signed)
        #expect(try await bench.serving() == "v1")
    }
}
