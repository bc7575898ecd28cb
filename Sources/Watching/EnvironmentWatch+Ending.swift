internal import Diagnostics
internal import Planning
internal import Reconciling
internal import Resources

/// What becomes of an environment when a step of it ended.
extension EnvironmentWatch {
    /// Throws what keeps a run from being whole.
    func judge(_ run: Run) throws(Setback) {
        if let number = run.number {
            memory.status.lastRun = LastRun(
                number: number, result: run.result, finished: daemon.now)
        }
        if let problem = run.problem { throw Setback([problem], .passing) }
        let bad = run.outcomes.filter { $0.result == .failed || $0.result == .rolledBack }
        if !bad.isEmpty {
            // One lasting failure is enough to hold: a retry would bring it about again.
            let reasons = bad.map { outcome in
                outcome.diagnostics.filter { $0.severity == .error }.map { diagnostic in
                    var diagnostic = diagnostic
                    diagnostic.address = diagnostic.address ?? outcome.address.description
                    return diagnostic
                }
            }
            let isPassing = zip(bad, reasons).allSatisfy { outcome, reasons in
                outcome.result == .failed && FailureClass.isTransient(reasons)
            }
            var setback = Setback(reasons.flatMap(\.self), isPassing ? .passing : .lasting)
            setback.isRolledBack = bad.contains { $0.result == .rolledBack }
            throw setback
        }
        if run.outcomes.contains(where: { $0.result == .moved }) {
            let moved = run.outcomes.filter { $0.result == .moved }
            throw Setback(
                [
                    Diagnostic(
                        .error, "moved",
                        "somebody changed \(moved.map { "'\($0.address)'" }.joined(separator: ", ")) meanwhile",
                        hint: "It is planned again.")
                ], .passing)
        }
        guard run.outcomes.allSatisfy({ $0.result == .applied }) else { throw .superseded }
    }

    /// A revision is live, whole.
    func succeed(_ revision: Revision, _ run: Run?, _ approval: EnvironmentMemory.Approval?) {
        let applied = run?.outcomes.count ?? 0
        let isNews = memory.live?.id != revision.id || applied > 0
        memory.live = revision
        memory.begun = nil
        memory.heldKey = nil
        memory.approval = nil
        memory.status.held = nil
        memory.status.revision = revision.stamp
        forgetPlan()
        recover()
        daemon.board.count(place) { counts in
            counts.results[applied > 0 ? "applied" : "nothing", default: 0] += 1
            if isNews { counts.commitToLive.add(Double(max(0, daemon.now - revision.stamp.time)) / 1000) }
        }
        guard isNews else { return }
        let text = applied > 0 ? "\(applied) \(applied == 1 ? "change" : "changes")" : "live is as it says already"
        let warned = tellWarnings(revision)
        note(
            .applied, revision.stamp, ([text] + warned).joined(separator: "; "), actor: approval?.by, run: run?.number,
            digest: approval?.digest)
        daemon.log(
            .info, "applied", place,
            [("commit", revision.id), ("changes", String(applied)), ("run", run?.number.map(String.init) ?? "none")])
        tellLive(revision, [text] + warned, actor: approval?.by, isQuiet: applied == 0)
    }

    /// Tells that a commit is live; `isQuiet` where nothing was changed for it.
    func tellLive(_ revision: Revision, _ lines: [String], actor: String?, isQuiet: Bool) {
        daemon.tell(
            .applied, place, revision.stamp, "commit \(revision.stamp.short) is live", lines, actor: actor,
            subject: "commit \(revision.id)", isQuiet: isQuiet)
    }

    /// Logs what a plan warns of, and returns it.
    func tellWarnings(_ revision: Revision) -> [String] {
        let warned = bounded(warnings).map(\.message)
        for warning in warned { daemon.log(.warning, "warned", place, [("commit", revision.id), ("reason", warning)]) }
        return warned
    }

    /// Nothing stands in the way any more.
    func recover() {
        memory.failures = 0
        memory.retry = nil
        memory.status.lock = nil
        guard memory.status.problem != nil else { return }
        memory.status.problem = nil
        note(.recovered, nil, "it works again")
        daemon.log(.info, "recovered", place)
        daemon.tell(.recovery, place, memory.status.revision, "it works again", subject: "reconcile")
    }

    /// What a step of a revision failed for.
    func fail(_ revision: Revision, _ setback: Setback) {
        removeArchives()
        memory.status.lock = setback.lock
        switch setback.kind {
        case .superseded: break
        case .stale:
            forgetPlan()
            memory.approval = nil
            note(.planned, revision.stamp, "what is live moved since the plan was made; it is made anew")
        case .frozen:
            frozenUntil = daemon.now + Situation.closedPause
        case .passing where !FailureClass.hasLasted(setback.diagnostics, failures: memory.failures):
            retryLater(revision, setback)
        case .passing, .lasting:
            hold(revision, setback)
            // A newer commit that came meanwhile is not held with it.
            if let target, target.key != revision.key { release(target) }
        }
    }

    private func retryLater(_ revision: Revision, _ setback: Setback) {
        memory.failures += 1
        let delay = Backoff.delay(after: memory.failures, random: daemon.ports.random())
        memory.retry = daemon.now + delay.milliseconds
        let isFirst = memory.status.problem == nil
        memory.status.problem = WatchProblem(
            bounded(setback.diagnostics), since: memory.status.problem?.since ?? daemon.now, retry: memory.retry)
        memory.status.sync = .unknown
        daemon.board.count(place) { $0.results[setback.lock == nil ? "failed" : "locked", default: 0] += 1 }
        let reason = setback.diagnostics.first?.message ?? ""
        daemon.log(
            .warning, setback.lock == nil ? "failed, tried again" : "locked, tried again", place,
            [("commit", revision.id), ("reason", reason), ("seconds", String(delay.components.seconds))])
        if isFirst {
            note(.failed, revision.stamp, reason)
            daemon.tell(
                .failure, place, revision.stamp, "commit \(revision.stamp.short) cannot be applied now",
                setback.diagnostics.map(\.message), subject: "reconcile")
        }
    }

    private func hold(_ revision: Revision, _ setback: Setback) {
        memory.begun?.isOpen = false
        memory.heldKey = revision.key
        forgetPlan()
        memory.approval = nil
        // What lasted is told as what holds the commit, and nothing works again.
        memory.failures = 0
        memory.retry = nil
        memory.status.lock = nil
        memory.status.problem = nil
        memory.status.held = HeldCommit(
            revision: revision.stamp, reasons: bounded(setback.diagnostics), since: daemon.now,
            rolledBack: setback.isRolledBack)
        if memory.status.sync == .synced { memory.status.sync = .outOfSync }
        daemon.board.count(place) { counts in
            counts.results["held", default: 0] += 1
            if setback.isRolledBack { counts.results["rolled-back", default: 0] += 1 }
        }
        let reason = setback.diagnostics.first?.message ?? ""
        if setback.isRolledBack {
            note(.rolledBack, revision.stamp, reason, run: memory.status.lastRun?.number)
        }
        note(.held, revision.stamp, reason)
        daemon.log(
            .error, "held", place, [("commit", revision.id), ("reason", memory.status.held?.reason ?? reason)])
        daemon.tell(
            .held, place, revision.stamp, "commit \(revision.stamp.short) is held",
            setback.diagnostics.filter { $0.severity == .error }.map { diagnostic in
                (diagnostic.mark.map { "\($0): " } ?? "") + diagnostic.message
            }, subject: "commit \(revision.id)")
    }

    /// More than these nobody reads; the commit has them all.
    private static let mostReasons = 50

    func bounded(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let errors = diagnostics.filter { $0.severity == .error } + diagnostics.filter { $0.severity != .error }
        guard errors.count > EnvironmentWatch.mostReasons else { return errors }
        return errors.prefix(EnvironmentWatch.mostReasons)
            + [
                Diagnostic(
                    .note, "more-reasons", "there are \(errors.count - EnvironmentWatch.mostReasons) more",
                    hint: "`mooring validate` tells all of them.")
            ]
    }
}
