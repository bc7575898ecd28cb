internal import Diagnostics
internal import Files
internal import Git
internal import Notifications
internal import Planning
internal import Reports
internal import Resources

/// Gives the open pull requests of a repository a plan: one comment on each, and for each environment a state of its
/// newest commit.
///
/// - What moved is read from the references that each look-up brings; then the forge is asked, once, which requests are
///   open, and else now and then: one may be opened again without having moved. A request that changes nothing below the repository's `path` is told nothing.
/// - Nothing is applied, and what a request says of connections and policy is passed over as in every commit.
/// - Neither a look-up nor an apply waits for it. A forge that is away is asked again later.
actor PullRequests {
    /// What the repository's watch gives.
    struct Source: Sendable {
        let mirror: @Sendable () async throws(Setback) -> Mirror
        let read: @Sendable (_ commit: String) async throws(Setback) -> CommitReading
        let plan:
            @Sendable (_ commit: CommitStamp, _ base: BranchBase?, _ environment: String) async -> (
                plan: Plan?, diagnostics: [Diagnostic]
            )
    }

    /// After each look-up: what is applied has its turn in between.
    static let mostAtOnce = 5
    /// Servers tell the references of closed requests for ever; of very many the newest are looked at.
    private static let mostRequests = 20_000
    /// Between two questions where nothing moved and nobody asks, in milliseconds: forges count them.
    private static let pause = 300_000

    private let repository: WatchedRepository
    private let settings: ForgeSettings
    private let daemon: Daemon
    private let source: Source
    private let folder: String
    private var memory: PullRequestMemory
    private var visit: Task<Void, Never>?
    /// The newest commits of requests that could not be told, so that others have their turn before them.
    private var untold: [Int: String] = [:]
    private var failures = 0
    /// In milliseconds since 1970 (UTC).
    private var restsUntil = 0
    /// When the forge was asked last, likewise.
    private var asked = 0
    private var isStopping = false

    init(_ repository: WatchedRepository, _ settings: ForgeSettings, _ daemon: Daemon, _ source: Source) {
        self.repository = repository
        self.settings = settings
        self.daemon = daemon
        self.source = source
        folder = daemon.data.folder(of: repository.name)
        memory = PullRequestMemory(folder)
    }

    /// Visits the requests that are to be told something, in a task of its own. `isAsked`: somebody says that there is
    /// something to see.
    func look(_ head: RemoteHead, isAsked: Bool) {
        let now = daemon.now
        guard visit == nil, !isStopping, now >= restsUntil else { return }
        let heads = heads(head.references)
        let hasMoved = heads.contains { memory.seen[$0.key] != $0.value }
        // What lies ahead was noted before the clock was set back.
        guard !heads.isEmpty, hasMoved || isAsked || now >= asked + PullRequests.pause || now < asked else { return }
        asked = now
        visit = Task { await self.go(to: heads, head) }
    }

    /// Returns when no visit is under way.
    func settle() async { await visit?.value }

    /// Begins nothing more, and breaks off what is under way.
    func stop() async {
        isStopping = true
        visit?.cancel()
        await visit?.value
    }

    /// The newest commit of each request, by its number.
    private func heads(_ references: [String: String]) -> [Int: String] {
        let prefix = settings.provider == .gitlab ? "refs/merge-requests/" : "refs/pull/"
        var heads: [Int: String] = [:]
        for (name, id) in references where name.hasPrefix(prefix) && name.hasSuffix("/head") {
            if let number = Int(name.dropFirst(prefix.count).dropLast("/head".count)), number > 0 { heads[number] = id }
        }
        guard heads.count > PullRequests.mostRequests else { return heads }
        let newest = heads.keys.sorted(by: >).prefix(PullRequests.mostRequests)
        return Dictionary(uniqueKeysWithValues: newest.map { ($0, heads[$0] ?? "") })
    }

    private func go(to heads: [Int: String], _ head: RemoteHead) async {
        defer { visit = nil }
        do throws(VisitFailure) {
            let forge = try await forge()
            let open = try await asked { () throws(ForgeError) in try await forge.openPullRequests() }
            let meant = open.filter { isMeant(for: head, $0) }
            let known = Set(meant.map(\.number))
            memory.told = memory.told.filter { known.contains($0.key) }
            let due = meant.filter { heads[$0.number] == $0.head && memory.told[$0.number] != $0.head }.sorted {
                (isUntold($0) ? 1 : 0, $0.number) < (isUntold($1) ? 1 : 0, $1.number)
            }
            let asking = Set(due.map(\.number))
            let moving = Set(open.filter { heads[$0.number] != nil && heads[$0.number] != $0.head }.map(\.number))
            // Those that were told, closed ones, and those into other branches. What moved meanwhile is seen by the next
            // look-up, and so is who does not have its turn.
            for (number, id) in heads where !moving.contains(number) {
                memory.seen[number] = asking.contains(number) ? nil : id
            }
            untold = untold.filter { asking.contains($0.key) }
            var problem: VisitFailure?
            for request in due.prefix(PullRequests.mostAtOnce) where !isStopping {
                do throws(VisitFailure) {
                    try await tell(request, head, forge)
                    untold[request.number] = nil
                    settled(request)
                } catch {
                    guard error.extent != .forge else { throw error }
                    // What is wrong with one request keeps nobody else from a plan.
                    untold[request.number] = request.head
                    if error.extent == .lasting {
                        settled(request)
                        log(.warning, "a pull request gets no plan", "\(request.number): \(error.reason)")
                    } else {
                        problem = problem ?? error
                    }
                }
                keep()
            }
            keep()
            if let problem { throw problem }
            if failures > 0 { log(.info, "pull requests get plans again") }
            failures = 0
        } catch {
            keep()
            failures += 1
            let pause = max(error.pause ?? .zero, Backoff.delay(after: failures, random: daemon.ports.random()))
            restsUntil = daemon.now + pause.milliseconds
            if failures == 1, !isStopping { log(.warning, "pull requests get no plans now", error.reason) }
        }
    }

    private func settled(_ request: PullRequest) {
        memory.seen[request.number] = request.head
        memory.told[request.number] = request.head
    }

    private func isUntold(_ request: PullRequest) -> Bool { untold[request.number] == request.head }

    /// Whether it asks to be merged into what is followed; where that is no branch, any request counts.
    ///
    /// One from another repository does not: anybody may have written it, and a plan tells what is live under whatever name
    /// somebody writes.
    private func isMeant(for head: RemoteHead, _ request: PullRequest) -> Bool {
        guard !request.isFork else { return false }
        let prefix = "refs/heads/"
        return !head.name.hasPrefix(prefix) || head.name.dropFirst(prefix.count) == request.base
    }

    private func tell(_ request: PullRequest, _ head: RemoteHead, _ forge: Forge) async throws(VisitFailure) {
        let mirror: Mirror
        do throws(Setback) { mirror = try await source.mirror() } catch { throw VisitFailure(error.diagnostics) }
        let commit: Commit
        let extent: Extent
        do throws(GitError) {
            let kind = settings.provider == .gitlab ? "merge-requests" : "pull"
            commit = try await mirror.fetch(
                RemoteHead(name: "refs/\(kind)/\(request.number)/head", id: request.head, references: [:]))
            extent = try await self.extent(of: commit, from: head.id, mirror)
        } catch {
            guard !error.isTransient else { throw VisitFailure([error.diagnostic]) }
            // It is too large, say: that is the request's own, and stays so until it moves.
            return try await state(
                .failure, of: request.head, error.diagnostic.message, in: repository.environments, forge)
        }
        guard extent.touchesPath else { return }
        let base = try await base(extent, request)
        var parts = extent.isBehind ? [PullRequests.behind] : []
        var states: [(environment: WatchedEnvironment, state: Forge.State, text: String)] = []
        for environment in repository.environments {
            let (plan, diagnostics) = await source.plan(commit.stamp, base, environment.name)
            guard !isStopping else { throw VisitFailure([]) }
            if plan == nil, FailureClass.isTransient(diagnostics) {
                if !isUntold(request) {
                    try await state(.pending, of: request.head, "cannot be planned now", in: [environment], forge)
                }
                throw VisitFailure(diagnostics)
            }
            let outcome = PullRequestOutcome(
                plan, diagnostics, environment.name, longest: longestComment / repository.environments.count)
            parts.append(outcome.markdown)
            states.append((environment, outcome.state, outcome.text))
        }
        let text = parts.joined(separator: "\n---\n\n")
        try await asked { () throws(ForgeError) in
            try await forge.comment(on: request.number, marker: marker, body: text)
        }
        for item in states { try await state(item.state, of: request.head, item.text, in: [item.environment], forge) }
    }

    /// Two daemons that watch one repository for different environments have a comment each.
    private var marker: String {
        "<!-- mooring:\(repository.name)/\(repository.environments.map(\.name).joined(separator: ",")) -->"
    }

    private static let behind = """
        _This branch lacks commits of the branch that is followed: the plan is of the branch as it stands, and may undo what \
        they brought._

        """

    private struct Extent {
        /// The newest commit that led to both; nil: there is none.
        var start: Commit?
        /// Whether the path was there.
        var hadPath = false
        let touchesPath: Bool
        /// Whether commits of the followed branch are missing in it.
        let isBehind: Bool
    }

    private func extent(of commit: Commit, from base: String, _ mirror: Mirror) async throws(GitError) -> Extent {
        let path = repository.path
        let tree = try await mirror.subtree(path, of: commit)
        guard let followed = try await mirror.commit(base) else { return Extent(touchesPath: true, isBehind: true) }
        if try await mirror.subtree(path, of: followed) == tree { return Extent(touchesPath: false, isBehind: false) }
        guard let start = try await mirror.mergeBase(commit, followed) else {
            return Extent(touchesPath: tree != nil, isBehind: true)
        }
        let before = try await mirror.subtree(path, of: start)
        return Extent(
            start: start, hadPath: before != nil, touchesPath: tree != before, isBehind: start.id != followed.id)
    }

    /// What was declared where the request began.
    private func base(_ extent: Extent, _ request: PullRequest) async throws(VisitFailure) -> BranchBase? {
        guard let start = extent.start else { return nil }
        guard extent.hadPath else { return BranchBase(name: request.base, commit: start.stamp, reading: nil) }
        do throws(Setback) {
            return BranchBase(name: request.base, commit: start.stamp, reading: try await source.read(start.id))
        } catch {
            throw VisitFailure(error.diagnostics)
        }
    }

    // MARK: The forge

    private func forge() async throws(VisitFailure) -> Forge {
        do throws(FileError) {
            return Forge(
                settings, token: try await daemon.ports.secret(settings.token), transport: daemon.ports.web)
        } catch {
            throw VisitFailure([error.diagnostic])
        }
    }

    private func asked<Answer: Sendable>(
        _ call: () async throws(ForgeError) -> Answer
    ) async throws(VisitFailure) -> Answer {
        do throws(ForgeError) { return try await call() } catch {
            throw VisitFailure(error)
        }
    }

    /// Not that of what is live: one commit may have both.
    private static func context(_ environment: WatchedEnvironment) -> String { "mooring/\(environment.name) (plan)" }

    private func state(
        _ state: Forge.State, of commit: String, _ text: String, in environments: [WatchedEnvironment], _ forge: Forge
    ) async throws(VisitFailure) {
        for environment in environments {
            let link = daemon.page(of: WatchPlace(repository.name, environment.name))
            try await asked { () throws(ForgeError) in
                try await forge.setStatus(
                    state, of: commit, context: PullRequests.context(environment), description: text, link: link)
            }
        }
    }

    private func keep() {
        do throws(FileError) { try memory.keep(in: folder) } catch {
            log(.warning, "what was told of pull requests cannot be kept", error.diagnostic.message)
        }
    }

    private func log(_ level: LogEntry.Level, _ message: String, _ reason: String? = nil) {
        let facts = [("repository", repository.name)] + (reason.map { [("reason", $0)] } ?? [])
        daemon.ports.log(LogEntry(level, message, facts))
    }
}
