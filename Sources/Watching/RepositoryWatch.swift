internal import Diagnostics
internal import Files
internal import Git
internal import Reconciling
internal import Resources
internal import Synchronization

/// One repository: looks up its newest commit, and has its environments follow it.
actor RepositoryWatch {
    nonisolated let repository: WatchedRepository
    let daemon: Daemon
    private(set) var environments: [EnvironmentWatch] = []
    let bell = Bell()

    let folder: String
    /// The address and the reference that are followed.
    let following: String
    var memory: RepositoryMemory?
    var opened: Mirror?
    /// What the newest commit that was asked for declares; nil: nobody is at work.
    var reading: CommitReading?
    /// The commit that all environments follow.
    var head: Commit?
    var failures = 0
    /// When the next look-up is due, in milliseconds since 1970 (UTC), and how long that is after the last one.
    var due = 0
    var pause = 0
    var isPoked = true
    var isStopping = false
    /// What is kept is damaged: the newest commit is fetched again, though nothing moved.
    var isDamaged = false
    /// Plans for pull requests; nil where the watch file wants none.
    var pullRequests: PullRequests?
    /// The look-up that is under way; whoever waits for an approval or a look at the nodes does not wait for it.
    private var looking: Task<Void, Never>?
    /// Before the first one nobody knows what to follow.
    var hasLooked = false
    /// When something of an environment is due.
    var dues: [String: Int] = [:]

    /// Between two turns of the loop, whatever is due: a clock that was set back must not stop it for long.
    private static let longestPause = 3_600_000
    /// `strict` verifies so many commits at once.
    static let mostCommits = 10_000

    init(_ repository: WatchedRepository, _ daemon: Daemon) {
        self.repository = repository
        self.daemon = daemon
        folder = daemon.data.folder(of: repository.name)
        following = "\(repository.url) \(repository.ref.text)"
        memory = RepositoryMemory(folder)
    }

    /// Reads what was known of the environments; once, before anything else.
    func prepare() {
        environments = repository.environments.map { environment in
            EnvironmentWatch(
                environment, of: repository, daemon,
                CommitSource(
                    read: { [weak self] id throws(Setback) in
                        guard let self else { throw .superseded }
                        return try await self.read(id)
                    },
                    stand: { [weak self] name, revision in await self?.stand(of: name, to: revision) ?? .done },
                    stepped: { [weak self] name in await self?.stepped(name) },
                    bell: bell))
        }
        pullRequests = makePullRequests()
        let known = memory?.accepted
        daemon.board.show(repository.name) { $0.head = known }
    }

    private func makePullRequests() -> PullRequests? {
        guard let forge = repository.forge, forge.pullRequests else { return nil }
        return PullRequests(
            repository, forge, daemon,
            PullRequests.Source(
                mirror: { [weak self] () throws(Setback) in
                    guard let self else { throw .superseded }
                    return try await self.mirror()
                },
                read: { [weak self] id throws(Setback) in
                    guard let self else { throw .superseded }
                    return try await self.readOnce(id)
                },
                plan: { [weak self] commit, base, name in
                    let environment = await self?.environments.first { $0.environment.name == name }
                    return await environment?.preview(commit, since: base) ?? (nil, [])
                }))
    }

    /// Looks at once, when it is its turn.
    func poke() {
        isPoked = true
        bell.ring()
    }

    /// Takes up what somebody asked for; with `looksUp`, looks at the repository, too.
    func wake(looksUp: Bool) {
        if looksUp { isPoked = true }
        bell.ring()
    }

    /// Follows the repository until it is stopped.
    func run() async {
        while !isStopping {
            if isDue, looking == nil { beginLookUp() }
            if !hasLooked { await looking?.value }
            var next = looking == nil ? due : Int.max
            for environment in environments where !isStopping {
                dues[environment.environment.name] = await environment.wake()
            }
            await letGo()
            next = min(next, dues.values.min() ?? next)
            guard !isStopping, !isPoked || looking != nil else { continue }
            let pause = min(max(0, next - daemon.now), RepositoryWatch.longestPause)
            await bell.wait(.milliseconds(pause), daemon.ports.time)
        }
        await looking?.value
    }

    private func beginLookUp() {
        looking = Task {
            await self.lookUp()
            self.looking = nil
            self.bell.ring()
        }
    }

    /// Whether it is time for a look-up; also where the clock was set back, so that the time would not come for long.
    private var isDue: Bool {
        let now = daemon.now
        return isPoked || now >= due || due - now > pause
    }

    /// Looks up once and does all that is due; returns when nothing is under way.
    func runOnce() async {
        await lookUp()
        await settle()
    }

    /// Does all that is due now, without a look-up that is not.
    func turn() async {
        if isDue { await lookUp() }
        await settle()
    }

    /// Has the environments do what is due until all of them rest: one may wait for another.
    func settle() async {
        for _ in 0...environments.count + 1 {
            for environment in environments { _ = await environment.wake() }
            for environment in environments { await environment.rest() }
        }
        await pullRequests?.settle()
        await letGo()
    }

    /// Starts nothing more; returns at once.
    func stop() async {
        isStopping = true
        opened?.breakOff()
        for environment in environments { await environment.stop() }
        bell.ring()
    }

    func rest() async {
        await pullRequests?.stop()
        for environment in environments { await environment.rest() }
        await opened?.close()
    }

    /// Whoever rests needs no commit and no open mirror.
    private func letGo() async {
        guard looking == nil else { return }
        for environment in environments where !(await environment.isResting) { return }
        reading = nil
        await opened?.close()
    }

    private func stepped(_ name: String) async {
        if let target = await environments.first(where: { $0.environment.name == name })?.memory.live {
            for environment in environments where await environment.source == name {
                await environment.sourceMoved(to: target.key.of(environment.environment, daemon.watch))
            }
        }
    }

    private func stand(of name: String, to revision: Revision) async -> Stand {
        guard let other = environments.first(where: { $0.environment.name == name }) else { return .done }
        return await other.stand(to: revision.key.of(other.environment, daemon.watch))
    }

    func damage() {
        isDamaged = true
        poke()
    }
}
