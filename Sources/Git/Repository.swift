internal import CLibGit2
internal import Files
internal import Glibc
internal import Resources

/// One open bare repository; not to be used by two threads at once.
final class Repository {
    let handle: OpaquePointer
    let objects: OpaquePointer

    /// Opens the one that lies exactly at `path`, bare or with a working copy.
    convenience init(opening path: String) throws(LibraryFailure) {
        try self.init(
            owning: try make { git_repository_open_ext($0, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil) })
    }

    /// Makes an empty bare one.
    convenience init(making path: String) throws(LibraryFailure) {
        try self.init(owning: try make { git_repository_init($0, path, 1) })
    }

    init(owning handle: OpaquePointer) throws(LibraryFailure) {
        do throws(LibraryFailure) {
            objects = try make { git_repository_odb($0, handle) }
        } catch {
            git_repository_free(handle)
            throw error
        }
        self.handle = handle
    }

    deinit {
        git_odb_free(objects)
        git_repository_free(handle)
    }

    func holds(_ id: ObjectID) -> Bool {
        var id = id.library
        return git_odb_exists(objects, &id) == 1
    }

    /// The kind and the size of an object, without its content.
    func header(of id: ObjectID) throws(LibraryFailure) -> (kind: git_object_t, bytes: Int) {
        var id = id.library
        var kind = GIT_OBJECT_INVALID
        var bytes = 0
        try check(git_odb_read_header(&bytes, &kind, objects, &id))
        return (kind, bytes)
    }

    /// The content of an object; its size is looked at before, by `header`.
    func content(of id: ObjectID) throws(LibraryFailure) -> [UInt8] {
        var id = id.library
        let object = try make { git_odb_read($0, objects, &id) }
        defer { git_odb_object_free(object) }
        return Array(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object)))
    }

    /// What a tree holds, in git's order.
    func entries(of tree: ObjectID) throws(LibraryFailure) -> [RepositoryEntry] {
        var id = tree.library
        let tree = try make { git_tree_lookup($0, handle, &id) }
        defer { git_tree_free(tree) }
        let count = git_tree_entrycount(tree)
        var entries: [RepositoryEntry] = []
        entries.reserveCapacity(count)
        for index in 0..<count {
            guard let entry = git_tree_entry_byindex(tree, index), let name = git_tree_entry_name(entry),
                let id = git_tree_entry_id(entry)
            else { continue }
            let bytes = UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }
            entries.append(
                RepositoryEntry(
                    name: String(validating: bytes, as: UTF8.self), mode: git_tree_entry_filemode(entry),
                    id: ObjectID(id.pointee)))
        }
        return entries
    }

    /// Whether all that a tree needs is here, as far as `most` objects tell.
    func isWhole(_ tree: ObjectID, most: Int) throws(LibraryFailure) -> Bool {
        let leftOut = LeftOut(of: path)
        var waiting = [tree]
        var seen: Set<ObjectID> = [tree]
        while let tree = waiting.popLast() {
            guard holds(tree) else { return false }
            for entry in try entries(of: tree) where entry.mode != GIT_FILEMODE_COMMIT {
                guard seen.count < most else { return true }
                guard seen.insert(entry.id).inserted else { continue }
                if entry.mode == GIT_FILEMODE_TREE {
                    waiting.append(entry.id)
                } else if !holds(entry.id), !leftOut.holds(entry.id) {
                    return false
                }
            }
        }
        return true
    }

    /// A commit; nil when there is no such object, or it is something else.
    func commit(_ id: ObjectID) throws(LibraryFailure) -> Commit? {
        var key = id.library
        let commit: OpaquePointer
        do throws(LibraryFailure) {
            commit = try make { git_commit_lookup($0, handle, &key) }
        } catch  where error.isMissing {
            return nil
        }
        defer { git_commit_free(commit) }
        guard let tree = git_commit_tree_id(commit) else { return nil }
        let parents = (0..<git_commit_parentcount(commit)).compactMap { index in
            git_commit_parent_id(commit, index).map { ObjectID($0.pointee).text }
        }
        let author = git_commit_author(commit)?.pointee.name.map { String(cString: $0) } ?? ""
        let message = git_commit_message(commit).map { String(cString: $0) } ?? ""
        let seconds = Int(git_commit_time(commit))
        let stamp = CommitStamp(
            id: id.text, author: firstLine(author), subject: firstLine(message),
            // Anybody may write any number there.
            time: max(0, min(seconds, Repository.lastSecond)) * 1000)
        return Commit(stamp: stamp, tree: ObjectID(tree.pointee).text, parents: parents)
    }

    /// The same by its id's text; nil too when that is none.
    func commit(named text: String) throws(LibraryFailure) -> Commit? {
        guard let id = ObjectID(text) else { return nil }
        return try commit(id)
    }

    /// The tree at a folder of a commit; nil when there is none.
    func tree(at path: String, of commit: Commit) throws(LibraryFailure) -> ObjectID? {
        let resolved = resolvePath(path)
        guard resolved != "." else { return ObjectID(commit.tree) }
        guard !leadsOutside(resolved), let found = try entry(at: resolved, of: commit) else { return nil }
        return found.mode == GIT_FILEMODE_TREE ? found.id : nil
    }

    /// The end of the year 9999.
    private static let lastSecond = 253_402_300_799

    /// Where a reference points to; nil when there is none of that name.
    func target(of name: String) throws(LibraryFailure) -> ObjectID? {
        var id = git_oid()
        do throws(LibraryFailure) {
            try check(git_reference_name_to_id(&id, handle, name))
        } catch  where error.isMissing {
            return nil
        }
        return ObjectID(id)
    }

    /// Goes through the references while it may: each name, and what it points to; nil for one that points to another.
    func eachReference(
        while goesOn: () -> Bool, _ visit: (_ name: String, _ target: ObjectID?) -> Void
    ) throws(LibraryFailure) {
        let iterator = try make { git_reference_iterator_new($0, handle) }
        defer { git_reference_iterator_free(iterator) }
        while goesOn() {
            var reference: OpaquePointer?
            let code = git_reference_next(&reference, iterator)
            if code == GIT_ITEROVER.rawValue { break }
            try check(code)
            guard let reference else { break }
            defer { git_reference_free(reference) }
            guard let name = git_reference_name(reference) else { continue }
            visit(String(cString: name), git_reference_target(reference).map { ObjectID($0.pointee) })
        }
    }

    func setReference(_ name: String, to id: ObjectID) throws(LibraryFailure) {
        var id = id.library
        git_reference_free(try make { git_reference_create($0, handle, name, &id, 1, nil) })
    }

    /// Follows tags to what they point to, as long as that is a commit.
    func peel(_ id: ObjectID) throws(LibraryFailure) -> ObjectID {
        var key = id.library
        let object = try make { git_object_lookup($0, handle, &key, GIT_OBJECT_ANY) }
        defer { git_object_free(object) }
        let peeled = try make { git_object_peel($0, object, GIT_OBJECT_COMMIT) }
        defer { git_object_free(peeled) }
        guard let id = git_object_id(peeled) else { throw LibraryFailure(GIT_ERROR.rawValue) }
        return ObjectID(id.pointee)
    }

    /// Whether `ancestor` is the commit or one of those before it.
    func contains(_ ancestor: ObjectID, in id: ObjectID) throws(LibraryFailure) -> Bool {
        guard ancestor != id else { return true }
        var commit = id.library
        var before = ancestor.library
        return try check(git_graph_descendant_of(handle, &commit, &before)) == 1
    }

    /// The commits that lead to `last`, the newest first, without those that lead to one of `hidden`.
    func walk(
        from last: ObjectID, hiding hidden: [ObjectID], limit: Int
    ) throws(LibraryFailure) -> [ObjectID] {
        let walk = try make { git_revwalk_new($0, handle) }
        defer { git_revwalk_free(walk) }
        try check(git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue))
        var id = last.library
        try check(git_revwalk_push(walk, &id))
        for commit in hidden {
            var id = commit.library
            try check(git_revwalk_hide(walk, &id))
        }
        var found: [ObjectID] = []
        while found.count < limit {
            let code = git_revwalk_next(&id, walk)
            if code == GIT_ITEROVER.rawValue { break }
            try check(code)
            found.append(ObjectID(id))
        }
        return found
    }
}

/// What a tree holds under one name.
struct RepositoryEntry {
    /// Nil where it is not UTF-8.
    let name: String?
    let mode: git_filemode_t
    let id: ObjectID
}

/// Texts of a commit are whatever somebody wrote there: what looks like one character may be megabytes of accents.
private func firstLine(_ text: String) -> String {
    let most = 1000
    let line = text.unicodeScalars.drop { $0.properties.isWhitespace }.prefix(most).prefix { !Character($0).isNewline }
    return String(String.UnicodeScalarView(line))
}
