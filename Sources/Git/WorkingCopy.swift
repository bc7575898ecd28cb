internal import CLibGit2
internal import Diagnostics
internal import Files
internal import Resources
internal import Synchronization

/// The repository that a folder on disk lies in, with whatever is checked out there; usable from any thread.
package final class WorkingCopy: Sendable {
    /// The folder that `.git` lies in, absolute, symbolic links resolved.
    package let top: String
    /// The path of the folder that was asked for, from the top; `.` where it is the top.
    package let prefix: String
    /// What is checked out; nil before the first commit.
    package let head: Commit?
    private let folder: String
    private let repository: Mutex<Repository>

    /// So many names are compared with one that there is not; a repository with more of them is rare.
    private static let mostNames = 10_000

    /// Nil where the folder lies in no repository with a working copy.
    package init?(containing folder: String) throws(GitError) {
        try Libgit2.require()
        do throws(LibraryFailure) {
            let repository: Repository
            do throws(LibraryFailure) {
                repository = try Repository(containing: folder)
            } catch  where error.isMissing {
                return nil
            }
            guard let top = repository.workingFolder, let tree = try? DiskTree(root: top),
                let place = try? DiskTree(root: folder),
                place.root == tree.root || place.root.hasPrefix(tree.root == "/" ? "/" : tree.root + "/")
            else { return nil }
            self.top = tree.root
            prefix =
                place.root == tree.root ? "." : String(place.root.dropFirst(tree.root == "/" ? 1 : tree.root.count + 1))
            head = try repository.target(of: "HEAD").flatMap { (id) throws(LibraryFailure) in try repository.commit(id)
            }
            self.folder = repository.path
            self.repository = Mutex(repository)
        } catch {
            throw GitError(error, "open the repository", at: folder)
        }
    }

    /// The commit that a text names as git reads it: a branch, a tag, `HEAD~2`, the beginning of an id; a branch of
    /// `origin` too by its own name.
    package func resolve(_ text: String) throws(GitError) -> Commit {
        try use("find '\(text)'") { (repository) throws(LibraryFailure) in
            for name in [text, "refs/remotes/origin/\(text)"] {
                guard let id = try repository.find(name), let commit = try repository.commit(id) else { continue }
                return commit
            }
            let meant = closest(to: text, among: try repository.names(limit: WorkingCopy.mostNames))
            throw LibraryFailure(
                GitError(
                    .missingRef, "there is no commit '\(text)' in '\(top)'",
                    hint: meant.map { "Did you mean '\($0)'?" }
                        ?? "Name a branch, a tag or an id; on a CI runner, first fetch it with its history "
                        + "('fetch-depth: 0', or 'GIT_DEPTH: 0')."))
        }
    }

    /// The newest commit that led to both; nil where they have none in common.
    package func mergeBase(_ one: Commit, _ other: Commit) throws(GitError) -> Commit? {
        try use("compare the histories of \(one.stamp.short) and \(other.stamp.short)") {
            (repository) throws(LibraryFailure) in
            guard let one = ObjectID(one.id), let other = ObjectID(other.id) else { return nil }
            return try repository.mergeBase(one, other).flatMap { (id) throws(LibraryFailure) in
                try repository.commit(id)
            }
        }
    }

    /// What lies in a folder of a commit; `path` is relative to the top.
    package func tree(of commit: Commit, below path: String) throws(GitError) -> CommitTree {
        let root = try use("read the tree of \(commit.stamp.short)") { (repository) throws(LibraryFailure) in
            try repository.tree(at: path, of: commit)
        }
        guard let root else {
            throw GitError(.missing, "commit \(commit.stamp.short) has no folder '\(path)'")
        }
        return CommitTree(repository: folder, root: root, damage: Damage())
    }

    /// Whether something below a folder is not as `HEAD` has it; `path` is relative to the top.
    package func isChanged(below path: String) throws(GitError) -> Bool {
        try use("compare the files below '\(path)'") { (repository) throws(LibraryFailure) in
            try repository.isChanged(below: resolvePath(path))
        }
    }

    /// Who wrote a line (1-based) of a file as it stands on disk; nil where that is not committed, or very old.
    ///
    /// `file` is relative to the top.
    package func author(of file: String, line: Int) throws(GitError) -> Commit? {
        guard let head, let content = try? readFile(top + "/" + file, limit: TreeLimits.fileBytes) else { return nil }
        return try use("read the history of '\(file)'") { (repository) throws(LibraryFailure) in
            guard let id = try Blame(file, at: head, of: repository, content: content).commit(at: line) else {
                return nil
            }
            return try repository.commit(id)
        }
    }

    private func use<T: Sendable>(
        _ work: String, _ body: (Repository) throws(LibraryFailure) -> T
    ) throws(GitError) -> T {
        try repository.withLock { (repository) throws(GitError) in
            do throws(LibraryFailure) {
                return try body(repository)
            } catch  where error.isDamage && repository.isShallow {
                throw GitError(
                    .missing, "cannot \(work): the history of '\(top)' is cut off",
                    hint: "Fetch the whole of it ('git fetch --unshallow', 'fetch-depth: 0' or 'GIT_DEPTH: 0').")
            } catch {
                throw GitError(error, work, at: top)
            }
        }
    }
}
