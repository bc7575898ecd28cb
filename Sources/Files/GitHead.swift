/// The commit that a working copy is at, in 40 or 64 hexadecimal digits; nil where there is no git or no commit yet.
///
/// `root` may be any folder of the working copy. Git itself is not run: it may be missing, and its hooks and settings are
/// somebody else's. What git has in a form that this does not know (reftable) counts as no commit.
package func headCommit(of root: String) -> String? {
    guard let repository = GitFolder(containing: root) else { return nil }
    return repository.commit
}

/// The files in which git keeps references.
private struct GitFolder {
    /// Of this working copy.
    let own: String
    /// Of all working copies of the repository; the same unless this one was made by `git worktree`.
    let common: String

    /// References point to references only a few times; git itself stops at 5.
    private static let mostHops = 5
    /// A repository with 100,000 tags stays below.
    private static let maximumBytes = 32 << 20

    init?(containing root: String) {
        guard var place = realPath(root) else { return nil }
        while true {
            let entry = place == "/" ? "/.git" : place + "/.git"
            if let status = FileStatus(entry) {
                guard let own = status.isFolder ? entry : GitFolder.link(entry, from: place) else { return nil }
                self.own = own
                let shared = GitFolder.line(own + "/commondir")
                common = shared.map { resolvePath($0, from: own) } ?? own
                return
            }
            if place == "/" { return nil }
            place = folder(of: place)
        }
    }

    /// Where a file `.git` of a worktree or submodule points.
    private static func link(_ file: String, from place: String) -> String? {
        guard let text = line(file), text.hasPrefix("gitdir: ") else { return nil }
        return resolvePath(String(text.dropFirst("gitdir: ".count)), from: place)
    }

    var commit: String? {
        var name = "HEAD"
        for _ in 0..<GitFolder.mostHops {
            guard let text = GitFolder.line(own + "/" + name) ?? GitFolder.line(common + "/" + name) else {
                return packed(name)
            }
            guard text.hasPrefix("ref: ") else { return GitFolder.isCommit(text) ? text : nil }
            name = String(text.dropFirst("ref: ".count))
            guard name.hasPrefix("refs/"), !name.contains("..") else { return nil }
        }
        return nil
    }

    private func packed(_ name: String) -> String? {
        guard let bytes = try? readFile(common + "/packed-refs", limit: GitFolder.maximumBytes) else { return nil }
        let wanted = Array(" \(name)".utf8)
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.suffix(wanted.count).elementsEqual(wanted) {
            let text = String(decoding: line.dropLast(wanted.count), as: UTF8.self)
            if GitFolder.isCommit(text) { return text }
        }
        return nil
    }

    /// The first line of a small file.
    private static func line(_ path: String) -> String? {
        guard let bytes = try? readFile(path, limit: 4096) else { return nil }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private static func isCommit(_ text: String) -> Bool {
        [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
