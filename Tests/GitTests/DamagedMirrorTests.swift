import Diagnostics
import Files
import Git
import Resources
import Testing

/// What must happen when the mirror's folder is not as we left it.
@Suite struct DamagedMirrorTests {
    let origin: TestRepository

    init() throws { origin = try TestRepository() }

    static let damages: [(name: String, do: @Sendable (String) throws -> Void)] = [
        ("its objects are gone", { try run(["sh", "-c", "rm -rf objects/*"], in: $0) }),
        (
            "one pack is cut off",
            { try run(["sh", "-c", "chmod u+w objects/pack/*; truncate -s 40 objects/pack/*.pack"], in: $0) }
        ),
        (
            "an index is garbage",
            {
                try run(
                    ["sh", "-c", "chmod u+w objects/pack/*; for f in objects/pack/*.idx; do echo garbage > $f; done"],
                    in: $0)
            }
        ),
        (
            "a pack's middle is garbage",
            {
                try run(
                    [
                        "sh", "-c",
                        "chmod u+w objects/pack/*; for f in objects/pack/*.pack; do dd if=/dev/urandom of=$f bs=1 seek=20 count=60 conv=notrunc; done",
                    ], in: $0)
            }
        ),
        ("its settings are garbage", { try run(["sh", "-c", "echo '[[[' > config"], in: $0) }),
        ("HEAD is garbage", { try run(["sh", "-c", "echo garbage > HEAD"], in: $0) }),
        ("HEAD is gone", { try run(["rm", "HEAD"], in: $0) }),
        (
            "its references are garbage",
            { try run(["sh", "-c", "find refs -type f -exec sh -c 'echo x > $1' _ {} \\;"], in: $0) }
        ),
        ("it is a file", { try run(["sh", "-c", "rm -rf \"$PWD\"; echo x > \"$PWD\""], in: $0) }),
        ("it is gone", { try run(["rm", "-rf", $0]) }),
        ("it is empty", { try run(["sh", "-c", "rm -rf *"], in: $0) }),
    ]

    @Test(arguments: damages.indices)
    func `it is made anew by itself, whether it is open or not`(index: Int) async throws {
        for isOpen in [true, false] {
            let damage = DamagedMirrorTests.damages[index]
            let first = try origin.push(["a.yaml": "a\(isOpen)\n", "b/c.yaml": "c\n"])
            let name = "mirror\(isOpen).git"
            var mirror = origin.mirror(name)
            var head = try await mirror.lookUp(.head)
            var commit = try await mirror.fetch(head)
            if !isOpen { await mirror.close() }
            try damage.do(origin.scratch.path(name))
            if !isOpen {
                mirror = origin.mirror(name)
                _ = try? await mirror.commit(first)
                _ = try? await mirror.contains(first, in: first)
            }
            if isOpen {
                // Whoever reads meanwhile gets what was committed, or an error that blames the mirror.
                if let tree = try? await mirror.tree(of: commit, below: ".") {
                    do { #expect(try tree.read("a.yaml", limit: 9) == Array("atrue\n".utf8)) } catch {
                        #expect(tree.isDamaged, "\(damage.name): \(error)")
                    }
                }
            }
            head = try await mirror.lookUp(.head)
            commit = try await mirror.fetch(head)
            #expect(commit.id == first, "\(damage.name)")
            var tree = try await mirror.tree(of: commit, below: ".")
            var bytes = try? tree.read("a.yaml", limit: 9)
            if bytes == nil {
                #expect(tree.isDamaged)
                tree = try await mirror.tree(of: commit, below: ".")
                bytes = try tree.read("a.yaml", limit: 9)
            }
            #expect(bytes == Array("a\(isOpen)\n".utf8), "\(damage.name)")
            let second = try origin.push(["a.yaml": "second\n"])
            #expect(try await mirror.fetch(try await mirror.lookUp(.head)).id == second)
            #expect(try await mirror.contains(first, in: second), "\(damage.name)")
        }
    }

    @Test func `a mirror that cannot be made anew stays, and is when its origin is back`() async throws {
        let first = try origin.push(["a.yaml": "a\n"])
        let mirror = origin.mirror()
        let head = try await mirror.lookUp(.head)
        let commit = try await mirror.fetch(head)
        try run(["sh", "-c", "rm -rf objects/pack/*"], in: origin.scratch.path("mirror.git"))
        try run(["mv", origin.bare, origin.bare + ".away"])
        // What is open is still seen; it shows when it is read.
        if let tree = try? await mirror.tree(of: commit, below: ".") {
            #expect(throws: FileError.self) { try tree.read("a.yaml", limit: 9) }
            #expect(tree.isDamaged)
        }
        let error = await #expect(throws: GitError.self) { try await mirror.tree(of: commit, below: ".") }
        #expect(error?.reason == .unreachable && error?.isTransient == true)
        await #expect(throws: GitError.self) { try await mirror.lookUp(.head) }
        try run(["mv", origin.bare + ".away", origin.bare])
        let tree = try await mirror.tree(of: commit, below: ".")
        #expect(try tree.read("a.yaml", limit: 9) == Array("a\n".utf8))
        #expect(try await mirror.commit(first) == commit)
    }

    @Test func `an origin that is away harms no mirror`() async throws {
        let first = try origin.push(["a.yaml": "a\n"])
        let mirror = origin.mirror()
        let commit = try await mirror.fetch(try await mirror.lookUp(.head))
        try run(["mv", origin.bare, origin.bare + ".away"])
        let error = await #expect(throws: GitError.self) { try await mirror.lookUp(.branch("main")) }
        #expect(error?.reason == .unreachable)
        #expect(error?.diagnostic.message == "there is no git repository at '\(origin.bare)'")
        let head = RemoteHead(name: "refs/heads/main", id: String(repeating: "1", count: 40), references: [:])
        await #expect(throws: GitError.self) { try await mirror.fetch(head) }
        #expect(try await mirror.tree(of: commit, below: ".").files(below: ".") == ["a.yaml"])
        #expect(try await mirror.commit(first) == commit)
    }
}
