internal import Diagnostics
internal import Files
internal import Git
internal import Planning
internal import Reconciling
internal import Reports
internal import Resources

extension EnvironmentWatch {
    /// Plans a revision and applies it, or the plan of it that somebody agreed to.
    func apply(_ revision: Revision, _ approval: EnvironmentMemory.Approval?) async {
        let started = daemon.ports.time.now()
        isSynced = false
        if isRetried {
            isRetried = false
            memory.heldKey = nil
            memory.status.held = nil
        }
        let interruption = Interruption()
        self.interruption = interruption
        warnings = []
        memory.status.reconciling = revision.stamp
        publish()
        do throws(Setback) {
            let run = try await inTurn { () async throws(Setback) -> Run in
                try await with(revision, writes: true) { (opened) async throws(Setback) -> Run in
                    let run = try await locked(opened) { (run) async throws(Setback) -> Run in
                        try await carryOut(opened, approval, run, interruption)
                    }
                    // Of what was found as declared, and of what went wrong, too: the page tells how it stands.
                    if !isStopping, let survey = try? await opened.reconciler.survey(opened.desired) {
                        keep(survey, opened)
                        // What is left of a run that failed is no drift; what was, and is not any more, was put back.
                        if !survey.report.hasDrift { tellDrift(survey.report, revision) }
                        tellHealth(survey.report, onlyWell: true)
                    }
                    return run
                }
            }
            try judge(run)
            succeed(revision, run, approval)
        } catch {
            fail(revision, error)
        }
        memory.status.reconciling = nil
        memory.status.running = nil
        self.interruption = nil
        let seconds = Double((daemon.ports.time.now() - started).milliseconds) / 1000
        daemon.board.count(place) { $0.reconciles.add(seconds) }
        if isSyncedWithTarget { memory.status.lastSuccess = daemon.now }
        keep()
    }

    private var isSyncedWithTarget: Bool { memory.status.sync == .synced && memory.status.held == nil }

    private func carryOut(
        _ opened: OpenedRevision, _ approval: EnvironmentMemory.Approval?, _ run: OpenRun,
        _ interruption: Interruption
    ) async throws(Setback) -> Run {
        try checkPermission()
        _ = try await reconciled { () throws(ReconcileError) in try await run.settle(opened.desired) }
        let plan = try await plan(opened, approval)
        let errors = plan.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else { throw Setback(errors) }
        warnings = plan.diagnostics.filter { $0.severity == .warning }
        if !plan.isEmpty, !plan.refusals.isEmpty { throw Setback(ReconcileError(plan.refusals, .refused)) }
        if environment.mode == .approve, approval == nil, !plan.isEmpty { throw Setback([], .stale) }
        if interruption.signal != nil { throw .superseded }
        try checkPermission()
        if !plan.isEmpty {
            daemon.log(
                .info, "applying", place,
                [("commit", opened.revision.id), ("changes", String(plan.changes.count))])
            try begin(opened.revision, plan)
            try export(plan, opened)
        }
        let stamp = opened.revision.stamp
        let reason = approval.map { "approved by \($0.by)" } ?? "commit \(stamp.short) by \(stamp.author)"
        let result = try await carry(plan, in: run, reason: reason, interruption)
        removeArchives()
        return result
    }

    /// Makes sure that a window did not close, and nobody suspended it, since the step was decided: it waited for its
    /// turn, and read what is live.
    func checkPermission() throws(Setback) {
        guard situation().mayWrite else { throw .superseded }
    }

    /// Carries a plan out, telling how it goes.
    func carry(
        _ plan: Plan, in run: OpenRun, reason: String, _ interruption: Interruption
    ) async throws(Setback) -> Run {
        let progress = Progress(total: plan.changes.count, time: daemon.ports.time.wallMilliseconds)
        let digest = planDigest(of: plan, version: daemon.version)
        let board = daemon.board
        let place = place
        return try await reconciled { () throws(ReconcileError) in
            try await run.apply(plan, reason: reason, planDigest: digest, interruption: interruption) { event in
                board.show(place, running: progress.observe(event))
            }
        }
    }

    /// What is to be carried out: the plan of now, or the approved one.
    private func plan(
        _ opened: OpenedRevision, _ approval: EnvironmentMemory.Approval?
    ) async throws(Setback) -> Plan {
        guard let approval else {
            return opened.whole(
                try await reconciled { () throws(ReconcileError) in
                    try await opened.reconciler.plan(opened.desired).plan
                })
        }
        guard var approved = files.plan(), planDigest(of: approved, version: daemon.version) == approval.digest,
            approved.environment == opened.desired.environment.name
        else { throw Setback([], .stale) }
        // A freeze that held when it was made may be over; one that holds now is found before the first write.
        approved.refusals.removeAll { $0.code == Setback.freezeCode }
        if !approval.isBegun {
            let moved = try await reconciled { () throws(ReconcileError) in
                try await opened.reconciler.moved(since: approved, opened.desired)
            }
            guard moved.isEmpty else { throw Setback([], .stale) }
            return approved
        }
        // It was cut off: the rest of what was agreed to, and no more.
        let rest = try await reconciled { () throws(ReconcileError) in
            try await opened.reconciler.plan(opened.desired).plan
        }
        guard rest.isPart(of: approved) else { throw Setback([], .stale) }
        return opened.whole(rest)
    }

    /// Writes down that a revision is about to be written: whoever comes after us goes on from it, and not from an older
    /// one. Durable when it returns.
    private func begin(_ revision: Revision, _ plan: Plan) throws(Setback) {
        memory.begun = EnvironmentMemory.Begun(revision: revision, isOpen: true)
        if memory.approval?.revision.id == revision.id { memory.approval?.isBegun = true }
        memory.status.running = RunningApply(started: daemon.now, total: plan.changes.count)
        publish()
        do throws(FileError) { try files.keep(memory) } catch { throw Setback(data: error) }
    }

    /// Brings the archives that packages are imported from out of the commit.
    func export(_ plan: Plan, _ opened: OpenedRevision) throws(Setback) {
        let wanted = plan.changes.filter { $0.address.kind == .package && $0.action != .delete }
            .compactMap { PackageSpec($0.resource).archive?.file }
        guard !wanted.isEmpty else { return }
        do throws(FileError) {
            try opened.reading.tree.export(Array(Set(wanted)).sorted(), to: files.archives)
        } catch {
            throw Setback([error.diagnostic])
        }
    }

    func removeArchives() { removeFolder(files.archives) }
}

extension Plan {
    /// Whether each change is one of an earlier plan of the same commit, or a part of it.
    func isPart(of other: Plan) -> Bool {
        let known = Dictionary(other.changes.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        return changes.allSatisfy { change in
            guard let before = known[change.address] else { return false }
            switch (before.action, change.action) {
            case (.create, .create), (.create, .update), (.create, .rollout), (_, .rollout), (.replace, _): return true
            case (.update, .update):
                return Set(change.fields.map(\.path)).isSubset(of: before.fields.map(\.path))
            default: return before.action == change.action
            }
        }
    }
}
