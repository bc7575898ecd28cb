internal import CLibGit2
package import Files

/// The files below a folder of a commit, without a checkout.
///
/// Usable from any thread: it has a handle of its own. Symbolic links are not followed and submodules not looked into:
/// both are refused by name.
package struct CommitTree: SourceTree {
    private let reader: TreeReader
    private let damage: Damage

    init(repository: String, root: ObjectID, damage: Damage) {
        self.damage = damage
        reader = TreeReader(repository: repository, root: root, damage: damage)
    }

    package func entry(at path: String) throws(FileError) -> TreeEntry? {
        guard let found = try reader.find(try inside(path), name: path) else { return nil }
        switch found.mode {
        case GIT_FILEMODE_TREE: return .folder
        case GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE: return .file
        default: throw try reader.refusal(of: found, name: path)
        }
    }

    package func files(below folder: String) throws(FileError) -> [String] {
        let path = try inside(folder)
        guard let found = try reader.find(path, name: folder) else { throw .missing(folder) }
        guard found.mode == GIT_FILEMODE_TREE else { throw .notAFolder(folder) }
        return try reader.files(below: path, name: folder).sorted()
    }

    package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        try reader.read(try inside(path), limit: limit, name: path)
    }

    /// Whether an error came from our own copy of the repository, and not from what was committed: the mirror repairs
    /// itself when it is next asked.
    package var isDamaged: Bool { damage.isKnown }

    /// Writes files below a folder on disk, under their paths; for what wants a file on disk, as an upload does.
    package func export(_ paths: [String], to folder: String) throws(FileError) {
        for path in paths {
            let resolved = try inside(path)
            let bytes = try reader.read(resolved, limit: LeftOut.mostBytes, name: path)
            let target = "\(folder)/\(resolved)"
            try makeFolder(Files.folder(of: target))
            try writeFile(target, bytes)
        }
    }

    private func inside(_ path: String) throws(FileError) -> String {
        let resolved = resolvePath(path)
        guard !leadsOutside(resolved) else { throw .outside(path) }
        return resolved
    }
}
