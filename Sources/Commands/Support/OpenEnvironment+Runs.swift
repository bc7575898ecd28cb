internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Reconciling
internal import Reports
internal import Resources
internal import StateStorage

extension OpenEnvironment {
    /// The plan, with the warnings of manifests and connections among its diagnostics.
    func plan(_ options: PlanOptions) async throws(Failure) -> (plan: Plan, live: LiveState, state: StateSnapshot) {
        try await reading { () async throws(ReconcileError) in
            var result: (plan: Plan, live: LiveState, state: StateSnapshot) =
                try await reconciler.plan(desired, options)
            complete(&result.plan)
            return result
        }
    }

    /// Adds what the reconciler does not know to a plan: the warnings of manifests and connections.
    func complete(_ plan: inout Plan) {
        plan.commit = headCommit(of: root)
        plan.diagnostics = diagnostics + plan.diagnostics
    }

    /// Reads from the nodes, saying so on a terminal.
    func reading<T>(_ work: () async throws(ReconcileError) -> T) async throws(Failure) -> T {
        let notice = noticeOfReading()
        defer { notice.end() }
        do throws(ReconcileError) { return try await work() } catch {
            throw Failure(error, after: diagnostics)
        }
    }

    /// Whether files of the workspace differ from the commit that it stands at, as far as git can tell.
    var hasUncommitted: Bool { BranchReading.hasUncommitted(root: root) ?? false }

    /// Whether an apply of the plan would end before its first write, because a secret cannot be had here.
    func lacksSecrets(for plan: Plan) async -> Bool {
        let references = Set(plan.changes.filter { $0.action != .rollout }.flatMap(\.resource.spec.secrets))
        for reference in references where await secrets.obstacle(to: reference, for: .manifest) != nil { return true }
        return false
    }

    /// More names than these on one line are read by nobody.
    private static let mostNames = 10

    private static func listed(_ names: [String]) -> String {
        let shown = names.prefix(mostNames).joined(separator: ", ")
        return names.count > mostNames ? "\(shown) and \(names.count - mostNames) more" : shown
    }

    /// Makes sure that nothing moved since a plan was saved.
    func verify(_ plan: Plan, file: String) async throws(Failure) {
        var moved: [String] = []
        if plan.environment != environment.name { moved.append("the environment") }
        if let commit = plan.commit, commit != headCommit(of: root) { moved.append("the commit of the workspace") }
        let notice = noticeOfReading()
        defer { notice.end() }
        do throws(ReconcileError) { moved += try await reconciler.moved(since: plan, desired) } catch {
            throw Failure(error)
        }
        guard moved.isEmpty else {
            throw Failure(
                Diagnostic(
                    .error, "stale-plan",
                    "the plan in '\(file)' is stale; moved since: \(OpenEnvironment.listed(moved))",
                    hint: "Make it anew with 'mooring plan -o'. Nothing was written."), .stale)
        }
    }

    /// Takes the lock, settles what an earlier run left open, and does the work; the lock is given back however it ends.
    ///
    /// `verb` is the command without its options, as `apply`.
    func writing(
        _ verb: String, _ lock: LockOptions, _ work: (OpenRun) async throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        let run: OpenRun
        let waits = Waits(session)
        do throws(ReconcileError) {
            run = try await reconciler.open(
                "mooring \(verb) -e \(shellWord(environment.name))", owner: Person.name(session.variables),
                process: .current(), waiting: lock.waiting
            ) { waits.tell($0) }
        } catch {
            throw Failure(error)
        }
        let answer: Result<Answer, Failure>
        do throws(Failure) {
            let notes = try await reading { () async throws(ReconcileError) in try await run.settle(desired) }
            session.tell(notes)
            answer = .success(try await work(run))
        } catch {
            answer = .failure(error)
        }
        await run.close()
        return try answer.get()
    }

    /// Carries a plan out, telling its progress on standard error.
    func apply(_ plan: Plan, in run: OpenRun, reason: String?) async throws(Failure) -> Answer {
        let interruption = Interruption()
        // A log of requests would tear the live region apart.
        let isLive = Console.errors.isTerminal && session.variables["TERM"] != "dumb" && !options.verbose
        let progress = Progress(session, total: plan.changes.count, isLive: isLive && !plan.isEmpty)
        // It stays to the end of the process: when the run is over, its result is still to be told.
        _ = SignalWatch { signal in
            interruption.interrupt(signal: signal)
            progress.stop()
        }
        let digest = plan.digest
        let result: Result<Run, ReconcileError>
        do throws(ReconcileError) {
            result = .success(
                try await run.apply(
                    plan, reason: reason, planDigest: digest,
                    // A saved plan may have been made of other files than lie here now.
                    hasUncommitted: plan.hasUncommitted || hasUncommitted, interruption: interruption
                ) {
                    progress.observe($0)
                })
        } catch {
            result = .failure(error)
        }
        progress.end()
        tellStatistics()
        switch result {
        case .failure(let error): throw Failure(error)
        case .success(let run):
            session.annotate(runProblems(run, of: plan))
            var answer = Answer(
                status: ExitStatus(run), text: plan.isEmpty ? recordText(run) : runText(run, session.style),
                document: session.isJSON ? ResultReport.document(of: run, plan, digest: digest) : .null)
            answer.report = .run(run, of: plan, digest: digest)
            return answer
        }
    }

    /// What a run without a change came to: what was recorded needs no write to the nodes.
    private func recordText(_ run: Run) -> String {
        run.number.map { "Recorded as run \($0); nothing was written to the nodes.\n" } ?? ""
    }

    /// Shows a plan, and ends here where it cannot or may not be carried out.
    func show(_ plan: Plan, only: String? = nil) throws(Failure) {
        session.tell(plan.diagnostics)
        if plan.diagnostics.hasErrors { throw Failure.alreadyTold(plan.diagnostics) }
        session.show(planText(plan, session.style, only: only))
        if !plan.isEmpty, !plan.refusals.isEmpty { throw Failure(plan.refusals, .refused) }
    }
}

extension Failure {
    /// Why a run ended before its first write; `warnings` are told before.
    init(_ error: ReconcileError, after warnings: [Diagnostic] = []) {
        let status: ExitStatus =
            switch error.reason {
            case .failed: .error
            case .locked: .locked
            case .refused: .refused
            }
        self.init(warnings + error.diagnostics, status)
    }
}
