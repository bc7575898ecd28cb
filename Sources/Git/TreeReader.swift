internal import CLibGit2
internal import Files
internal import Synchronization

/// Reads trees and contents of one commit, each tree once; it locks itself.
final class TreeReader: Sendable {
    private let state: Mutex<State>

    init(repository: String, root: ObjectID, damage: Damage) {
        state = Mutex(State(path: repository, root: root, damage: damage))
    }

    /// What lies at a resolved path; nil when nothing does. `name` is the path as messages show it.
    func find(_ path: String, name: String) throws(FileError) -> RepositoryEntry? {
        try state.withLock { (state) throws(FileError) in try state.find(path, name: name) }
    }

    /// The paths of all below a folder that is no folder, in no order.
    func files(below folder: String, name: String) throws(FileError) -> [String] {
        try state.withLock { (state) throws(FileError) in
            var found: [String] = []
            try state.list(folder == "." ? "" : folder, top: name, depth: 0, into: &found)
            return found
        }
    }

    func read(_ path: String, limit: Int, name: String) throws(FileError) -> [UInt8] {
        try state.withLock { (state) throws(FileError) in
            guard let found = try state.find(path, name: name) else { throw .missing(name) }
            switch found.mode {
            case GIT_FILEMODE_TREE: throw .notAFile(name)
            case GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE:
                let bytes = try state.content(of: found.id, limit: limit, name: name)
                guard !isLargeFilePointer(bytes) else { throw .largeFilePointer(name) }
                return bytes
            default: throw try state.refusal(of: found, name: name)
            }
        }
    }

    /// Why a link or a submodule is refused.
    func refusal(of entry: RepositoryEntry, name: String) throws(FileError) -> FileError {
        try state.withLock { (state) throws(FileError) in try state.refusal(of: entry, name: name) }
    }
}

/// Whether a content is the few lines that Git LFS commits in a file's place.
private func isLargeFilePointer(_ bytes: [UInt8]) -> Bool {
    // The specification bounds it.
    let most = 1024
    return bytes.count < most && bytes.starts(with: Array("version https://git-lfs.github.com/spec/".utf8))
}

private struct State {
    let path: String
    let root: ObjectID
    let damage: Damage
    var repository: Repository?
    /// What lies in a tree, by name; by the folder's path, which is empty for the root.
    var folders: [String: [String: RepositoryEntry]] = [:]

    init(path: String, root: ObjectID, damage: Damage) {
        (self.path, self.root, self.damage) = (path, root, damage)
    }

    mutating func find(_ path: String, name: String) throws(FileError) -> RepositoryEntry? {
        guard path != "." else { return RepositoryEntry(name: nil, mode: GIT_FILEMODE_TREE, id: root) }
        let parent = folder(of: path)
        let last = String(path.dropFirst(parent.isEmpty ? 0 : parent.utf8.count + 1))
        // Mostly the folder is known, and nothing above it need be looked at.
        if let known = folders[parent] { return known[last] }
        var above = ""
        var id = root
        for part in parent.split(separator: "/") {
            guard let entry = try entries(of: id, at: above, name: name)[String(part)] else { return nil }
            above = above.isEmpty ? String(part) : "\(above)/\(part)"
            switch entry.mode {
            case GIT_FILEMODE_TREE: id = entry.id
            case GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE: return nil
            default: throw try refusal(of: entry, name: above)
            }
        }
        return try entries(of: id, at: parent, name: name)[last]
    }

    mutating func list(_ folder: String, top: String, depth: Int, into found: inout [String]) throws(FileError) {
        guard depth < TreeLimits.depth, let entry = try find(folder.isEmpty ? "." : folder, name: top) else { return }
        for (child, entry) in try entries(of: entry.id, at: folder, name: top) where !child.hasPrefix(".") {
            let path = folder.isEmpty ? child : "\(folder)/\(child)"
            switch entry.mode {
            case GIT_FILEMODE_TREE:
                try list(path, top: top, depth: depth + 1, into: &found)
                continue
            case GIT_FILEMODE_COMMIT: throw try refusal(of: entry, name: path)
            case GIT_FILEMODE_LINK where try leadsToFolder(entry, from: folder):
                throw try refusal(of: entry, name: path)
            default: found.append(path)
            }
            guard found.count <= TreeLimits.files else { throw .tooMany(top, limit: TreeLimits.files) }
        }
    }

    /// Whether manifests would be passed over silently, were a link just listed as a file.
    private mutating func leadsToFolder(_ link: RepositoryEntry, from folder: String) throws(FileError) -> Bool {
        let target = resolvePath(try target(of: link, name: folder), from: folder)
        guard !leadsOutside(target) else { return false }
        // Through another link it may lead anywhere.
        guard let entry = try? find(target, name: target) else { return false }
        return entry.mode == GIT_FILEMODE_TREE
    }

    mutating func refusal(of entry: RepositoryEntry, name: String) throws(FileError) -> FileError {
        entry.mode == GIT_FILEMODE_COMMIT ? .submodule(name) : .link(name, to: try target(of: entry, name: name))
    }

    private mutating func target(of link: RepositoryEntry, name: String) throws(FileError) -> String {
        // No file system takes a longer path.
        String(decoding: try content(of: link.id, limit: 4096, name: name), as: UTF8.self)
    }

    private mutating func entries(
        of tree: ObjectID, at folder: String, name: String
    ) throws(FileError) -> [String: RepositoryEntry] {
        if let known = folders[folder] { return known }
        let entries = try use(name) { (repository) throws(LibraryFailure) in try repository.entries(of: tree) }
        var named: [String: RepositoryEntry] = [:]
        // A name that is not UTF-8 is none that a manifest could have.
        for entry in entries { if let name = entry.name { named[name] = entry } }
        folders[folder] = named
        return named
    }

    mutating func content(of id: ObjectID, limit: Int, name: String) throws(FileError) -> [UInt8] {
        let most = min(limit, LeftOut.mostBytes)
        let folder = path
        let bytes = try use(name) { (repository) throws(LibraryFailure) -> [UInt8]? in
            do throws(LibraryFailure) {
                // A content of a gigabyte is not read to be refused.
                guard try repository.header(of: id).bytes <= most else { return nil }
            } catch  where error.isMissing && LeftOut(of: folder).holds(id) {
                return nil
            }
            return try repository.content(of: id)
        }
        guard let bytes else { throw .tooLarge(name, limit: most) }
        return bytes
    }

    private mutating func use<T>(
        _ name: String, _ body: (Repository) throws(LibraryFailure) -> T
    ) throws(FileError) -> T {
        do throws(LibraryFailure) {
            let opened = if let repository { repository } else { try Repository(opening: path) }
            repository = opened
            return try body(opened)
        } catch {
            damage.isKnown = true
            throw .unreadable(name, error.message)
        }
    }
}
