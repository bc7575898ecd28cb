internal import Glibc

/// The files below a folder on disk.
package struct DiskTree: SourceTree {
    /// Absolute, symbolic links resolved.
    package let root: String

    /// `root` must be a folder that exists.
    package init(root: String) throws(FileError) {
        guard let real = realPath(root) else {
            let number = errno
            throw number == ENOENT || number == ENOTDIR ? .folderMissing(root) : .system(number, "open", root)
        }
        guard FileStatus(real)?.isFolder == true else { throw .notAFolder(root) }
        self.root = real
    }

    package func entry(at path: String) throws(FileError) -> TreeEntry? {
        let real: String
        do {
            real = try location(of: path)
        } catch  where error.reason == .missing {
            return nil
        }
        guard let status = FileStatus(real) else { return nil }
        guard status.isFolder || status.isFile else { throw .notAFile(path) }
        return status.isFolder ? .folder : .file
    }

    package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        try readFile(try location(of: path), limit: limit, name: path)
    }

    package func files(below folder: String) throws(FileError) -> [String] {
        var walk = Walk(tree: self, top: folder)
        let real = try location(of: folder)
        guard FileStatus(real)?.isFolder == true else { throw .notAFolder(folder) }
        try walk.visit(real, name: folder == "." ? "" : folder, above: [])
        return walk.found.sorted()
    }

    /// Where a path leads once symbolic links are resolved; never outside of the root.
    func location(of path: String) throws(FileError) -> String {
        let resolved = resolvePath(path)
        guard !leadsOutside(resolved) else { throw .outside(path) }
        guard let real = realPath(root + "/" + resolved) else {
            let number = errno
            throw number == ENOENT && isLink(root + "/" + resolved) ? .brokenLink(path) : .system(number, "open", path)
        }
        guard real == root || real.utf8.starts(with: (root == "/" ? "/" : root + "/").utf8) else {
            throw .outside(path)
        }
        return real
    }

    private struct Walk {
        let tree: DiskTree
        let top: String
        var found: [String] = []

        /// `above` are the real paths of the folders that this one lies in: a link to one of them would not end.
        mutating func visit(_ real: String, name: String, above: [String]) throws(FileError) {
            guard above.count < TreeLimits.depth, !above.contains(real) else { return }
            for child in try folderNames(real, name: name.isEmpty ? "." : name) where !child.hasPrefix(".") {
                let path = name.isEmpty ? child : "\(name)/\(child)"
                // What is neither a file nor a folder, as a link that leads nowhere, is listed: reading it says why.
                if FileStatus("\(real)/\(child)")?.isFolder == true {
                    // A link to a folder outside is no part of the tree.
                    guard let location = try? tree.location(of: path) else { continue }
                    try visit(location, name: path, above: above + [real])
                } else {
                    found.append(path)
                    guard found.count <= TreeLimits.files else { throw .tooMany(top, limit: TreeLimits.files) }
                }
            }
        }
    }
}

/// What lies at a path outside of any tree; nil when nothing does. Where to look for a workspace, whether a file
/// would be overwritten.
package func entryOnDisk(_ path: String) -> TreeEntry? {
    FileStatus(path).flatMap { $0.isFolder ? .folder : $0.isFile ? .file : nil }
}

/// What the system says of a path, symbolic links followed.
struct FileStatus {
    private let status: stat

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.status = status
    }

    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var isFile: Bool { status.st_mode & S_IFMT == S_IFREG }
}

/// Whether a symbolic link lies at a path, wherever it leads.
private func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

/// The path with symbolic links resolved; nil, with `errno`, when there is nothing at it.
func realPath(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
}

/// The names in a folder, in no order; names that are not UTF-8 are left out, as no manifest can name them.
func folderNames(_ real: String, name: String) throws(FileError) -> [String] {
    guard let stream = opendir(real) else { throw .system(errno, "read", name) }
    defer { closedir(stream) }
    return try names(in: stream, name: name)
}

/// What is left of an open folder. A disk that fails is told: the files it hides would count as removed.
func names(in stream: OpaquePointer, name: String) throws(FileError) -> [String] {
    var names: [String] = []
    while true {
        errno = 0
        guard let entry = readdir(stream) else {
            guard errno == 0 else { throw .system(errno, "read", name) }
            return names
        }
        let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        guard let text = String(validating: bytes, as: UTF8.self) else { continue }
        names.append(text)
        guard names.count <= TreeLimits.files + 2 else { throw .tooMany(name, limit: TreeLimits.files) }
    }
}
