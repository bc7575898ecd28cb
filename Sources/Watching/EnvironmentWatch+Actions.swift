internal import Diagnostics
internal import Files
internal import Planning
internal import Reconciling
internal import Resources
internal import StateStorage

/// What people ask of an environment. What they say is durable before they are told that it is done.
extension EnvironmentWatch {
    /// Agrees to the plan with this digest.
    func approve(_ digest: String, by actor: String) throws(WatchRefusal) {
        guard let pending = memory.status.pending, pending.needsApproval else {
            throw .conflict(
                "no plan of '\(place)' waits for an approval", "Look at the page: it may be applied by now.")
        }
        guard pending.digest == digest else {
            throw .conflict(
                "the plan that waits in '\(place)' is another one by now: \(pending.digest)",
                "Look at that plan, and approve it by its digest.")
        }
        guard let shown = memory.shown, shown.id == pending.revision.id, shown.id == target?.id else {
            throw .conflict("a newer commit came since the plan was made", "A plan of it is on its way.")
        }
        let before = memory
        memory.approval = EnvironmentMemory.Approval(digest: digest, revision: shown, by: actor, at: daemon.now)
        try settle(before)
        note(.approved, shown.stamp, "the plan is approved", actor: actor, digest: digest)
        daemon.log(.info, "approved", place, [("by", actor), ("plan", digest), ("commit", shown.id)])
        publish()
    }

    /// Writes nothing until it is resumed; an apply under way starts nothing more.
    func suspend(_ reason: String, until: Int?, by actor: String) throws(WatchRefusal) {
        if let until, until <= daemon.now {
            throw .conflict("the suspension would be over already", "Name a later moment, or none.")
        }
        let before = memory
        memory.status.suspended = Suspension(by: actor, reason: reason, since: daemon.now, until: until)
        // Whoever asked for it did not know of this.
        memory.healer = nil
        try settle(before)
        interruption?.interrupt(signal: Interruption.termination)
        note(.suspended, nil, reason, actor: actor)
        daemon.log(.info, "suspended", place, [("by", actor), ("reason", reason)])
        publish()
    }

    func resume(by actor: String) throws(WatchRefusal) {
        guard memory.status.suspended != nil else {
            throw .conflict("'\(place)' is not suspended", "Nothing has to be done.")
        }
        let before = memory
        memory.status.suspended = nil
        try settle(before)
        note(.resumed, nil, "resumed", actor: actor)
        daemon.log(.info, "resumed", place, [("by", actor)])
        publish()
    }

    /// Tries again what is held, or what waits for its next attempt; or passes over where it is promoted from.
    func retry(by actor: String) throws(WatchRefusal) {
        guard memory.status.held != nil || memory.retry != nil || isSourceBusy else {
            throw .conflict("nothing is held in '\(place)', and nothing failed", "'sync' looks at all at once.")
        }
        let before = memory
        memory.retry = nil
        memory.failures = 0
        try settle(before)
        isRetried = memory.status.held != nil
        // Whoever says so of what waits for another environment does not want to wait.
        if isSourceBusy { passes = target?.id }
        note(.released, memory.status.held?.revision, "to be tried again", actor: actor)
        daemon.log(.info, "retry", place, [("by", actor)])
        publish()
    }

    /// Puts back once what drifted, whatever `drift` says.
    func heal(by actor: String) throws(WatchRefusal) {
        try checkHealing()
        let before = memory
        memory.healer = actor
        memory.retry = nil
        try settle(before)
        daemon.log(.info, "heal", place, [("by", actor)])
        publish()
    }

    private func checkHealing() throws(WatchRefusal) {
        let situation = situation()
        if environment.mode == .planOnly {
            throw .conflict(
                "nothing is written in '\(place)', which is only planned", "Put it back on the node, or declare it.")
        }
        if situation.isSuspended { throw .conflict("'\(place)' is suspended", "Resume it first.") }
        if situation.isClosed, let closed = memory.status.closed {
            throw .conflict("nothing is written in '\(place)' now: \(closed)", "Ask again when that is over.")
        }
        if memory.status.reconciling != nil || memory.begun?.isOpen == true {
            throw .conflict(
                "an apply is under way in '\(place)'",
                "It puts back what drifts, too. Look again when it is over.")
        }
        if memory.healer != nil {
            throw .conflict("what drifts in '\(place)' is being put back already", "Nothing has to be done.")
        }
        if memory.live == nil && memory.begun == nil || memory.status.driftChecked == nil {
            throw .conflict("nothing was applied in '\(place)' that could drift", "'sync' looks at all at once.")
        }
        if memory.status.drifted == 0 {
            throw .conflict("nothing drifts in '\(place)', as it was looked at last", "'sync' looks at all at once.")
        }
    }

    /// Looks at all at once.
    func sync(by actor: String) {
        isSynced = true
        daemon.log(.info, "sync", place, [("by", actor)])
    }

    /// A version may be there now that was missing when the commit was held.
    func sourceMoved(to key: RevisionKey) {
        isSourceBusy = false
        if memory.heldKey == key { isRetried = true }
    }

    private func settle(_ before: EnvironmentMemory) throws(WatchRefusal) {
        do throws(FileError) { try files.keep(memory) } catch {
            memory = before
            throw WatchRefusal(.conflict, error.diagnostic)
        }
    }

    /// What failed here must not go on to others: they wait until it is live, or until somebody passes over it.
    func stand(to key: RevisionKey) -> Stand {
        if environment.mode == .planOnly || memory.live?.key == key && memory.begun == nil { return .done }
        return memory.heldKey == key ? .held : .underWay
    }

    /// So many runs are kept that somebody looked at.
    private static let mostRuns = 16
    /// So many are read or wait for it; whoever wants another one then is told to ask again. Anybody may ask.
    static let mostAsking = 4
    /// That there is no run of some number is believed for so long, in milliseconds; of so many numbers.
    private static let missingFor = 30_000
    private static let mostMissing = 256

    /// One run, from the state; nil: there is none of that number. Throws where it cannot be told now.
    func run(_ number: Int) async throws(WatchRefusal) -> (run: RunRecord, changes: [RunChange])? {
        if let known = runs[number] { return known }
        if let until = missingRuns[number], daemon.now < until { return nil }
        if let reading = readings[number] { return try await reading.value.get() }
        guard readings.count < EnvironmentWatch.mostAsking else { throw .busy(place) }
        let reading = Task { await self.read(number) }
        readings[number] = reading
        let result = await reading.value
        readings[number] = nil
        return try result.get()
    }

    private func read(_ number: Int) async -> RunReading {
        let pass = await daemon.readers.enter()
        defer { pass.leave() }
        let origin = source.flatMap { repository.environment($0) }
        let request = PlaceRequest(
            repository: repository, environment: environment, source: origin, writes: false, hasSecrets: false)
        let opened: OpenPlace
        do throws(ReconcileError) { opened = try await daemon.ports.open(request) } catch {
            return .failure(.unavailable(error.diagnostics))
        }
        var result: (run: RunRecord, changes: [RunChange])?
        do throws(StateError) {
            if let run = try await opened.store.run(number, of: environment.name) {
                result = (run, try await opened.store.changes(of: number, in: environment.name))
            }
        } catch {
            await opened.close()
            return .failure(.unavailable([error.diagnostic]))
        }
        await opened.close()
        if result == nil {
            if missingRuns.count >= EnvironmentWatch.mostMissing { missingRuns = [:] }
            missingRuns[number] = daemon.now + EnvironmentWatch.missingFor
        }
        // One that goes on is another one a moment later.
        if let result, result.run.finished != nil {
            if runs.count >= EnvironmentWatch.mostRuns { runs = [:] }
            runs[number] = result
        }
        return .success(result)
    }
}

/// What a look for one run came to; nil: there is none of that number.
typealias RunReading = Result<(run: RunRecord, changes: [RunChange])?, WatchRefusal>

extension WatchRefusal {
    static func conflict(_ message: String, _ hint: String) -> WatchRefusal {
        WatchRefusal(.conflict, Diagnostic(.error, "watch-conflict", message, hint: hint))
    }

    fileprivate static func busy(_ place: WatchPlace) -> WatchRefusal {
        WatchRefusal(
            .unavailable,
            Diagnostic(
                .error, "watch-busy", "too many runs of '\(place)' are being looked at", hint: "Ask again in a moment.")
        )
    }

    fileprivate static func unavailable(_ diagnostics: [Diagnostic]) -> WatchRefusal {
        let reason = diagnostics.first { $0.severity == .error } ?? diagnostics.first
        return WatchRefusal(
            .unavailable, reason ?? Diagnostic(.error, "state-unreachable", "the state cannot be read"))
    }

    static func unknown(_ message: String, _ hint: String? = nil) -> WatchRefusal {
        WatchRefusal(.unknown, Diagnostic(.error, "watch-unknown", message, hint: hint))
    }
}
