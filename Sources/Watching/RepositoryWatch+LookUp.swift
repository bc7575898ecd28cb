internal import Diagnostics
internal import Files
internal import Git
internal import Resources

extension RepositoryWatch {
    /// Asks for the newest commit, once, and has the environments follow it when it may be followed.
    func lookUp() async {
        let isAsked = isPoked
        isPoked = false
        defer { hasLooked = true }
        let repository = repository
        daemon.board.count(repository.name) { $0.lookUps += 1 }
        var pause = Backoff.interval(repository.interval, random: daemon.ports.random())
        do throws(LookUpProblem) {
            try holdFolder()
            let head = try await newest()
            let now = daemon.now
            daemon.board.show(repository.name) { $0.lookedUp = now }
            try await follow(head)
            await pullRequests?.look(head, isAsked: isAsked)
            failures = 0
            recover()
        } catch {
            // It was broken off: that says nothing of the repository.
            guard !isStopping else { return }
            failures += 1
            if error.isAway { daemon.board.count(repository.name) { $0.failedLookUps += 1 } }
            // A server that is away is not asked as often as one that answers, nor for what is too much again and again.
            if error.isAway || error.isCostly {
                pause = max(pause, Backoff.delay(after: failures, random: daemon.ports.random()))
            }
            show(error, retry: daemon.now + pause.milliseconds)
            await resume()
        }
        let next = daemon.now + pause.milliseconds
        due = next
        self.pause = pause.milliseconds
        daemon.board.show(repository.name) { $0.nextLookUp = next }
    }

    /// What is followed without a folder of our own may be followed by another daemon as well.
    private func holdFolder() throws(LookUpProblem) {
        do throws(WatchError) {
            guard try daemon.data.renew() else { return }
            daemon.ports.log(
                LogEntry(.warning, "the data folder was removed, and is made anew", [("folder", daemon.data.path)]))
        } catch {
            throw LookUpProblem([error.diagnostic], isAway: true)
        }
    }

    private func newest() async throws(LookUpProblem) -> RemoteHead {
        let mirror = try await known()
        do throws(GitError) {
            return try await mirror.lookUp(repository.ref)
        } catch {
            // The secrets may be others by now.
            if error.reason == .denied { await forgetMirror() }
            throw LookUpProblem([error.diagnostic], isAway: true)
        }
    }

    private func known() async throws(LookUpProblem) -> Mirror {
        do throws(Setback) { return try await mirror() } catch {
            throw LookUpProblem(error.diagnostics, isAway: true)
        }
    }

    private func forgetMirror() async {
        await opened?.close()
        opened = nil
    }

    private func follow(_ found: RemoteHead) async throws(LookUpProblem) {
        if found.id == head?.id, !isDamaged { return }
        let commit: Commit
        let tree: String?
        let mirror = try await known()
        do throws(GitError) {
            daemon.board.count(repository.name) { $0.fetches += 1 }
            commit = try await mirror.fetch(found)
            tree = try await mirror.subtree(repository.path, of: commit)
        } catch {
            throw LookUpProblem([error.diagnostic], isAway: error.isTransient)
        }
        // Signatures first, which take a while: what is begun meanwhile is part of the history that must lead on.
        try await checkSignatures(commit, mirror)
        try await checkHistory(commit, mirror)
        isDamaged = false
        try accept(commit)
        for environment in environments {
            await environment.follow(
                Revision(
                    stamp: commit.stamp, key: RevisionKey(tree: tree ?? "", environment.environment, daemon.watch)))
        }
    }

    /// Remembers the commit that is followed from now on: durable before anything is made of it.
    private func accept(_ commit: Commit) throws(LookUpProblem) {
        let memory = RepositoryMemory(accepted: commit.stamp, following: following)
        if memory != self.memory {
            do throws(FileError) { try memory.keep(in: folder) } catch {
                throw LookUpProblem(Setback(data: error).diagnostics, isAway: false)
            }
        }
        self.memory = memory
        head = commit
        daemon.board.show(repository.name) { $0.head = commit.stamp }
    }

    /// Where git is away after a restart, what was accepted before is brought to its end all the same; not where those who
    /// signed it are not allowed to any more.
    private func resume() async {
        guard head == nil, let memory, memory.following == following, let mirror = try? await mirror(),
            let commit = (try? await mirror.commit(memory.accepted.id)) ?? nil,
            let tree = try? await mirror.subtree(repository.path, of: commit)
        else { return }
        do throws(LookUpProblem) { try await checkSignatures(commit, mirror) } catch { return }
        head = commit
        for environment in environments {
            await environment.follow(
                Revision(stamp: commit.stamp, key: RevisionKey(tree: tree, environment.environment, daemon.watch)))
        }
    }

    private func show(_ problem: LookUpProblem, retry: Int) {
        let known = daemon.board.problem(of: repository.name)
        let now = daemon.now
        daemon.board.show(repository.name) {
            $0.problem = WatchProblem(problem.diagnostics, since: known?.since ?? now, retry: retry)
        }
        guard known?.diagnostics != problem.diagnostics else { return }
        let reason = problem.diagnostics.first?.message ?? ""
        daemon.ports.log(
            LogEntry(.warning, "repository not followed", [("repository", repository.name), ("reason", reason)]))
        for environment in repository.environments {
            daemon.tell(
                .failure, WatchPlace(repository.name, environment.name), nil,
                "the repository cannot be followed", problem.diagnostics.map(\.message), subject: "git")
        }
    }

    private func recover() {
        guard daemon.board.problem(of: repository.name) != nil else { return }
        daemon.board.show(repository.name) { $0.problem = nil }
        daemon.ports.log(LogEntry(.info, "repository followed again", [("repository", repository.name)]))
        for environment in repository.environments {
            daemon.tell(
                .recovery, WatchPlace(repository.name, environment.name), nil, "the repository is followed again",
                subject: "git")
        }
    }

    /// Whether a new head leads on from what is live, and from what is being applied.
    private func checkHistory(_ commit: Commit, _ mirror: Mirror) async throws(LookUpProblem) {
        // Who follows another address or reference than before wants its history.
        guard !repository.allowsRewrites, memory.map({ $0.following == following }) ?? true else { return }
        for environment in environments {
            for anchor in await environment.memory.anchors where anchor != commit.id {
                do throws(GitError) {
                    switch repository.ref {
                    case .head, .branch, .tag:
                        if try await mirror.contains(anchor, in: commit.id) { continue }
                    case .semver, .commit:
                        // Versions of several lines need not contain one another; back to an older one leads no range.
                        if try await !mirror.contains(commit.id, in: anchor) { continue }
                    }
                } catch {
                    throw LookUpProblem([error.diagnostic], isAway: error.isTransient)
                }
                throw LookUpProblem([.rewritten(commit, anchor, repository)], isAway: false)
            }
        }
    }

    /// Whether those who are allowed to signed the new head, and with `strict` all that came since the last accepted one.
    ///
    /// Where nothing was accepted yet, or something else was followed, there is no such list: the head speaks for it.
    private func checkSignatures(_ commit: Commit, _ mirror: Mirror) async throws(LookUpProblem) {
        let verification = repository.verification
        guard verification.mode != .none else { return }
        let path = { [folder = daemon.folder] (text: String) in resolvePath(text, from: folder) }
        let signers = Signers(
            allowedSigners: verification.allowedSigners.map(path), openPGPKeys: verification.openPGPKeys.map(path))
        var commits = [commit]
        do throws(GitError) {
            if verification.mode == .strict, let memory, memory.following == following,
                memory.accepted.id != commit.id
            {
                commits = try await mirror.commits(
                    since: memory.accepted.id, upTo: commit.id, limit: RepositoryWatch.mostCommits + 1)
                if !commits.contains(where: { $0.id == commit.id }) { commits.insert(commit, at: 0) }
            }
        } catch {
            throw LookUpProblem([error.diagnostic], isAway: error.isTransient)
        }
        guard commits.count <= RepositoryWatch.mostCommits else {
            throw LookUpProblem([.tooManyCommits(repository)], isAway: false)
        }
        for commit in commits {
            guard !isStopping else { throw LookUpProblem([], isAway: true) }
            do throws(GitError) { _ = try await mirror.verify(commit, signers) } catch {
                throw LookUpProblem([error.diagnostic], isAway: error.isTransient)
            }
        }
    }
}

/// Why the newest commit of a repository is not followed.
struct LookUpProblem: Error {
    let diagnostics: [Diagnostic]
    /// Whether git itself is in the way, rather than what it holds.
    let isAway: Bool
    /// Whether it shows only once a fetch has brought all that it may.
    var isCostly: Bool { diagnostics.contains { $0.code == "git-too-large" } }

    init(_ diagnostics: [Diagnostic], isAway: Bool) {
        self.diagnostics = diagnostics
        self.isAway = isAway
    }
}

extension Diagnostic {
    fileprivate static func tooManyCommits(_ repository: WatchedRepository) -> Diagnostic {
        Diagnostic(
            .error, "too-many-commits",
            "more than \(RepositoryWatch.mostCommits) commits came at once, and each would have to be verified",
            at: repository.mark, hint: "Verify with 'mode: head' once, or push them in parts.")
    }

    fileprivate static func rewritten(
        _ commit: Commit, _ anchor: String, _ repository: WatchedRepository
    ) -> Diagnostic {
        Diagnostic(
            .error, "history-rewritten",
            "the history of \(repository.ref.text) was rewritten: commit \(commit.stamp.short) does not contain "
                + "\(anchor.prefix(10)), which is live or being applied",
            at: repository.mark,
            hint: "Push a commit that contains it, or set 'allowRewrites: true' for this repository.")
    }
}
