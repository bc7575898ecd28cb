internal import Glibc

/// A folder that only this process's user can read, for as long as a piece of work takes.
package struct TemporaryFolder: Sendable {
    /// Absolute.
    package let path: String

    /// Makes it below `TMPDIR`, or `/tmp`.
    package init() throws(FileError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/mooring.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FileError.system(errno, "make a temporary folder in", parent)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes it and all in it. What can't be removed stays: nothing depends on it.
    package func remove() { removeFolder(path) }
}

/// Removes a folder and all in it; symbolic links are removed and not followed, what cannot be removed stays, and nothing
/// depends on it.
package func removeFolder(_ path: String) {
    if let folder = opendir(path) { empty(folder) }
    rmdir(path)
}

/// By descriptors, since a name need not be text, nor a path short.
private func empty(_ folder: OpaquePointer, depth: Int = 0) {
    // Deeper than any folder of ours: objects/pack, refs/mooring/heads/team/feature.
    let mostDepth = 64
    let place = dirfd(folder)
    while let entry = readdir(folder) {
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                guard strcmp(name, ".") != 0, strcmp(name, "..") != 0, unlinkat(place, name, 0) != 0,
                    depth < mostDepth
                else { return }
                let child = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                guard child >= 0, let inner = fdopendir(child) else { return }
                empty(inner, depth: depth + 1)
                unlinkat(place, name, AT_REMOVEDIR)
            }
        }
    }
    closedir(folder)
}
