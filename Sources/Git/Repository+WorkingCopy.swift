internal import CLibGit2
internal import Glibc

extension Repository {
    /// Opens the one that a folder lies in.
    convenience init(containing folder: String) throws(LibraryFailure) {
        try self.init(
            owning: try make { git_repository_open_ext($0, folder, GIT_REPOSITORY_OPEN_CROSS_FS.rawValue, nil) })
    }

    /// The folder of git's own files.
    var path: String { git_repository_path(handle).map { String(cString: $0) } ?? "" }

    /// Nil where it has no working copy.
    var workingFolder: String? { git_repository_workdir(handle).map { String(cString: $0) } }

    /// Whether its history was cut off when it was cloned.
    var isShallow: Bool { git_repository_is_shallow(handle) == 1 }

    /// The commit that a text names; nil when there is none.
    func find(_ text: String) throws(LibraryFailure) -> ObjectID? {
        do throws(LibraryFailure) {
            let object = try make { git_revparse_single($0, handle, text) }
            defer { git_object_free(object) }
            return try git_object_id(object).map { (id) throws(LibraryFailure) in try peel(ObjectID(id.pointee)) }
        } catch  where error.isMissing || error.code == GIT_EINVALIDSPEC || error.code == GIT_EPEEL {
            return nil
        }
    }

    /// The names that a person has for commits: branches, branches of other repositories, and tags; `limit` at most.
    func names(limit: Int) throws(LibraryFailure) -> [String] {
        var names: [String] = []
        try eachReference(while: { names.count < limit }) { name, _ in
            // A branch of `origin` is found by its own name, too.
            for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/origin/", "refs/remotes/"]
            where name.hasPrefix(prefix) {
                names.append(String(name.dropFirst(prefix.count)))
            }
        }
        return names
    }

    func mergeBase(_ one: ObjectID, _ other: ObjectID) throws(LibraryFailure) -> ObjectID? {
        var (base, one, other) = (git_oid(), one.library, other.library)
        do throws(LibraryFailure) {
            try check(git_merge_base(&base, handle, &one, &other))
        } catch  where error.isMissing {
            return nil
        }
        return ObjectID(base)
    }

    /// Whether something below a resolved path differs from what is committed, whether it is staged or not.
    func isChanged(below path: String) throws(LibraryFailure) -> Bool {
        var options = git_status_options()
        try check(git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION)))
        options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        options.flags =
            GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH.rawValue
            | GIT_STATUS_OPT_EXCLUDE_SUBMODULES.rawValue
        guard path != "." else { return try hasStatus(&options) }
        var pathspec: UnsafeMutablePointer<CChar>? = strdup(path)
        defer { free(pathspec) }
        return try withUnsafeMutablePointer(to: &pathspec) { (pointer) throws(LibraryFailure) in
            options.pathspec = git_strarray(strings: pointer, count: 1)
            return try hasStatus(&options)
        }
    }

    private func hasStatus(_ options: inout git_status_options) throws(LibraryFailure) -> Bool {
        let list = try make { git_status_list_new($0, handle, &options) }
        defer { git_status_list_free(list) }
        return git_status_list_entrycount(list) > 0
    }

    /// The file or folder at a resolved path of a commit; nil when there is none.
    func entry(at path: String, of commit: Commit) throws(LibraryFailure) -> RepositoryEntry? {
        guard var id = ObjectID(commit.tree) else { return nil }
        var found: RepositoryEntry?
        for part in path.split(separator: "/") where part != "." {
            if let found, found.mode != GIT_FILEMODE_TREE { return nil }
            found = try entries(of: id).first { $0.name.map { $0 == part } ?? false }
            guard let entry = found else { return nil }
            id = entry.id
        }
        return found
    }
}
