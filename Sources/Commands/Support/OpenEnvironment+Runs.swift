internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Reconciling
internal import Reports
internal import Resources

extension OpenEnvironment {
    /// The plan, with the warnings of manifests and connections among its diagnostics.
    func plan(_ options: PlanOptions) async throws(Failure) -> (plan: Plan, live: LiveState) {
        let notice = noticeOfReading()
        defer { notice.end() }
        do throws(ReconcileError) {
            var result = try await reconciler.plan(desired, options)
            result.plan.commit = headCommit(of: root)
            result.plan.diagnostics = diagnostics + result.plan.diagnostics
            return result
        } catch {
            throw Failure(diagnostics + error.diagnostics)
        }
    }

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
        if plan.environment != desired.environment.name { moved.append("the environment") }
        if let commit = plan.commit, commit != headCommit(of: root) { moved.append("the commit of the workspace") }
        let notice = noticeOfReading()
        defer { notice.end() }
        do throws(ReconcileError) { moved += try await reconciler.moved(since: plan) } catch {
            throw Failure(error.diagnostics)
        }
        guard moved.isEmpty else {
            throw Failure(
                Diagnostic(
                    .error, "stale-plan",
                    "the plan in '\(file)' is stale; moved since: \(OpenEnvironment.listed(moved))",
                    hint: "Make it anew with 'mooring plan -o'. Nothing was written."), .stale)
        }
    }

    /// Carries a plan out, telling its progress on standard error.
    func apply(_ plan: Plan, _ session: Session, isVerbose: Bool) async throws(Failure) -> Answer {
        let interruption = Interruption()
        // A log of requests would tear the live region apart.
        let isLive = Console.errors.isTerminal && session.variables["TERM"] != "dumb" && !isVerbose
        let progress = Progress(session, total: plan.changes.count, isLive: isLive)
        let signals = SignalWatch { signal in
            interruption.interrupt(signal: signal)
            progress.tell(["Stopping: what is under way is finished, nothing new is started. Once more ends at once."])
        }
        let result: Result<Run, ReconcileError>
        do throws(ReconcileError) {
            result = .success(
                try await reconciler.apply(plan, interruption: interruption) { progress.observe($0) })
        } catch {
            result = .failure(error)
        }
        progress.end()
        signals.end()
        tellStatistics()
        switch result {
        case .failure(let error): throw Failure(error.diagnostics)
        case .success(let run):
            guard session.isJSON else { return Answer(status: ExitStatus(run), text: runText(run, session.style)) }
            let digest = planJSON(plan, version: mooringVersion)["digest"]?.string
            return Answer(
                status: ExitStatus(run),
                document: runJSON(
                    run, environment: run.environment, version: mooringVersion, diagnostics: plan.diagnostics,
                    planDigest: digest))
        }
    }
}
