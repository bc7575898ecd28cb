internal import Diagnostics
internal import Files
internal import Planning
internal import Reconciling
internal import Resources

/// What an environment asks of its repository.
struct CommitSource: Sendable {
    let read: @Sendable (_ commit: String) async throws(Setback) -> CommitReading
    /// How another environment of the repository stands to a revision.
    let stand: @Sendable (_ environment: String, Revision) async -> Stand
    /// A step came to its end: others may wait for it.
    let stepped: @Sendable (_ environment: String) async -> Void
    /// Rung when nothing is under way any more.
    let bell: Bell
}

/// How an environment stands to a revision that another one waits for.
enum Stand: Hashable, Sendable {
    /// It is live there; or nothing is ever written there by us, so that nobody can wait for it.
    case done
    case underWay
    case held
}

/// One environment of a watched repository: decides what is next, and does it, one step after the other.
actor EnvironmentWatch {
    nonisolated let place: WatchPlace
    nonisolated let repository: WatchedRepository
    nonisolated let environment: WatchedEnvironment
    let daemon: Daemon
    nonisolated let files: PlaceFiles
    let commits: CommitSource

    var memory: EnvironmentMemory
    var target: Revision?
    var isRetried = false
    var isSynced = false
    /// Where versions are promoted from, once a commit told.
    var source: String?
    var isSourceBusy = false
    /// The commit that somebody wants here though the source is not done with it.
    var passes: String?
    /// Why it waits for the source, in words.
    private var waiting: String?
    var isStopping = false
    var openness: Openness
    /// Until then a freeze of the commit's own policy holds, as far as is known; milliseconds since 1970 (UTC).
    var frozenUntil: Int?
    var interruption: Interruption?
    /// Whether it has the lock: what is in flight then is finished, however long it takes.
    private(set) var isWriting = false
    /// Runs that somebody looked at, and that came to their end.
    var runs: [Int: (run: RunRecord, changes: [RunChange])] = [:]
    /// Runs that there were none of, and until when that is believed, in milliseconds since 1970 (UTC).
    var missingRuns: [Int: Int] = [:]
    /// Runs that are being read.
    var readings: [Int: Task<RunReading, Never>] = [:]
    /// What is written to the timeline next.
    var entries: [TimelineEntry] = []
    /// What the plan that is being applied warns of: a later reading may no longer see it.
    var warnings: [Diagnostic] = []
    /// The steps under way; nil: it rests.
    private var work: Task<Void, Never>?

    /// So many steps without a rest are a mistake of ours: the next ones come a minute later.
    private static let mostSteps = 50
    private static let pause = 60_000

    init(
        _ environment: WatchedEnvironment, of repository: WatchedRepository, _ daemon: Daemon, _ commits: CommitSource
    ) {
        place = WatchPlace(repository.name, environment.name)
        self.environment = environment
        self.repository = repository
        self.daemon = daemon
        self.commits = commits
        files = PlaceFiles(daemon.data.folder(of: place), environment)
        openness = Openness(environment, daemon.ports.zones)
        let (known, problem) = files.memory()
        memory =
            known
            ?? EnvironmentMemory(
                EnvironmentStatus(name: environment.name, mode: environment.mode, drift: environment.drift))
        if let problem {
            // It may have been suspended, or its commit held: nothing is written before somebody looked.
            memory.status.suspended = Suspension(
                by: daemon.ports.owner, reason: problem.message, since: daemon.now, until: nil)
            entries.append(TimelineEntry(time: daemon.now, kind: .suspended, text: problem.message))
            daemon.log(.warning, "memory damaged", place, [("reason", problem.message)])
        }
        daemon.board.show(place, memory.atRest.status)
    }

    var isResting: Bool { work == nil }

    func setWriting(_ isWriting: Bool) { self.isWriting = isWriting }

    /// Takes up what is due, and returns when something will be, in milliseconds since 1970 (UTC); nil: not by itself, or
    /// it is at work already.
    func wake() async -> Int? {
        guard work == nil, !isStopping else { return nil }
        await lookAtSource()
        guard work == nil, !isStopping else { return nil }
        let decision = situation().decision
        publish()
        if case .rest(let until) = decision { return until }
        work = Task { await self.run() }
        return nil
    }

    private func run() async {
        for _ in 1...EnvironmentWatch.mostSteps {
            await lookAtSource()
            let decision = situation().decision
            if case .rest = decision { break }
            await carryOut(decision)
            flush()
            publish()
            if isStopping { break }
        }
        if case .rest = situation().decision {} else { memory.retry = daemon.now + EnvironmentWatch.pause }
        flush()
        publish()
        await commits.stepped(environment.name)
        work = nil
        commits.bell.ring()
    }

    /// Whether where versions are promoted from is done with what is wanted here.
    private func lookAtSource() async {
        guard let source, let target else { return }
        let stand = passes == target.id ? .done : await commits.stand(source, target)
        isSourceBusy = stand != .done
        let place = WatchPlace(repository.name, source)
        let words =
            switch stand {
            case .done: nil as String?
            case .underWay: "it waits for '\(place)'"
            case .held: "it waits for '\(place)', which holds commit \(target.stamp.short)"
            }
        guard words != waiting else { return }
        waiting = words
        guard stand == .held, let words, situation().isBehind else { return }
        note(.problem, target.stamp, words)
        flush()
        daemon.log(.warning, "waits", self.place, [("commit", target.id), ("reason", words)])
    }

    /// Returns when nothing is under way.
    func rest() async {
        // Whoever rests may have been woken again meanwhile.
        while let work { await work.value }
    }

    /// Starts nothing more; what is in flight is finished.
    func stop() {
        isStopping = true
        interruption?.interrupt(signal: Interruption.termination)
    }

    /// Follows a commit from now on.
    func follow(_ revision: Revision) {
        guard target != revision else { return }
        let isNews = target?.id != revision.id && memory.live?.id != revision.id
        target = revision
        if isNews {
            note(.commit, revision.stamp, revision.stamp.subject)
            daemon.log(.info, "commit seen", place, [("commit", revision.id)])
        }
        if memory.heldKey != nil, memory.heldKey != revision.key {
            release(revision)
        }
        if memory.shown != nil, memory.shown?.id != revision.id { forgetPlan() }
        if let reconciling = memory.status.reconciling, reconciling.id != revision.id {
            interruption?.interrupt(signal: Interruption.termination)
        }
        if memory.retry != nil, memory.live?.key != revision.key || memory.begun != nil {
            memory.retry = nil
            memory.failures = 0
        }
        publish()
    }

    /// Lets go of what was held, since a newer commit came.
    func release(_ newer: Revision) {
        memory.heldKey = nil
        memory.status.held = nil
        // Who asked for the held one did not ask for this one to be tried twice.
        isRetried = false
        note(.released, newer.stamp, "a newer commit came")
    }

    /// The plan that was shown is no longer what is wanted.
    func forgetPlan() {
        memory.shown = nil
        memory.status.pending = nil
        if memory.approval?.isBegun != true { memory.approval = nil }
        files.removePlan()
    }
}

extension Interruption {
    /// SIGTERM: what a daemon is stopped by.
    static let termination: Int32 = 15
}

extension EnvironmentWatch {
    /// How things stand now.
    func situation() -> Situation {
        let now = daemon.now
        if let until = memory.status.suspended?.until, now >= until {
            memory.status.suspended = nil
            note(.resumed, nil, "the suspension ended by itself")
        }
        var closed = openness.closing(at: now / 1000)
        if let frozenUntil, now < frozenUntil, frozenUntil - now <= Situation.closedPause {
            closed = closed ?? "a freeze holds"
        }
        var situation = Situation(now: now, driftInterval: environment.driftInterval.milliseconds)
        situation.mode = environment.mode
        situation.drift = environment.drift
        situation.target = target
        situation.live = memory.live
        situation.begun = memory.begun?.revision
        situation.heldKey = memory.heldKey
        situation.isRetried = isRetried
        situation.isSuspended = memory.status.suspended != nil
        situation.isClosed = closed != nil
        situation.retry = memory.retry
        situation.shown = memory.shown
        situation.isShownEmpty = memory.status.pending?.counts.isEmpty ?? false
        situation.isApproved = memory.approval.map { !$0.isBegun && $0.revision.id == memory.shown?.id } ?? false
        situation.approvedBegun = memory.approval.flatMap { $0.isBegun ? $0.revision : nil }
        situation.compared = memory.status.driftChecked
        situation.isSynced = isSynced
        situation.isHealed = memory.healer != nil
        situation.waitsForSource = isSourceBusy
        memory.status.closed = closed ?? (situation.isBehind && !situation.isHeld && isSourceBusy ? waiting : nil)
        return situation
    }

    private func carryOut(_ decision: Decision) async {
        guard let target = target ?? situation().base else { return }
        switch decision {
        case .rest: break
        case .moveOn:
            memory.live = target
            memory.status.revision = target.stamp
            tellLive(target, ["nothing of it concerns '\(environment.name)'"], actor: nil, isQuiet: true)
            // What was held or failed before it is over, and how live stands has not been looked at since.
            isSynced = isSynced || memory.status.sync != .synced
            keep()
        case .show: await look(at: target, heals: false)
        case .apply: await apply(target, nil)
        case .applyApproved, .goOn: await apply(target, memory.approval)
        case .compare(let heals): await look(at: situation().base ?? target, heals: heals)
        }
    }

    /// Adds to the timeline.
    func note(
        _ kind: TimelineEntry.Kind, _ revision: CommitStamp?, _ text: String, actor: String? = nil, run: Int? = nil,
        digest: String? = nil
    ) {
        entries.append(
            TimelineEntry(
                time: daemon.now, kind: kind, revision: revision, actor: actor, text: text, run: run,
                planDigest: digest))
    }

    /// Writes down what must not be forgotten, as far as it can be: what is not durable is found out again.
    func keep() {
        do throws(FileError) { try files.keep(memory) } catch {
            daemon.log(.error, "memory not kept", place, [("reason", error.diagnostic.message)])
        }
    }

    func flush() {
        guard !entries.isEmpty else { return }
        do throws(FileError) {
            try files.add(entries)
        } catch {
            daemon.log(.error, "timeline not kept", place, [("reason", error.diagnostic.message)])
        }
        entries = []
    }

    func publish() { daemon.board.show(place, memory.status) }
}
