import JSON

/// Deployment updates as long tasks: start, end, abort.
extension State {
    /// Starts an update. It ends by itself once the clock passes its time; see `settle`.
    mutating func startUpdate(_ id: String) throws(APIError) -> Future {
        let deployment = try deployment(id)
        if futures.isRunning(id) { throw .bad("An update of deployment '\(id)' is already running") }
        let start = max(now, (deployment.updates.last?.startTimestamp ?? 0) + 1)
        var outcome = faults.takeUpdate(id)
        let isTooMany = futures.running.count >= State.maximumUpdates
        if isTooMany { outcome = nil }
        // The start tells it from the tasks of other runs, the sequence from those of this one.
        let number = stableHash("\(id)/\(start)/\(nextSequence())".utf8)
        let future = Future(
            id: String(number, radix: 36), deployment: id, owner: caller, startTime: start,
            finishTime: outcome == .hang ? nil : start + updateDuration, settings: deployment.settings, outcome: outcome
        )
        deployments[id]?.updates.append(
            Deployment.Update(
                startTimestamp: start, requester: caller, status: .running, lines: ["Updating deployment \(id)"]))
        if deployment.updates.count >= Deployment.maximumUpdates { deployments[id]?.updates.removeFirst() }
        dirty.insert(.deployment(id))
        futures.start(future)
        if outcome == .lostFuture { futures.hide(future.id) }
        if isTooMany {
            fail(future, "More than \(State.maximumUpdates) deployment hooks at once: the update was given up")
        } else if updateDuration == 0, outcome != .hang {
            finish(future)
        }
        return futures[future.id] ?? future
    }

    /// Ends every update whose time has come, in the order in which they end.
    mutating func settle() {
        guard !futures.running.isEmpty else { return }
        let due = futures.running.compactMap { futures[$0] }.filter { ($0.finishTime ?? .max) <= now }
        for future in due.sorted(by: { ($0.finishTime ?? 0, $0.id) < ($1.finishTime ?? 0, $1.id) }) { finish(future) }
    }

    mutating func abort(_ id: String) throws(APIError) {
        guard let future = futures.known(id) else { throw State.unknownFuture }
        guard future.isRunning else { return }
        futures.finish(id, .aborted, at: now)
        close(future, .aborted, ["The update was aborted"])
    }

    static let unknownFuture = APIError.bad("No future by that id")

    private mutating func finish(_ future: Future) {
        let time = future.finishTime ?? now
        switch future.outcome {
        case .fail: fail(future, "The update of deployment '\(future.deployment)' failed")
        case .abort:
            futures.finish(future.id, .aborted, at: time)
            close(future, .aborted, ["The update was aborted"])
        case nil, .hang, .lostFuture, .unhealthy, .partial:
            let messages = rollOut(future.settings, firstOnly: future.outcome == .partial)
            deployments[future.deployment]?.apply(future.settings)
            deployments[future.deployment]?.failure = nil
            deployments[future.deployment]?.isSpoiled = future.outcome == .unhealthy
            futures.finish(future.id, .succeeded(messages.json), at: time)
            let worst = messages.map(\.severity).max()
            let status: Deployment.Update.Status =
                worst == .error ? .error : worst == .warning ? .warning : .success
            close(future, status, messages.map(\.message))
        }
    }

    private mutating func fail(_ future: Future, _ message: String) {
        futures.finish(future.id, .failed(message), at: future.finishTime ?? now)
        deployments[future.deployment]?.failure = message
        close(future, .error, [message])
    }

    /// Writes the end of an update into its deployment's history.
    private mutating func close(_ future: Future, _ status: Deployment.Update.Status, _ lines: [String]) {
        guard
            let index = deployments[future.deployment]?.updates.lastIndex(where: {
                $0.startTimestamp == future.startTime
            })
        else { return }
        deployments[future.deployment]?.updates[index].status = status
        deployments[future.deployment]?.updates[index].endTimestamp = futures[future.id]?.endTime ?? now
        deployments[future.deployment]?.updates[index].lines += lines
        dirty.insert(.deployment(future.deployment))
    }
}
