/// Files that a user wrote, from a folder on disk or from a commit; all below one root that no path leaves.
///
/// Paths are relative to the root, resolved, with `/` between names; the root itself is `.`.
package protocol SourceTree: Sendable {
    /// What lies at a path; nil when nothing does.
    func entry(at path: String) throws(FileError) -> TreeEntry?
    /// The paths of all below a folder that is no folder, sorted; what is hidden (starts with a dot) is left out.
    ///
    /// Also of what cannot be read, as a link that leads nowhere: whether it is wanted, its name tells the caller.
    func files(below folder: String) throws(FileError) -> [String]
    /// The bytes of a file of at most `limit` bytes.
    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]
}

package enum TreeEntry: Hashable, Sendable { case file, folder }

/// How much a tree of sources may hold.
package enum TreeLimits {
    /// Bytes of a manifest, and of a file whose contents a manifest takes. DSS's own exports stay below 1 MB.
    package static let fileBytes = 16 << 20
    /// Files below one folder. A workspace of 10,000 resources has fewer; a home folder, named by mistake, has more.
    package static let files = 100_000
    /// Folders inside one another.
    package static let depth = 64
}
