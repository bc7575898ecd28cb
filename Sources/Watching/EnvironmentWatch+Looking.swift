internal import Diagnostics
internal import Files
internal import Notifications
internal import Planning
internal import Reconciling
internal import Reports
internal import Resources

extension EnvironmentWatch {
    /// Reads what is live, compares it with a revision and shows both; puts back what drifted where it may.
    func look(at revision: Revision, heals: Bool) async {
        let started = daemon.ports.time.now()
        isSynced = false
        warnings = []
        if isRetried, target == revision {
            isRetried = false
            memory.heldKey = nil
            memory.status.held = nil
        }
        let interruption = Interruption()
        self.interruption = interruption
        let healer = heals ? memory.healer : nil
        do throws(Setback) {
            let isEqual = try await inTurn { () throws(Setback) in
                try await with(revision, writes: heals) { (opened) throws(Setback) in
                    let survey = try await reconciled { () throws(ReconcileError) in
                        try await opened.reconciler.survey(opened.desired)
                    }
                    keep(survey, opened)
                    tellDrift(survey.report, revision)
                    tellHealth(survey.report)
                    if heals, survey.report.hasDrift {
                        try await heal(opened, healer, interruption)
                        if let after = try? await opened.reconciler.survey(opened.desired) {
                            keep(after, opened)
                            tellDrift(after.report, revision)
                            tellHealth(after.report)
                        }
                    }
                    return try show(opened.whole(survey.plan), opened)
                }
            }
            recover()
            if healer != nil { memory.healer = nil }
            if isEqual { succeed(revision, nil, nil) }
        } catch {
            failToLook(revision, error)
            // What passes is waited for; else it is for people to see to, and to ask again.
            if healer != nil, memory.retry == nil, !isStopping, situation().mayWrite { memory.healer = nil }
        }
        self.interruption = nil
        memory.status.running = nil
        let seconds = Double((daemon.ports.time.now() - started).milliseconds) / 1000
        daemon.board.count(place) { $0.reconciles.add(seconds) }
        if memory.status.sync == .synced, memory.status.held == nil { memory.status.lastSuccess = daemon.now }
        keep()
    }

    /// What an apply of a commit would do that nobody follows, as that of a pull request; nothing is remembered of it.
    ///
    /// With a base it tells what the commit's branch changes apart from what the base asks for too, and from drift.
    func preview(_ commit: CommitStamp, since base: BranchBase?) async -> (plan: Plan?, diagnostics: [Diagnostic]) {
        let revision = Revision(stamp: commit, key: RevisionKey(tree: "", rules: ""))
        do throws(Setback) {
            return try await inTurn { () async throws(Setback) -> (plan: Plan?, diagnostics: [Diagnostic]) in
                try await with(revision, writes: false, isPreview: true) {
                    (opened) async throws(Setback) -> (plan: Plan?, diagnostics: [Diagnostic]) in
                    var plan = try await reconciled { () throws(ReconcileError) in
                        try await opened.reconciler.plan(opened.desired).plan
                    }
                    plan.branch = base?.comparison(of: plan, head: opened.desired)
                    return (opened.whole(plan), opened.warnings)
                }
            }
        } catch {
            return (nil, error.diagnostics)
        }
    }

    /// What fails while live is compared with what was applied long ago is no fault of the newest commit.
    private func failToLook(_ revision: Revision, _ setback: Setback) {
        removeArchives()
        if situation().isBehind, target == revision { return fail(revision, setback) }
        // A commit that another history took the place of may be nowhere any more: that ends with the next apply alone, and must
        // not put it off.
        let isGone = setback.isMirrorDamaged && target.map { $0.id != revision.id } ?? false
        switch setback.kind {
        case .passing where !isGone: fail(revision, setback)
        case .passing, .lasting:
            // It is looked at again at the next time that is due.
            memory.status.driftChecked = daemon.now
            memory.status.problem = WatchProblem(
                bounded(setback.diagnostics), since: memory.status.problem?.since ?? daemon.now,
                retry: daemon.now + environment.driftInterval.milliseconds)
            note(.problem, revision.stamp, setback.diagnostics.first?.message ?? "")
        case .frozen: frozenUntil = daemon.now + Situation.closedPause
        case .stale, .superseded: break
        }
    }

    /// Shows the plan of a target that is not live. True: there is nothing to do, so that it is live already.
    private func show(_ plan: Plan, _ opened: OpenedRevision) throws(Setback) -> Bool {
        let revision = opened.revision
        guard situation().isBehind, target == revision, !situation().isHeld else { return false }
        let errors = plan.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else { throw Setback(errors) }
        warnings = plan.diagnostics.filter { $0.severity == .warning }
        let hasRecords = !(plan.adopted.isEmpty && plan.rerecorded.isEmpty && plan.forgotten.isEmpty)
        if plan.isEmpty, environment.mode == .planOnly || memory.begun == nil && !hasRecords { return true }
        let refusals = plan.isEmpty ? [] : plan.refusals.filter { $0.code != Setback.freezeCode }
        guard refusals.isEmpty else { throw Setback(ReconcileError(refusals, .refused)) }
        let digest = planDigest(of: plan, version: daemon.version)
        do throws(FileError) { try files.keep(plan, version: daemon.version) } catch { throw Setback(data: error) }
        let isNews = memory.status.pending?.digest != digest
        if let approval = memory.approval, approval.digest != digest { memory.approval = nil }
        memory.shown = revision
        let needsApproval = environment.mode == .approve && !plan.isEmpty
        memory.status.pending = PendingPlan(
            digest: digest, revision: revision.stamp, made: daemon.now, counts: plan.counts,
            needsApproval: needsApproval)
        guard isNews else { return false }
        let text = plan.isEmpty ? "nothing changes; something is to be remembered" : plan.summary
        let warned = tellWarnings(revision)
        note(.planned, revision.stamp, ([text] + warned).joined(separator: "; "), digest: digest)
        daemon.log(.info, "planned", place, [("commit", revision.id), ("plan", digest), ("changes", text)])
        if needsApproval {
            daemon.tell(
                .approvalNeeded, place, revision.stamp, "a plan waits for an approval", [text, digest] + warned,
                subject: "plan \(digest)")
        }
        return false
    }

    /// Keeps what a reading told, for the page and for metrics.
    func keep(_ survey: Survey, _ opened: OpenedRevision) {
        let rows = StatusReport(
            plan: survey.plan, desired: opened.desired, live: survey.live, dialect: opened.dialect
        ).rows
        let report = survey.report
        memory.status.driftChecked = daemon.now
        memory.status.drifted = report.rows.count { $0.verdict.isDrift }
        memory.status.holds = survey.plan.held.count
        memory.status.orphaned = report.count(.orphaned)
        // A package is a copy that lies in a shelf: it is there or to be made, and serves nobody by itself.
        memory.status.health = Health.worst(of: rows.filter { $0.address.kind != .package }.map(\.health))
        memory.status.deployments = cells(rows, opened.desired)
        let isUnknown = report.rows.contains { $0.verdict == .unknown }
        let isWhole = target == nil || target?.key == opened.revision.key
        memory.status.sync =
            !survey.plan.isEmpty || report.hasDrift || !isWhole || memory.status.held != nil
            ? .outOfSync : isUnknown || survey.plan.diagnostics.hasErrors ? .unknown : .synced
        let detail = EnvironmentDetail(survey, opened, rows, place: place, made: daemon.now)
        do throws(FileError) {
            try files.keep(detail)
            try files.keep(report, version: daemon.version)
        } catch {
            daemon.log(.error, "detail not kept", place, [("reason", error.diagnostic.message)])
        }
    }

    private func cells(_ rows: [StatusReport.Row], _ desired: DesiredState) -> [DeploymentCell] {
        rows.compactMap { row in
            guard row.address.kind == .deployment, let resource = desired[row.address] else { return nil }
            return DeploymentCell(
                name: row.address.name, service: DeploymentSpec(resource).publishedService, infra: row.infra,
                version: row.version, declaredVersion: row.declaredVersion, sync: row.sync, health: row.health)
        }
    }

    /// Tells what drifts when that is something else than before, and when nothing does any more.
    func tellDrift(_ report: DriftReport, _ revision: Revision) {
        let drifted = report.rows.filter(\.verdict.isDrift)
        let names = drifted.map { "\($0.address): \($0.verdict.rawValue)" }
        let digest = names.isEmpty ? nil : sha256(Array(names.joined(separator: "\n").utf8))
        guard digest != memory.toldDrift else { return }
        memory.toldDrift = digest
        if drifted.isEmpty {
            note(.recovered, revision.stamp, "nothing drifts any more")
            daemon.tell(.recovery, place, revision.stamp, "nothing drifts any more", subject: "drift")
        } else {
            let text = "\(drifted.count) \(drifted.count == 1 ? "object drifts" : "objects drift")"
            note(.drift, revision.stamp, "\(text): \(names.prefix(5).joined(separator: ", "))")
            daemon.log(.warning, "drift", place, [("objects", String(drifted.count))])
            daemon.tell(.drift, place, revision.stamp, text, names, subject: "drift")
        }
    }

    /// Tells which deployments are not well though nobody moved them, when they are others than before, and when all are
    /// well again; with `onlyWell` nothing but that. To be called when what was read is kept.
    ///
    /// One that starts, or could not be read, is as it was told to be.
    func tellHealth(_ report: DriftReport, onlyWell: Bool = false) {
        // Not those that are to be made yet, or that drift.
        let unmoved = Set(
            report.rows.filter { $0.verdict == .unhealthy && $0.address.kind == .deployment }.map(\.address.name))
        let unhealthy = memory.status.deployments.filter { cell in
            switch cell.health {
            case .degraded, .missing: unmoved.contains(cell.name)
            case .progressing, .unknown: memory.toldUnhealthy.contains(cell.name)
            case .healthy: false
            }
        }
        let names = unhealthy.map(\.name).sorted()
        guard names != memory.toldUnhealthy, names.isEmpty || !onlyWell else { return }
        memory.toldUnhealthy = names
        if names.isEmpty {
            note(.recovered, nil, "all deployments are healthy again")
            daemon.tell(.recovery, place, nil, "all deployments are healthy again", subject: News.health)
        } else {
            let text = "\(names.count) \(names.count == 1 ? "deployment is" : "deployments are") unhealthy"
            note(.problem, nil, "\(text): \(names.prefix(5).joined(separator: ", "))")
            daemon.log(.warning, "unhealthy", place, [("deployments", String(names.count))])
            daemon.tell(.failure, place, nil, text, names.map { "Deployment/\($0)" }, subject: News.health)
        }
    }

    /// Puts back what others changed of what was applied; `healer` is who asked for it, where somebody did.
    private func heal(
        _ opened: OpenedRevision, _ healer: String?, _ interruption: Interruption
    ) async throws(Setback) {
        var options = PlanOptions()
        options.purpose = .heal
        let run: Run? = try await locked(opened) { (run) throws(Setback) in
            try checkPermission()
            _ = try await reconciled { () throws(ReconcileError) in try await run.settle(opened.desired) }
            let plan = try await reconciled { () throws(ReconcileError) in
                try await opened.reconciler.plan(opened.desired, options).plan
            }
            let errors = plan.diagnostics.filter { $0.severity == .error }
            guard errors.isEmpty else { throw Setback(errors) }
            if plan.isEmpty || interruption.signal != nil { return nil }
            guard plan.refusals.isEmpty else { throw Setback(ReconcileError(plan.refusals, .refused)) }
            try checkPermission()
            try export(plan, opened)
            let reason = healer.map { "drift, put back for \($0)" } ?? "drift"
            return try await carry(plan, in: run, reason: reason, interruption)
        }
        removeArchives()
        guard let run else {
            if let healer, interruption.signal == nil {
                note(.problem, opened.revision.stamp, "nothing of what drifts is put back by itself", actor: healer)
            }
            return
        }
        try judge(run)
        let count = run.outcomes.count
        note(
            .healed, opened.revision.stamp, "\(count) \(count == 1 ? "change" : "changes") undone", actor: healer,
            run: run.number)
        daemon.log(
            .info, "healed", place, [("changes", String(count))] + (healer.map { [("by", $0)] } ?? []))
        daemon.board.count(place) { $0.results["healed", default: 0] += 1 }
    }
}

extension DriftReport.Verdict {
    /// Whether live moved by itself.
    var isDrift: Bool { [.drifted, .conflict, .missing, .outOfSync].contains(self) }
}

extension Health {
    /// What says most about all of them together.
    static func worst(of healths: [Health]) -> Health {
        let order: [Health] = [.degraded, .missing, .progressing, .unknown]
        return order.first(where: healths.contains) ?? .healthy
    }
}

extension Plan {
    var counts: [Action: Int] {
        var counts: [Action: Int] = [:]
        for index in changes.indices { counts[changes[index].action, default: 0] += 1 }
        return counts
    }

    /// As `2 to create, 1 to update`.
    var summary: String {
        let counts = counts
        return actionCounts { counts[$0] ?? 0 }.joined(separator: ", ")
    }
}
