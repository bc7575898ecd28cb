internal import Diagnostics
internal import Files
package import Planning
internal import Resources
internal import StateStorage

extension OpenRun {
    /// Carries out a plan, and remembers what it did. Throws only before the first write: what happens later is in the run.
    ///
    /// A plan that changes nothing may still have something to record. `reason` is the user's, and needed by a plan that
    /// goes back; `planDigest` is kept in history, and whether the workspace `hasUncommitted` files.
    package func apply(
        _ plan: Plan, reason: String?, planDigest: String?, hasUncommitted: Bool = false, interruption: Interruption,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws(ReconcileError) -> Run {
        let time = reconciler.time
        let state = try await reconciler.stored { () throws(StateError) in
            try await reconciler.store.snapshot(of: plan.environment)
        }
        let bookkeeping = Bookkeeping(plan, state, desired)
        let known = try await reconciler.prepare(plan, adopting: bookkeeping.resources)
        let book = { (run: Int) in self.book(plan, state, run: run, reason: reason, known) }
        if plan.isEmpty, !bookkeeping.isNews(in: book(0)) {
            try await commit(bookkeeping.entries(book(0)))
            return Run(environment: plan.environment, outcomes: [])
        }
        let number = try await begin(
            command(of: plan), reason: reason, planDigest: planDigest, hasUncommitted: hasUncommitted)
        let journal = Journal(lease, run: number, time: time)
        await bookkeeping.write(to: journal, book(number))
        let history = History(plan, state, journal, time)
        let brake = Brake(interruption, mostFailures: reconciler.environment.limits.stopAfterFailures, lease)
        let worker = reconciler.worker(plan, known, journal, book(number), brake, desired, observe)
        var run = await Executor(
            plan: plan, worker: worker, limits: reconciler.environment.limits, brake: brake, history: history,
            time: time, observe: observe
        ).run()
        run.number = number
        do throws(StateError) { try await history.finish(run, adopted: bookkeeping.count) } catch {
            run.problem = .unrecorded(because: error)
        }
        if let problem = run.problem { observe(.notice(problem)) }
        return run
    }

    /// The verb of the command line, as `apply`; of a command that is none of ours, what the plan is for.
    private func command(of plan: Plan) -> String {
        let words = lease.lease.holder.command.split(separator: " ")
        return words.count > 1 && words[0] == "mooring" ? String(words[1]) : plan.purpose.rawValue
    }

    private func book(
        _ plan: Plan, _ state: StateSnapshot, run: Int, reason: String?, _ known: [SecretReference: Secret]
    ) -> Book {
        var holds: [Address: Hold] = [:]
        let isRollback = plan.purpose == .rollback
        for held in plan.held where isRollback {
            holds[held.address] = Hold(
                reason: reason ?? "", by: lease.lease.holder.owner, since: reconciler.time.wallMilliseconds(),
                manifest: held.hold.manifest)
        }
        return Book(
            state: state, run: run, commit: reconciler.commit, dialect: reconciler.dialect,
            today: reconciler.time.today(),
            secrets: reconciler.knowledge(of: known), holds: holds,
            held: isRollback ? [] : Set(plan.held.map(\.address)))
    }

    /// Writes entries that are no part of a run.
    func commit(_ entries: [StateEntry]) async throws(ReconcileError) {
        guard !entries.isEmpty else { return }
        if let problem = lease.problem { throw ReconcileError(problem.diagnostic) }
        try await reconciler.stored { () throws(StateError) in
            try await reconciler.store.commit(entries, under: lease.lease)
        }
    }

    /// Begins a run in history, and returns its number.
    func begin(
        _ command: String, reason: String?, planDigest: String?, hasUncommitted: Bool
    ) async throws(ReconcileError) -> Int {
        if let problem = lease.problem { throw ReconcileError(problem.diagnostic) }
        let holder = lease.lease.holder
        let run = RunRecord(
            number: 0, command: command, actor: holder.owner,
            commit: reconciler.commit.map { hasUncommitted ? $0 + RunRecord.uncommittedMark : $0 }, reason: reason,
            planDigest: planDigest, started: reconciler.time.wallMilliseconds())
        return try await reconciler.stored { () throws(StateError) in
            try await reconciler.store.begin(run, under: lease.lease)
        }
    }
}

extension Diagnostic {
    /// Nothing more was written.
    static func stopped(because error: StateError) -> Diagnostic {
        var diagnostic = error.diagnostic
        diagnostic.message = "stopped, since this run may write no more: \(diagnostic.message)"
        return diagnostic
    }

    /// What was done is live, and not remembered.
    static func unrecorded(because error: StateError) -> Diagnostic {
        var diagnostic = error.diagnostic
        diagnostic.message = "what was done could not be recorded: \(diagnostic.message)"
        diagnostic.hint =
            (diagnostic.hint.map { $0 + " " } ?? "")
            + "The next apply reads what was left open, and adopts what it finds as declared."
        return diagnostic
    }
}
