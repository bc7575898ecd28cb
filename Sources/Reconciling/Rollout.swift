internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// Pushes a deployment's saved settings to its nodes and waits until they run: update, future, health.
///
/// A finished future is no success: an aborted one has a result too, and the health comes after. A future may be lost when
/// DSS restarts: then the list of updates tells what became of it.
struct Rollout: Sendable {
    let deployment: DSSAPIDeployerDeployment
    let change: Change
    let policy: RolloutPolicy
    /// The service that the nodes answer for.
    let service: String
    /// A disabled deployment is not waited for beyond its update.
    var isEnabled: Bool
    let worker: Worker

    private var address: Address { change.address }

    var ignoresWarnings: Bool { policy.reasonToIgnoreWarnings(on: worker.time.today()) != nil }

    /// Stands for a task that ended at once, or whose answer was lost.
    static let unnamedJob = "-"
    /// So many answers one after another that are no answer, of a deployer that is there, end the wait.
    private static let mostFailedReads = 10
    /// So many answers of 500 for a future mean that its task failed.
    private static let mostFailedAnswers = 3
    /// Nobody waits for longer between two looks at the health.
    private static let longestPause: Duration = .seconds(15)

    /// `isFirst`: no update was ever started, so none need be told apart from ours. `pass` is the right to update, held
    /// already, and given back when the update has ended: the health is waited for without it.
    ///
    /// `watch` is what the journal knows the wait for health by, and `update` the update, where it knows it already.
    func run(
        isFirst: Bool, _ pass: Turnstile.Pass?, watch: Intent.ID? = nil, update: Intent.ID? = nil
    ) async throws(StepFailure) -> UnitResult {
        let deadline = worker.time.now() + policy.timeout
        try await push(until: deadline, isFirst: isFirst, watch, update)
        pass?.leave()
        guard isEnabled else { return UnitResult() }
        return try await awaitHealth(until: deadline)
    }

    /// Waits for the health of what was pushed before.
    func resume(_ pass: Turnstile.Pass) async throws(StepFailure) -> UnitResult {
        pass.leave()
        guard isEnabled else { return UnitResult() }
        worker.announce(.awaitHealth, of: change)
        return try await awaitHealth(until: worker.time.now() + policy.timeout)
    }

    /// What the journal is told of the update. `before` is the start of the newest one so far.
    func entry(before: String?) -> Entry {
        Entry(change, .startUpdate, .startUpdate(deployment.id), before: before)
    }

    /// What the journal is told of the wait for health; nil where nobody waits. `before` is what to go back to.
    func watch(before: String?) -> Entry? {
        guard isEnabled else { return nil }
        return Entry(change, .awaitHealth, .getDeploymentHeavyStatus(deployment.id), before: before)
    }

    private func push(
        until deadline: Duration, isFirst: Bool, _ watch: Intent.ID?, _ known: Intent.ID?
    ) async throws(StepFailure) {
        let before = isFirst ? nil : try await lastUpdate(until: deadline)?.startTimestamp
        var id = known
        if id == nil { id = try await worker.intend([entry(before: before)])[0] }
        guard let id else { preconditionFailure("an update is intended before it is started") }
        do throws(StepFailure) { try await update(id, since: before, until: deadline, watch) } catch {
            // One that may run yet is left to the next run: no other may start before it ends.
            if !error.isOpen { await worker.journal.settle(id, isDone: true) }
            throw error
        }
        await worker.journal.settle(id, isDone: true)
    }

    private func update(
        _ id: Intent.ID, since before: String?, until deadline: Duration, _ watch: Intent.ID?
    ) async throws(StepFailure) {
        var state: FutureState?
        do throws(DSSError) { state = try await deployment.startUpdate() } catch {
            guard error.mayHaveArrived else {
                await worker.journal.settle(id, isDone: false)
                throw StepFailure(error)
            }
            // The answer is lost: a newer update than before is ours, and its end is read from the list.
            let newest = try await newestUpdate(until: deadline, since: worker.time.now())
            guard let newest, newest.startTimestamp != before else {
                await worker.journal.settle(id, isDone: false)
                throw StepFailure(error)
            }
        }
        // From here on it is this update whose health is awaited: who takes over need not push again.
        if let watch { await worker.journal.follow(watch, job: state?.jobId ?? Rollout.unnamedJob) }
        if let job = state?.jobId { await worker.journal.follow(id, job: job) }
        if let state, let job = state.jobId, !state.hasResult {
            try await follow(job, since: before, until: deadline)
        } else if let state {
            try checkEnd(state)
        } else {
            try await followUpdates(since: before, until: deadline)
        }
    }

    /// The newest update, when it has ended: one that somebody else started, or a run that was killed, must end before
    /// another may start, or the deployment be deleted.
    func lastUpdate(until deadline: Duration) async throws(StepFailure) -> UpdateItem? {
        let start = worker.time.now()
        for attempt in 1... {
            let newest = try await newestUpdate()
            guard let newest, !newest.isOver(worker.dialect) else { return newest }
            guard worker.time.now() < deadline, worker.brake.mayStart else {
                let who = newest.requester.map { " by \($0)" } ?? ""
                throw StepFailure(
                    Diagnostic(
                        .error, "update-under-way",
                        "an update of '\(address)' that was started before\(who) has not ended",
                        at: change.resource.mark,
                        hint: "DSS takes one at a time. Look at it in DSS, and abort it there if it hangs."))
            }
            waiting("an update that was started before", since: start)
            await worker.time.sleep(FutureState.delay(beforeAttempt: attempt))
        }
        preconditionFailure("waiting for an update ends with its time")
    }

    private func newestUpdate() async throws(StepFailure) -> UpdateItem? {
        do throws(DSSError) { return try await deployment.newestUpdate() } catch { throw StepFailure(error) }
    }

    private func follow(_ job: String, since before: String?, until deadline: Duration) async throws(StepFailure) {
        let future = deployment.client.future(job)
        let start = worker.time.now()
        var failedReads = 0
        var last: DSSError?
        for attempt in 0... {
            await worker.time.sleep(FutureState.delay(beforeAttempt: attempt))
            do throws(StepFailure) { try checkUpdate(deadline, last) } catch {
                // While it runs, no other update may start: not even that which goes back.
                if worker.goesBack(policy), worker.brake.loss == nil { try? await future.abort() }
                throw error
            }
            switch await answer({ () throws(DSSError) in try await future.getState() }) {
            case .success(let state):
                (failedReads, last) = (0, nil)
                if state.isFinished { return try checkEnd(state) }
            case .failure(let error) where error.mayMeanAbsent:
                return try await followUpdates(since: before, until: deadline)
            case .failure(let error):
                last = error
                guard !error.isAway else { break }
                // A failed task answers with a status of 400 or more, which a node that is ill does too: ask again.
                failedReads += 1
                let isOfTask = error.status.map { $0 >= 400 && $0 != 401 } ?? false
                if isOfTask, (error.status ?? 0) < 500 || failedReads >= Rollout.mostFailedAnswers {
                    throw failed("its update failed: \(error.message)")
                }
                guard failedReads < Rollout.mostFailedReads else { throw StepFailure(open: error) }
            }
            waiting("its update", last, since: start)
        }
    }

    /// A future with a result may still have been aborted, or carry messages of nodes that failed.
    private func checkEnd(_ state: FutureState) throws(StepFailure) {
        if state.isAborted { throw failed("its update was aborted") }
        guard state.hasResult else {
            throw failed("its update ended without a result")
        }
        // Of one that is enabled, the health tells more.
        guard !isEnabled, let result = state.result else { return }
        let list = result["messages"]?.object == nil ? result : result["messages"] ?? result
        let errors = (list["messages"]?.array ?? []).filter { $0["severity"] == "ERROR" || $0["isFatal"] == true }
        guard errors.isEmpty else {
            let words = errors.compactMap { $0["message"]?.string ?? $0["title"]?.string }
            throw failed("its update ended with errors: \(words.joined(separator: "; "))")
        }
    }

    /// Reads the end of our update from the list, where its future is lost.
    private func followUpdates(since before: String?, until deadline: Duration) async throws(StepFailure) {
        let start = worker.time.now()
        for attempt in 1... {
            guard let update = try await newestUpdate(until: deadline, since: start), update.startTimestamp != before
            else {
                throw failed("its update is lost: neither the future nor the list of updates knows it")
            }
            if let status = update.status, let succeeded = worker.dialect.hasSucceeded(updateStatus: status) {
                if succeeded { return }
                throw failed("its update ended \(status)")
            }
            if update.endTimestamp != nil { return }
            await worker.time.sleep(FutureState.delay(beforeAttempt: attempt))
            try checkUpdate(deadline, nil)
            waiting("its update, whose future is lost", since: start)
        }
    }

    /// The newest update, read while one of ours may run: a deployer that is away is asked again until `deadline`.
    private func newestUpdate(until deadline: Duration, since start: Duration) async throws(StepFailure) -> UpdateItem?
    {
        for attempt in 1... {
            switch await answer({ () throws(DSSError) in try await deployment.newestUpdate() }) {
            case .success(let update): return update
            case .failure(let error):
                guard error.isAway else { throw StepFailure(open: error) }
                try checkUpdate(deadline, error)
                waiting("the list of updates", error, since: start)
            }
            await worker.time.sleep(FutureState.delay(beforeAttempt: attempt))
        }
        preconditionFailure("waiting for the list of updates ends with its time")
    }

    private func awaitHealth(until deadline: Duration) async throws(StepFailure) -> UnitResult {
        let start = worker.time.now()
        var badSince: Duration?
        var failedReads = 0
        var attempt = 0
        while true {
            attempt += 1
            switch await answer({ () throws(DSSError) in try await deployment.getHeavyStatus() }) {
            case .success(let status):
                failedReads = 0
                if policy.health.contains(status.health.text) { return result(status) }
                try judge(status, &badSince)
                try checkDeadline(deadline, "it to be \(wanted); it is \(words(status))")
                waiting("\(wanted), it is \(words(status))", since: start)
            case .failure(let error):
                if !error.isAway { failedReads += 1 }
                guard failedReads < Rollout.mostFailedReads else { throw StepFailure(error) }
                try checkDeadline(deadline, "its health; \(error.message)")
                waiting("its health", error, since: start)
            }
            await worker.time.sleep(pause(attempt, badSince: badSince))
        }
    }

    private var wanted: String { policy.health.joined(separator: " or ") }

    private func result(_ status: HeavyStatus) -> UnitResult {
        var result = UnitResult()
        result.health = status.health.text
        result.serviceURLs = status.serviceURLs(serviceId: service) ?? []
        return result
    }

    /// DSS's word and messages for the state.
    private func words(_ status: HeavyStatus) -> String {
        let messages = status.healthMessages.messages.map(\.line).joined(separator: "; ")
        return status.health.text + (messages.isEmpty ? "" : ": \(messages)")
    }

    /// A bad state becomes a failure when it lasts.
    private func judge(_ status: HeavyStatus, _ badSince: inout Duration?) throws(StepFailure) {
        guard ["ERROR", "UNHEALTHY"].contains(status.health.text) else {
            badSince = nil
            return
        }
        let now = worker.time.now()
        badSince = badSince ?? now
        if let since = badSince, now - since >= policy.failAfter { throw failed("it is \(words(status))") }
    }

    private func answer<T: Sendable>(
        _ read: () async throws(DSSError) -> T
    ) async -> Result<T, DSSError> {
        do throws(DSSError) { return .success(try await read()) } catch { return .failure(error) }
    }

    /// Looks again no later than the moment at which a bad state becomes a failure.
    private func pause(_ attempt: Int, badSince: Duration?) -> Duration {
        let usual = min(FutureState.delay(beforeAttempt: attempt), Rollout.longestPause)
        guard let badSince else { return usual }
        return max(.milliseconds(10), min(usual, badSince + policy.failAfter - worker.time.now()))
    }

    private func checkDeadline(_ deadline: Duration, _ what: String) throws(StepFailure) {
        // Who lost the lock has nothing to wait for: another run goes on with it.
        if let problem = worker.brake.loss { throw StepFailure(.stopped(because: problem), isOpen: true) }
        guard worker.time.now() >= deadline else { return }
        throw failed("waited \(policy.timeout.text) for \(what)")
    }

    /// The update itself runs on. `last` is why the last read failed.
    private func checkUpdate(_ deadline: Duration, _ last: DSSError?) throws(StepFailure) {
        let why = last.map { "; \($0.message)" } ?? ""
        do throws(StepFailure) { try checkDeadline(deadline, "its update to end\(why)") } catch {
            throw StepFailure(error.result, error.diagnostics, isOpen: true)
        }
    }

    private func failed(_ text: String) -> StepFailure {
        StepFailure(
            Diagnostic(
                .error, "rollout-failed", "the roll-out of '\(address)' failed: \(text)", at: change.resource.mark,
                hint: "The deployer's page of the deployment and `mooring status \(address)` tell more."))
    }

    private func waiting(_ what: String, _ problem: DSSError? = nil, since start: Duration) {
        let text = "waiting for \(what)" + (problem.map { "; \($0.message)" } ?? "")
        worker.observe(.waiting(address, text: text, milliseconds: (worker.time.now() - start).milliseconds))
    }
}
