import Files
import Git
import Resources
import Testing

@Suite struct MirrorTests {
    @Test func `a pushed commit is looked up, fetched and read`() async throws {
        let origin = try TestRepository()
        let first = try origin.push(["mooring.yaml": "a: 1\n", "services/x.yaml": "x\n"], message: "First\n\nBody")
        let mirror = origin.mirror()
        let head = try await mirror.lookUp(.branch("main"))
        #expect(head == RemoteHead(name: "refs/heads/main", id: first, references: ["refs/heads/main": first]))
        let commit = try await mirror.fetch(head)
        #expect(commit.id == first && commit.parents.isEmpty)
        #expect(commit.stamp.author == "Ann Lee" && commit.stamp.subject == "First" && commit.stamp.time > 0)
        let tree = try await mirror.tree(of: commit, below: ".")
        #expect(try tree.files(below: ".") == ["mooring.yaml", "services/x.yaml"])
        #expect(try tree.read("services/x.yaml", limit: 10) == Array("x\n".utf8))
        let second = try origin.push(["services/x.yaml": "y\n"], message: "Second")
        let next = try await mirror.fetch(try await mirror.lookUp(.head))
        #expect(next.id == second && next.parents == [first])
        let below = try await mirror.tree(of: next, below: "services")
        #expect(try below.read("x.yaml", limit: 10) == Array("y\n".utf8))
        #expect(try tree.read("services/x.yaml", limit: 10) == Array("x\n".utf8))
        #expect(try await mirror.contains(first, in: second))
        #expect(try await !mirror.contains(second, in: first))
        #expect(try await mirror.commits(since: first, upTo: second, limit: 9).map(\.id) == [second])
        #expect(
            try await mirror.commits(since: nil, upTo: second, limit: 9).map(\.stamp.subject) == ["Second", "First"])
        #expect(try await mirror.subtree("services", of: next) != mirror.subtree("services", of: commit))
        #expect(try await mirror.subtree("nowhere", of: next) == nil)
        #expect(try await mirror.commit(second) == next)
        await mirror.close()
        #expect(try await mirror.commit(first) == commit)
    }
}
