import Git
import Resources
import Testing

@Suite struct CommitTests {
    @Test func `a commit goes by the id of its stamp`() {
        let stamp = CommitStamp(id: "1a2b3c4d5e6f", author: "Ann", subject: "Raise the limit", time: 0)
        let commit = Commit(stamp: stamp, tree: "0", parents: [])
        #expect(commit.id == "1a2b3c4d5e6f" && stamp.short == "1a2b3c4d5e")
    }
}
