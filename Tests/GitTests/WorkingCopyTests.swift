import Diagnostics
import Files
import Git
import Resources
import Testing

@Suite struct WorkingCopyTests {
    @Test func `a folder outside of any repository has no working copy, a bare one neither`() throws {
        let origin = try TestRepository()
        #expect(try WorkingCopy(containing: origin.scratch.path) == nil)
        #expect(try WorkingCopy(containing: origin.bare) == nil)
    }

    @Test func `the folder's place, its commit and what branched off are found`() throws {
        let origin = try TestRepository()
        let first = try origin.push(["apis/mooring.yaml": "a\n"])
        try origin.git("switch", "-q", "-c", "feature")
        let second = try origin.commit(["apis/x.yaml": "x\n"])
        try origin.git("tag", "-a", "-m", "One", "v1")
        let copy = try #require(try WorkingCopy(containing: origin.copy + "/apis"))
        #expect(copy.prefix == "apis" && copy.head?.id == second && copy.top.hasSuffix("/copy"))
        #expect(try copy.resolve("main").id == first && copy.resolve("origin/main").id == first)
        #expect(try copy.resolve("v1").id == second && copy.resolve("HEAD~1").id == first)
        #expect(try copy.resolve(String(second.prefix(8))).id == second)
        let base = try copy.mergeBase(try copy.resolve("main"), try copy.resolve("feature"))
        #expect(base?.id == first)
        let tree = try copy.tree(of: try copy.resolve("main"), below: copy.prefix)
        #expect(try tree.files(below: ".") == ["mooring.yaml"])
    }

    @Test func `a branch of origin goes by its own name, and what is missing is told with what to do`() throws {
        let origin = try TestRepository()
        let first = try origin.push(["a": "a"])
        try run(["git", "clone", "-q", origin.bare, origin.scratch.path("clone")])
        try run(["git", "checkout", "-q", "--detach"], in: origin.scratch.path("clone"))
        try run(["git", "branch", "-q", "-D", "main"], in: origin.scratch.path("clone"))
        let copy = try #require(try WorkingCopy(containing: origin.scratch.path("clone")))
        #expect(copy.prefix == "." && copy.head?.id == first)
        #expect(try copy.resolve("main").id == first)
        let error = #expect(throws: GitError.self) { try copy.resolve("nowhere") }
        #expect(
            error?.reason == .missingRef && error?.diagnostic.message == "there is no commit 'nowhere' in '\(copy.top)'"
        )
    }

    @Test func `a name that is nearly one is told with that one`() throws {
        let origin = try TestRepository()
        try origin.push(["a": "a"])
        try origin.push(["a": "b"], branch: "release")
        try origin.git("tag", "v1.2.3")
        try run(["git", "clone", "-q", origin.bare, origin.scratch.path("clone")])
        let hint = { (folder: String, text: String) throws -> String? in
            let copy = try #require(try WorkingCopy(containing: folder))
            return (#expect(throws: GitError.self) { try copy.resolve(text) })?.diagnostic.hint
        }
        #expect(try hint(origin.copy, "mian") == "Did you mean 'main'?")
        #expect(try hint(origin.copy, "v1.2.4") == "Did you mean 'v1.2.3'?")
        // A branch of origin that is not checked out, by its own name and by its whole one.
        #expect(try hint(origin.scratch.path("clone"), "relaese") == "Did you mean 'release'?")
        #expect(try hint(origin.scratch.path("clone"), "orign/release") == "Did you mean 'origin/release'?")
        #expect(try hint(origin.copy, "nowhere")?.hasPrefix("Name a branch") == true)
    }

    @Test func `a history that was cut off is told with what to do`() throws {
        let origin = try TestRepository()
        for number in 1...4 { try origin.push(["a": "\(number)"]) }
        try origin.push(["a": "other"], branch: "other")
        try run(
            [
                "git", "clone", "-q", "--depth", "1", "--no-single-branch", "file://" + origin.bare,
                origin.scratch.path("clone"),
            ])
        let copy = try #require(try WorkingCopy(containing: origin.scratch.path("clone")))
        let (main, other) = (try copy.resolve("main"), try copy.resolve("other"))
        let error = #expect(throws: GitError.self) { try copy.mergeBase(main, other) }
        #expect(error?.reason == .missing && error?.diagnostic.hint?.contains("fetch-depth: 0") == true)
        #expect(try copy.tree(of: other, below: ".").read("a", limit: 9) == Array("other".utf8))
    }

    @Test func `a repository without a commit has no head`() throws {
        let origin = try TestRepository()
        let copy = try #require(try WorkingCopy(containing: origin.copy))
        #expect(copy.head == nil)
    }

    @Test func `a worktree is a working copy of its own`() throws {
        let origin = try TestRepository()
        let first = try origin.push(["apis/a.yaml": "a\n"])
        try origin.git("worktree", "add", "-q", "-b", "other", origin.scratch.path("tree"))
        let copy = try #require(try WorkingCopy(containing: origin.scratch.path("tree/apis")))
        #expect(copy.prefix == "apis" && copy.head?.id == first)
        #expect(
            try copy.tree(of: try copy.resolve("main"), below: "apis").read("a.yaml", limit: 9) == Array("a\n".utf8))
    }

    @Test(arguments: [
        ("apis/a.yaml", "changed\n", true), ("apis/new.yaml", "new\n", true), ("apis/ignored.tmp", "x", false),
        ("other/b.yaml", "changed\n", false), ("apisx/c.yaml", "new\n", false),
    ])
    func `only what lies below the folder and is not committed counts as a change`(
        file: String, text: String, expected: Bool
    ) throws {
        let origin = try TestRepository()
        try origin.push(["apis/a.yaml": "a\n", "other/b.yaml": "b\n", ".gitignore": "*.tmp\n"])
        let copy = try #require(try WorkingCopy(containing: origin.copy + "/apis"))
        #expect(try !copy.isChanged(below: "apis"))
        try origin.scratch.write("copy/" + file, text)
        #expect(try copy.isChanged(below: copy.prefix) == expected)
        #expect(try copy.isChanged(below: ".") == !file.hasSuffix(".tmp"))
    }

    @Test func `each line has its author's commit, and one that is not committed has none`() throws {
        let origin = try TestRepository()
        let first = try origin.commit(["a.yaml": "one\ntwo\nthree\n"], message: "First")
        let second = try origin.commit(["a.yaml": "one\n2\nthree\n"], message: "Second")
        let copy = try #require(try WorkingCopy(containing: origin.copy))
        #expect(try copy.author(of: "a.yaml", line: 1)?.id == first)
        #expect(try copy.author(of: "a.yaml", line: 2)?.id == second)
        try origin.scratch.write("copy/a.yaml", "new\none\n2\nthree\n")
        #expect(try copy.author(of: "a.yaml", line: 1) == nil)
        #expect(try copy.author(of: "a.yaml", line: 2)?.id == first)
        #expect(try copy.author(of: "a.yaml", line: 3)?.id == second)
        #expect(try copy.author(of: "a.yaml", line: 9) == nil)
        #expect(try copy.author(of: "b.yaml", line: 1) == nil)
    }
}
