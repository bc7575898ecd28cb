internal import Diagnostics
internal import Files
internal import Git
internal import Reconciling
internal import Resources

extension RepositoryWatch {
    /// What a commit declares for each environment; it is kept while somebody is at work.
    func read(_ id: String) async throws(Setback) -> CommitReading {
        if let reading, reading.commit.id == id { return reading }
        let read = try await readOnce(id)
        // Another environment may have asked for it meanwhile.
        if let reading, reading.commit.id == id { return reading }
        reading = read
        return read
    }

    /// The same, not kept: what everybody works with stays at hand.
    func readOnce(_ id: String) async throws(Setback) -> CommitReading {
        let commit: Commit?
        var tree: CommitTree?
        let mirror = try await mirror()
        do throws(GitError) {
            commit = try await mirror.commit(id)
            if let commit, try await mirror.subtree(repository.path, of: commit) != nil {
                tree = try await mirror.tree(of: commit, below: repository.path)
            }
        } catch {
            if error.reason == .corrupt { damage() }
            throw Setback(error)
        }
        guard let commit else {
            damage()
            throw Setback([.gone(id)], .passing)
        }
        guard let tree else { throw Setback([.noFolder(repository, commit)], .lasting) }
        let read = CommitReading(
            commit, tree, by: daemon.watch, repository, zones: daemon.ports.zones, today: daemon.ports.time.today())
        if tree.isDamaged {
            // What could not be read may be there: what is kept of it is at fault, and comes anew.
            damage()
            throw Setback([.gone(id)], .passing)
        }
        return read
    }

    /// What is kept of the repository; its secrets are resolved when it is first needed.
    func mirror() async throws(Setback) -> Mirror {
        if let opened { return opened }
        let remote: Remote
        do throws(FileError) {
            remote = try await Remote(repository, folder: daemon.folder, secret: daemon.ports.secret)
            try makeFolder(folder, mode: 0o700)
        } catch {
            throw Setback([error.diagnostic], .passing)
        }
        // Somebody else may have been faster.
        if let opened { return opened }
        let mirror = Mirror(folder: daemon.data.mirror(of: repository.name), remote: remote)
        opened = mirror
        if isStopping { mirror.breakOff() }
        return mirror
    }
}

extension Diagnostic {
    fileprivate static func gone(_ id: String) -> Diagnostic {
        Diagnostic(
            .error, "git-corrupt", "commit \(id.prefix(10)) is not in what is kept of the repository",
            hint: "It is fetched anew with the next look-up.")
    }

    fileprivate static func noFolder(_ repository: WatchedRepository, _ commit: Commit) -> Diagnostic {
        Diagnostic(
            .error, "no-folder", "commit \(commit.stamp.short) has no folder '\(repository.path)'",
            at: repository.mark, hint: "'path' in the watch file is relative to the repository's top.")
    }
}
