import Foundation
import Testing

/// What becomes of commits whose trees are no good: each is held with its reason, nothing is written, and a good one follows.
@Suite(.serialized) struct WatchTreeTests {
    /// A commit that cannot be applied, and a word of the reason.
    private struct Flaw: Sendable {
        let name: String
        let reason: String
        let make: @Sendable (WatchBench) async throws -> Void
    }

    private static let flaws = [
        Flaw(name: "invalid YAML", reason: "expected") {
            try $0.bench.write("work/apis/churn.yaml", "kind: [APIService\n")
        },
        Flaw(name: "a symbolic link out of the tree", reason: "link") { bench in
            try FileManager.default.createSymbolicLink(
                atPath: bench.bench.path("work/apis/leak.yaml"), withDestinationPath: "/etc/passwd")
        },
        Flaw(name: "a submodule", reason: "submodule") { bench in
            let id = try await bench.head()
            try await bench.git("-C", "work", "update-index", "--add", "--cacheinfo", "160000,\(id),apis/other")
            try FileManager.default.createDirectory(
                atPath: bench.bench.path("work/apis/other"), withIntermediateDirectories: false)
        },
        Flaw(name: "a manifest that is not fetched", reason: "LFS") {
            try $0.bench.write(
                "work/apis/churn.yaml",
                """
                version https://git-lfs.github.com/spec/v1
                oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
                size 12345

                """)
        },
        Flaw(name: "no mooring.yaml", reason: "mooring.yaml") { bench in
            try FileManager.default.removeItem(atPath: bench.bench.path("work/mooring.yaml"))
        },
        Flaw(name: "an empty tree", reason: "mooring.yaml") { bench in
            try await bench.git("-C", "work", "rm", "-q", "-r", "-f", ".")
        },
    ]

    @Test(.timeLimit(.minutes(15))) func `a tree that is no good is held with its reason, and nothing is deleted`()
        async throws
    {
        let bench = try await WatchBench(environment: "prune: true")
        let first = try await bench.push()
        let daemon = try await bench.daemon()
        try await daemon.live(first)
        let writes = try await bench.writes()
        for flaw in WatchTreeTests.flaws {
            try await flaw.make(bench)
            let bad = try await bench.push(flaw.name)
            let held = try await daemon.held(bad)
            #expect(held.reason.contains(flaw.reason), "\(flaw.name): \(held.reason)")
            #expect(!held.rolledBack)
            // Back to what was good, by hand: the next flaw is alone.
            try await bench.git("-C", "work", "rm", "-q", "-r", "-f", "--cached", "--ignore-unmatch", ".")
            for name in ["apis", "mooring.yaml", "code"] {
                try? FileManager.default.removeItem(atPath: bench.bench.path("work/\(name)"))
            }
            try await bench.git("-C", "work", "checkout", "-q", first, "--", ".")
        }
        #expect(try await bench.writes() == writes)
        #expect(try await bench.serving() == "v1")
        try bench.release("v2")
        try await daemon.live(try await bench.push("Good again"))
        #expect(try await bench.deletions() == [])
    }

    @Test(.timeLimit(.minutes(15))) func `a blob of a gigabyte is held as a manifest, and left alone beside them`()
        async throws
    {
        let bench = try await WatchBench()
        let first = try await bench.push()
        let daemon = try await bench.daemon()
        try await daemon.live(first)
        let blob = try await bench.hugeBlob()

        try await bench.git("-C", "work", "update-index", "--add", "--cacheinfo", "100644,\(blob),apis/huge.yaml")
        let bad = try await bench.commitIndex("A manifest of a gigabyte")
        let held = try await daemon.held(bad)
        #expect(held.reason.contains("huge.yaml"), "\(held.reason)")

        try await bench.git("-C", "work", "update-index", "--force-remove", "apis/huge.yaml")
        try await bench.git("-C", "work", "update-index", "--add", "--cacheinfo", "100644,\(blob),data/huge.bin")
        let good = try await bench.commitIndex("A gigabyte beside the manifests")
        try await daemon.live(good)
        #expect(try await daemon.memory() < 256 << 20)
        #expect(try await bench.deletions() == [])
    }
}

extension WatchBench {
    /// Makes a blob of a gigabyte of zeros in the work's repository, and returns its id.
    fileprivate func hugeBlob() async throws -> String {
        let script = """
            import subprocess, sys
            words = ["git", "-c", "core.bigFileThreshold=1m", "hash-object", "-w", "--stdin"]
            git = subprocess.Popen(words, cwd="work", stdin=subprocess.PIPE)
            for _ in range(1024):
                git.stdin.write(bytes(1 << 20))
            git.stdin.close()
            sys.exit(git.wait())
            """
        return try await tool("python3", "-c", script).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Commits what the index says, whatever lies in the folder, and pushes it.
    fileprivate func commitIndex(_ message: String) async throws -> String {
        try await git("-C", "work", "commit", "-q", "-m", message)
        try await git("-C", "work", "push", "-q", "origin", "HEAD:main")
        return try await head()
    }
}

extension RunningDaemon {
    /// The memory of the process that is its own, in bytes.
    fileprivate func memory() async throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(program.identifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return (Int(line.split(separator: " ").dropFirst().first ?? "") ?? .max) << 10
    }
}
