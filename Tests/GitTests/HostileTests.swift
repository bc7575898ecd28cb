import Diagnostics
import Files
import Foundation
import Resources
import TestSupport
import Testing

@testable import Git

@Suite struct HostileTests {
    let origin: TestRepository

    init() throws { origin = try TestRepository() }

    @Test func `a huge file is left behind, and named when it is read`() async throws {
        try origin.push(["a.yaml": "a\n"])
        try run(["sh", "-c", "truncate -s \(LeftOut.mostBytes + 1) huge.bin"], in: origin.copy)
        let id = try origin.push(["b.yaml": "b\n"])
        let server = try GitHTTPServer(origin)
        for url in [origin.bare, server.url()] {
            let mirror = Mirror(folder: origin.scratch.path("m\(url.utf8.count).git"), remote: Remote(url: url))
            let commit = try await mirror.fetch(try await mirror.lookUp(.head))
            let tree = try await mirror.tree(of: commit, below: ".")
            #expect(commit.id == id)
            #expect(try tree.files(below: ".") == ["a.yaml", "b.yaml", "huge.bin"])
            #expect(try tree.read("b.yaml", limit: 9) == Array("b\n".utf8))
            let error = #expect(throws: FileError.self) { try tree.read("huge.bin", limit: TreeLimits.fileBytes) }
            #expect(error == .tooLarge("huge.bin", limit: TreeLimits.fileBytes))
            #expect(!tree.isDamaged)
            // It is not missed.
            #expect(try await mirror.tree(of: commit, below: ".").entry(at: "huge.bin") == .file)
        }
    }

    @Test func `ten thousand references are told, and one of them is followed`() async throws {
        let id = try origin.push(["a.yaml": "a\n"])
        let lines = (0..<10_000).map { "create refs/heads/b\($0) \(id)\n" }.joined()
        try run(["git", "update-ref", "--stdin"], in: origin.bare, input: lines)
        try run(["git", "pack-refs", "--all"], in: origin.bare)
        let server = try GitHTTPServer(origin)
        for url in [origin.bare, server.url()] {
            let mirror = Mirror(folder: origin.scratch.path("m\(url.utf8.count).git"), remote: Remote(url: url))
            let head = try await mirror.lookUp(.branch("b9999"))
            #expect(head.id == id && head.references.count >= 10_001)
            #expect(try await mirror.fetch(head).id == id)
        }
    }

    @Test func `after many fetches the mirror is made anew, with few packs`() async throws {
        let mirror = origin.mirror()
        var last = ""
        for number in 0..<105 {
            // Quicker than a push each time.
            let tree = try origin.git("mktree", input: "100644 blob \(try blob("\(number)"))\ta.yaml\n")
            let parents = last.isEmpty ? [] : ["-p", last]
            last = try run(
                ["git", "commit-tree", "-m", "\(number)"] + parents + [tree], in: origin.copy,
                environment: TestRepository.environment
            ).trimmingCharacters(in: .newlines)
            try origin.git("push", "-q", "origin", "\(last):refs/heads/main")
            #expect(try await mirror.fetch(try await mirror.lookUp(.branch("main"))).id == last)
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: origin.scratch.path("mirror.git/objects/pack"))
        #expect(files.count { $0.hasSuffix(".pack") } < 10)
        #expect(try await mirror.commits(since: nil, upTo: last, limit: 1000).count == 105)
    }

    private func blob(_ text: String) throws -> String { try origin.git("hash-object", "-w", "--stdin", input: text) }

    @Test func `random bytes in place of objects are errors, and nothing worse`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<40 {
            let kind = ["tree", "commit"].randomElement(using: &generator) ?? "tree"
            let count = Int.random(in: 0..<200, using: &generator)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            // Often nearly right: an entry's head, then anything.
            if Bool.random(using: &generator) { bytes = Array("40000 a\0".utf8) + bytes }
            try origin.scratch.write("object", Data(bytes))
            let made = try origin.git("hash-object", "--literally", "-t", kind, "-w", origin.scratch.path("object"))
            let commit = "tree \(made)\nauthor A <a> 99999999999999999999 +9999\ncommitter A <a> -5 +0000\n\nx\n"
            let literally = ["hash-object", "--literally", "-t", "commit", "-w", "--stdin"]
            let head =
                kind == "commit"
                ? made
                : try run(["git"] + literally, in: origin.copy, input: commit).trimmingCharacters(in: .newlines)
            try run(["cp", "-rf", origin.copy + "/.git/objects/.", origin.bare + "/objects/"])
            try origin.scratch.write("origin.git/refs/heads/main", head + "\n")
            let mirror = origin.mirror("m\(round).git")
            do {
                let commit = try await mirror.fetch(try await mirror.lookUp(.branch("main")))
                let tree = try await mirror.tree(of: commit, below: ".")
                for file in try tree.files(below: ".") { _ = try? tree.read(file, limit: 1000) }
                _ = try await mirror.author(of: "a", line: 1, at: commit)
            } catch {
                #expect(error is GitError || error is FileError, "seed \(seed)")
            }
        }
    }
}
