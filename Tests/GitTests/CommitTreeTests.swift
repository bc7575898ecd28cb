import Diagnostics
import Files
import Foundation
import Git
import Resources
import Testing

@Suite struct CommitTreeTests {
    let origin: TestRepository

    init() throws { origin = try TestRepository() }

    /// The tree of what was pushed last.
    private func tree(below path: String = ".") async throws -> CommitTree {
        let mirror = origin.mirror()
        return try await mirror.tree(of: try await mirror.fetch(try await mirror.lookUp(.head)), below: path)
    }

    /// Commits entries as `git update-index --index-info` takes them, and pushes.
    private func push(entries: String, removing: Bool = false) throws {
        try origin.git("update-index", "--add", "--index-info", input: entries)
        try origin.git("commit", "-q", "-m", "Entries")
        try origin.git("push", "-q", "-f", "origin", "HEAD:refs/heads/main")
    }

    private func link(_ path: String, to target: String) throws -> String {
        "120000 \(try origin.git("hash-object", "-w", "--stdin", input: target))\t\(path)\n"
    }

    @Test func `it lists and reads as a folder on disk does`() async throws {
        try origin.push([
            "mooring.yaml": "w", "b/2.yaml": "2", "b/10.yaml": "10", "b.yaml": "b", "b/.hidden/x.yaml": "h",
            ".git-ignored.yaml": "h", "ä/ö.yaml": "u", "deep/er/est.yaml": "d",
        ])
        let tree = try await tree()
        let disk = try DiskTree(root: origin.copy)
        for folder in [".", "b", "deep", "deep/er", "ä", "b/.hidden"] {
            #expect(try tree.files(below: folder) == disk.files(below: folder), "\(folder)")
        }
        for path in [".", "b", "b.yaml", "b/2.yaml", "none", "none/x", "b.yaml/x", "b/.hidden/x.yaml", "b/none"] {
            #expect(try tree.entry(at: path) == disk.entry(at: path), "\(path)")
        }
        #expect(try tree.read("b/../b/10.yaml", limit: 2) == disk.read("b/10.yaml", limit: 2))
        for (path, limit) in [("b/10.yaml", 1), ("none", 9), ("b", 9), ("../x", 9), ("/etc/passwd", 9)] {
            let expected = #expect(throws: FileError.self) { try disk.read(path, limit: limit) }
            let error = #expect(throws: FileError.self) { try tree.read(path, limit: limit) }
            #expect(error == expected)
        }
        for folder in ["none", "b.yaml", ".."] {
            let expected = #expect(throws: FileError.self) { try disk.files(below: folder) }
            let error = #expect(throws: FileError.self) { try tree.files(below: folder) }
            #expect(error?.reason == expected?.reason)
        }
    }

    @Test(arguments: [
        ("../../etc/passwd", "a/l.yaml"), ("/etc/passwd", "a/l.yaml"), ("b.yaml", "a/l.yaml"), ("nowhere", "a/l.yaml"),
    ])
    func `a symbolic link is listed and never followed, inside as outside`(target: String, path: String) async throws {
        try origin.push(["a/b.yaml": "b"])
        try push(entries: try link(path, to: target))
        let tree = try await tree()
        #expect(try tree.files(below: "a") == ["a/b.yaml", "a/l.yaml"])
        let expected = Diagnostic(
            .error, "symbolic-link",
            "'a/l.yaml' is a symbolic link, to '\(target)': links of a commit are not followed",
            hint: "Put the file itself there, or name the one that it leads to.")
        let error = #expect(throws: FileError.self) { try tree.read("a/l.yaml", limit: 99) }
        #expect(error?.diagnostic == expected)
        #expect(throws: FileError.self) { try tree.entry(at: "a/l.yaml") }
    }

    @Test func `a link to a folder is refused where its manifests would be passed over`() async throws {
        try origin.push(["a/b.yaml": "b", "c/d.yaml": "d"])
        try push(entries: try link("a/prod", to: "../c"))
        let tree = try await tree()
        let error = #expect(throws: FileError.self) { try tree.files(below: "a") }
        #expect(
            error?.reason == .wrongType && error?.diagnostic.message.contains("'a/prod' is a symbolic link") == true)
        #expect(try tree.files(below: "c") == ["c/d.yaml"])
        #expect(throws: FileError.self) { try tree.read("a/prod/d.yaml", limit: 9) }
    }

    @Test func `a submodule is refused by name, below what is listed and not beside it`() async throws {
        let id = try origin.push(["a/b.yaml": "b", "c/d.yaml": "d"])
        try push(entries: "160000 \(id)\ta/vendor\n")
        let tree = try await tree()
        #expect(try tree.files(below: "c") == ["c/d.yaml"])
        for use in [{ _ = try tree.files(below: "a") }, { _ = try tree.entry(at: "a/vendor/x.yaml") }] {
            let error = #expect(throws: FileError.self) { try use() }
            #expect(
                error?.diagnostic.message
                    == "'a/vendor' is a submodule: it lies in another repository, and is not looked into")
        }
    }

    @Test func `a pointer of Git LFS is named as such`() async throws {
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
        try origin.push(["model.zip": pointer, "text.yaml": "# version https://git-lfs.github.com/spec/v1\n"])
        let tree = try await tree()
        let error = #expect(throws: FileError.self) { try tree.read("model.zip", limit: 999) }
        #expect(error?.diagnostic.code == "lfs-pointer")
        #expect(try tree.read("text.yaml", limit: 999).count == 45)
    }

    @Test func `names that are not UTF-8 are left out`() async throws {
        try origin.push(["a.yaml": "a"])
        let blob = try origin.git("hash-object", "-w", "--stdin", input: "x")
        // Of `git mktree`, as Foundation would not pass such a name.
        let script = "printf '100644 blob \(blob)\\tb\\377.yaml\\n100644 blob \(blob)\\tc.yaml\\n' | git mktree"
        let tree = try run(["sh", "-c", script], in: origin.copy).trimmingCharacters(in: .newlines)
        let commit = try origin.git("commit-tree", "-m", "Odd", tree)
        try origin.git("push", "-q", "-f", "origin", "\(commit):refs/heads/main")
        #expect(try await self.tree().files(below: ".") == ["c.yaml"])
    }

    @Test func `a tree of trees without end is cut off, and each of them is read once`() async throws {
        var tree = ""
        let blob = try origin.git("hash-object", "-w", "--stdin", input: "x")
        for _ in 0..<(TreeLimits.depth + 10) {
            let entries = "100644 blob \(blob)\tx.yaml\n" + (tree.isEmpty ? "" : "040000 tree \(tree)\td\n")
            tree = try origin.git("mktree", input: entries)
        }
        let commit = try origin.git("commit-tree", "-m", "Deep", tree)
        try origin.git("push", "-q", "-f", "origin", "\(commit):refs/heads/main")
        let files = try await self.tree().files(below: ".")
        #expect(files.count == TreeLimits.depth)
    }

    @Test func `one tree that holds itself by many names ends at the bound`() async throws {
        // 16 trees, each with 4 times the next: 4^16 paths.
        let blob = try origin.git("hash-object", "-w", "--stdin", input: "x")
        var tree = try origin.git("mktree", input: "100644 blob \(blob)\tx.yaml\n")
        for _ in 0..<16 {
            tree = try origin.git("mktree", input: (0..<4).map { "040000 tree \(tree)\td\($0)\n" }.joined())
        }
        let commit = try origin.git("commit-tree", "-m", "Wide", tree)
        try origin.git("push", "-q", "-f", "origin", "\(commit):refs/heads/main")
        let error = await #expect(throws: FileError.self) { try await self.tree().files(below: ".") }
        #expect(error?.reason == .tooLarge)
    }

    @Test func `files are written for what wants them on disk`() async throws {
        try origin.push(["a/b/c.zip": "zip", "d": "d"])
        let folder = origin.scratch.path("out")
        try await tree(below: "a").export(["b/c.zip"], to: folder)
        #expect(try String(contentsOfFile: folder + "/b/c.zip", encoding: .utf8) == "zip")
        await #expect(throws: FileError.self) { try await tree(below: "a").export(["../d"], to: folder) }
        #expect(!FileManager.default.fileExists(atPath: origin.scratch.path("d")))
    }

    @Test func `a folder that a commit lacks is told with the watch file's word for it`() async throws {
        try origin.push(["a/b": "b"])
        for path in ["none", "a/b", "..", "/a"] {
            let error = await #expect(throws: GitError.self) { try await tree(below: path) }
            #expect(error?.reason == .missing && error?.diagnostic.hint?.contains("'path'") == true)
        }
    }

    @Test func `a thousand manifests are read from several threads at once`() async throws {
        let files = (0..<1000).map { ("m/\($0 % 10)/\($0).yaml", "number: \($0)\n" as String?) }
        try origin.push(Dictionary(uniqueKeysWithValues: files))
        let tree = try await tree()
        let names = try tree.files(below: ".")
        #expect(names.count == 1000)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for part in 0..<4 {
                group.addTask {
                    var bytes = 0
                    for (index, name) in names.enumerated() where index % 4 == part {
                        bytes += try tree.read(name, limit: 99).count
                    }
                    return bytes
                }
            }
            var sum = 0
            for try await bytes in group { sum += bytes }
            #expect(sum == files.map { $0.1?.utf8.count ?? 0 }.reduce(0, +))
        }
    }
}
