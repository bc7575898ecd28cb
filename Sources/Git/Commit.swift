package import Resources

/// One commit, as git keeps it.
package struct Commit: Hashable, Sendable {
    /// Id, author's name, subject, and when it was committed.
    package let stamp: CommitStamp
    /// The id of its tree.
    package let tree: String
    /// The ids of its parents, the first one first.
    package let parents: [String]

    package init(stamp: CommitStamp, tree: String, parents: [String]) {
        self.stamp = stamp
        self.tree = tree
        self.parents = parents
    }

    package var id: String { stamp.id }
}
