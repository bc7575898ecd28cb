internal import CLibGit2
internal import Files

/// Which commit each line of a file comes from.
struct Blame {
    /// Lines that follow one another and come from one commit.
    private struct Stretch {
        /// 1-based.
        let first: Int
        let count: Int
        /// Nil where it is older than we look, or not committed yet.
        let commit: ObjectID?
    }

    private let stretches: [Stretch]

    /// Commits that are looked at, one after another; what no one touched in so many is nobody's news.
    private static let mostCommits = 2000

    /// `path` is relative to the top of the repository; `content` is what stands in the file by now, where that is not
    /// the commit's. It says nothing of a file that the commit does not have, or that is larger than a manifest.
    init(
        _ path: String, at commit: Commit, of repository: Repository, content: [UInt8]? = nil
    ) throws(LibraryFailure) {
        guard let id = ObjectID(commit.id), let entry = try repository.entry(at: path, of: commit),
            try repository.header(of: entry.id).bytes <= TreeLimits.fileBytes
        else {
            stretches = []
            return
        }
        var options = git_blame_options()
        try check(git_blame_options_init(&options, UInt32(GIT_BLAME_OPTIONS_VERSION)))
        options.newest_commit = id.library
        if let oldest = try Blame.oldest(before: commit, of: repository) {
            options.oldest_commit = oldest.library
            // Else side branches lead around the oldest one.
            options.flags = GIT_BLAME_FIRST_PARENT.rawValue
        }
        let committed = try make { git_blame_file($0, repository.handle, path, &options) }
        defer { git_blame_free(committed) }
        if let content {
            let changed = try make { made in
                content.withUnsafeBytes {
                    git_blame_buffer(made, committed, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
                }
            }
            defer { git_blame_free(changed) }
            stretches = try Blame.stretches(of: changed, repository)
        } else {
            stretches = try Blame.stretches(of: committed, repository)
        }
    }

    /// `line` is 1-based.
    func commit(at line: Int) -> ObjectID? {
        stretches.first { ($0.first..<$0.first + $0.count).contains(line) }?.commit
    }

    private static func stretches(of blame: OpaquePointer, _ repository: Repository) throws(LibraryFailure) -> [Stretch]
    {
        var stretches: [Stretch] = []
        for index in 0..<git_blame_get_hunk_count(blame) {
            guard let hunk = git_blame_get_hunk_byindex(blame, index)?.pointee else { continue }
            let id = ObjectID(hunk.final_commit_id)
            var isOlder = false
            if hunk.boundary != 0, let commit = try repository.commit(id) { isOlder = !commit.parents.isEmpty }
            stretches.append(
                Stretch(
                    first: hunk.final_start_line_number, count: hunk.lines_in_hunk,
                    commit: isOlder || !repository.holds(id) ? nil : id))
        }
        return stretches
    }

    /// Where to end; nil where the history is short enough.
    private static func oldest(before commit: Commit, of repository: Repository) throws(LibraryFailure) -> ObjectID? {
        var last = commit
        for _ in 0..<mostCommits {
            guard let parent = last.parents.first.flatMap({ ObjectID($0) }), let next = try repository.commit(parent)
            else {
                return nil
            }
            last = next
        }
        return ObjectID(last.id)
    }
}
