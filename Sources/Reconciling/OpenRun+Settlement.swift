internal import DSS
package import Diagnostics
internal import JSON
package import Planning
package import Resources
internal import StateStorage

extension OpenRun {
    /// So many of the newest runs are looked through for those that ended without a word: each run tidies up before it.
    private static let mostOpenRuns = 20

    /// Finds out by reading what became of the writes of runs that ended without a word, and records it.
    ///
    /// An update that still runs is waited for, which `observe` is told. Nothing is written to a node. Returns what the user
    /// should know.
    package func settle(
        _ desired: DesiredState, observe: @Sendable (RunEvent) -> Void = { _ in }
    ) async throws(ReconcileError) -> [Diagnostic] {
        read(desired)
        let state = try await reconciler.stored { () throws(StateError) in
            try await reconciler.store.snapshot(of: lease.lease.environment)
        }
        let runs = try await reconciler.stored { () throws(StateError) in
            try await reconciler.store.runs(of: state.environment, limit: OpenRun.mostOpenRuns, before: nil)
        }.filter { $0.result == .open }
        guard !state.intents.isEmpty || !runs.isEmpty else { return [] }
        var settlement = Settlement(reconciler, state.intents)
        var notes: [Diagnostic] = []
        if !state.intents.isEmpty {
            try await settlement.read()
            notes += try await awaitUpdates(&settlement, desired, observe)
            await judgeHealth(&settlement, desired)
        }
        var entries: [StateEntry] = []
        for intent in settlement.intents {
            guard let verdict = settlement.verdicts[intent.id], verdict == .done || verdict == .notDone else {
                continue
            }
            entries.append(.settle(intent.id, isDone: verdict == .done))
        }
        entries += settlement.pushes().sorted { $0.key < $1.key }.map { .follow($0.key, job: $0.value) }
        for run in Set(runs.map(\.number) + state.intents.map(\.id.run)).sorted() {
            let (rows, note) = try await history(of: run, settlement, state)
            entries += rows
            notes += note.map { [$0] } ?? []
        }
        try await commit(entries)
        return notes
    }

    /// No update may start beside one that runs, so it is waited for as long as a roll-out may take.
    private func awaitUpdates(
        _ settlement: inout Settlement, _ desired: DesiredState, _ observe: @Sendable (RunEvent) -> Void
    ) async throws(ReconcileError) -> [Diagnostic] {
        let start = reconciler.time.now()
        let running = settlement.intents.filter { settlement.verdicts[$0.id] == .running }
        guard !running.isEmpty else { return [] }
        let policies = running.map { policy(of: $0.address, desired) }
        let end = start + (policies.map(\.timeout).max() ?? .zero)
        for attempt in 1... {
            await reconciler.time.sleep(FutureState.delay(beforeAttempt: attempt))
            try await settlement.readRunning()
            let left = running.filter { settlement.verdicts[$0.id] == .running }
            if left.isEmpty { return [] }
            for intent in left {
                observe(
                    .waiting(
                        intent.address, text: "waiting for the update that run \(intent.id.run) started",
                        milliseconds: (reconciler.time.now() - start).milliseconds))
            }
            if let problem = lease.problem { throw ReconcileError(problem.diagnostic) }
            guard reconciler.time.now() >= end else { continue }
            return left.map { intent in
                settlement.decide(intent.id, .open)
                return Diagnostic(
                    .warning, "update-still-runs",
                    "an update of '\(intent.address)' that run \(intent.id.run) started has not ended yet",
                    hint:
                        "DSS takes one update of a deployment at a time. Look at it in DSS; abort it there if it hangs.",
                    address: intent.address.description)
            }
        }
        preconditionFailure("waiting for an update ends with its time")
    }

    /// A roll-out that is healthy by now is done with. Another is for the plan to go on with.
    private func judgeHealth(_ settlement: inout Settlement, _ desired: DesiredState) async {
        let pushes = settlement.pushes()
        // Where another write of it is open, its settings are not on the nodes yet, whatever the nodes say.
        let unpushed = Set(
            settlement.intents.filter { $0.kind != .awaitHealth && settlement.verdicts[$0.id] != .done }.map(\.address))
        var waits: [Address: [Intent]] = [:]
        for intent in settlement.intents where settlement.verdicts[intent.id] == .open && intent.kind == .awaitHealth {
            guard let resource = desired[intent.address], !resource.isExternal else {
                settlement.decide(intent.id, .notDone)
                continue
            }
            // The same where what lies under it changed.
            let isPushed = intent.subject == nil || intent.job != nil || pushes[intent.id] != nil
            guard isPushed, !unpushed.contains(intent.address) else { continue }
            waits[intent.address, default: []].append(intent)
        }
        let deployer = reconciler.nodes.deployer.hasty.apiDeployer
        let patience = Patience(Refresh.mostUnanswered)
        await concurrently(
            waits.keys.sorted(), limit: reconciler.environment.limits.concurrency,
            { address -> Settlement.Verdict? in
                if patience.isOver { return nil }
                return await self.end(
                    of: deployer.deployment(address.name), self.policy(of: address, desired), patience)
            },
            collect: { address, verdict in
                for intent in waits[address] ?? [] { if let verdict { settlement.decide(intent.id, verdict) } }
                return true
            })
    }

    /// What became of a roll-out that was pushed; nil while it is not known, or waited for.
    private func end(
        of deployment: DSSAPIDeployerDeployment, _ policy: RolloutPolicy, _ patience: Patience
    ) async -> Settlement.Verdict? {
        do throws(DSSError) {
            let status = try await deployment.getHeavyStatus()
            if policy.health.contains(status.health.text) { return .done }
            // Somebody may have disabled it meanwhile, and what is disabled is not waited for.
            return try await deployment.getSettings()["enabled"]?.bool == false ? .notDone : nil
        } catch {
            if error.isUnanswered { patience.lose() }
            return nil
        }
    }

    private func policy(of address: Address, _ desired: DesiredState) -> RolloutPolicy {
        RolloutPolicy(desired[address]?.spec["rollout"])
    }

    /// The rows that end a run in history, and a word about it for the user.
    private func history(
        of run: Int, _ settlement: Settlement, _ state: StateSnapshot
    ) async throws(ReconcileError) -> (rows: [StateEntry], note: Diagnostic?) {
        let (known, told) = try await reconciler.stored { () throws(StateError) in
            (
                try await reconciler.store.run(run, of: state.environment),
                try await reconciler.store.changes(of: run, in: state.environment)
            )
        }
        guard let known, known.result == .open else { return ([], nil) }
        var rows: [StateEntry] = []
        var counts = Dictionary(grouping: told, by: \.result).mapValues(\.count)
        let intents = settlement.intents.filter { $0.id.run == run }
        let addresses = Set(told.map(\.address))
        for (address, intents) in Dictionary(grouping: intents, by: \.address).sorted(by: { $0.key < $1.key }) {
            let change = cutOff(intents, settlement, state)
            guard !addresses.contains(address), !addresses.contains(change.address) else { continue }
            rows.append(.changed(run: run, change))
            counts[change.result, default: 0] += 1
        }
        rows.append(
            .finish(run: run, .abandoned, finished: reconciler.time.wallMilliseconds(), counts: counts))
        return (rows, note(known, intents, settlement))
    }

    /// What a run that was cut off did to one object.
    private func cutOff(_ intents: [Intent], _ settlement: Settlement, _ state: StateSnapshot) -> RunChange {
        let isDone = intents.allSatisfy { settlement.verdicts[$0.id] == .done }
        let isBegun = intents.contains { settlement.verdicts[$0.id] != .notDone }
        let records = intents.filter { settlement.verdicts[$0.id] == .done }.flatMap(\.records)
        let last = intents[intents.count - 1]
        let own = records.last { $0.address.withoutVersion == last.address }
        let address = own?.address ?? last.address
        return RunChange(
            address: address, action: last.action,
            result: (isDone ? Outcome.Result.applied : isBegun ? .failed : .notStarted).rawValue,
            before: state[address]?.applied, after: own?.applied ?? state[address]?.applied,
            messages: isDone ? [] : ["cut-off: the run ended before it was done with it"])
    }

    private func note(_ run: RunRecord, _ intents: [Intent], _ settlement: Settlement) -> Diagnostic? {
        let verdicts = intents.filter { $0.kind != .awaitHealth }.compactMap { settlement.verdicts[$0.id] }
        let done = verdicts.count { $0 == .done }
        let not = verdicts.count { $0 == .notDone }
        var text = "run \(run.number) ('\(run.command)' by \(run.actor)) was cut off"
        if !verdicts.isEmpty { text += "; of its writes under way, \(done) were done and \(not) were not" }
        return Diagnostic(
            .warning, "settled", text, hint: "This was found out by reading. What is left to do is in the plan.")
    }
}
