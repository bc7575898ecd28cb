internal import Diagnostics
internal import Planning
internal import Resources

/// Carries out a plan: each unit when all that it waits for is done, independent ones side by side.
struct Executor: Sendable {
    let plan: Plan
    let worker: Worker
    let limits: Limits
    let brake: Brake
    let history: History
    let time: Timekeeper
    let observe: @Sendable (RunEvent) -> Void

    /// Units under way for each request that may be: most of a unit's time goes into waiting for its roll-out.
    private static let unitsPerRequest = 4

    private struct Progress {
        var waiting: [Address: Set<Address>]
        var ready: [Address]
        var outcomes: [Address: Outcome] = [:]
    }

    func run() async -> Run {
        let units = Unit.units(of: plan)
        let dependants = units.values.reduce(into: [Address: [Address]]()) { result, unit in
            for other in unit.waitsFor { result[other, default: []].append(unit.address) }
        }
        var progress = Progress(waiting: units.mapValues(\.waitsFor), ready: [])
        progress.ready = units.values.filter(\.waitsFor.isEmpty).map(\.address).sorted(by: >)
        let most = limits.concurrency * Executor.unitsPerRequest
        await withTaskGroup(of: (Address, [Outcome]).self) { group in
            var running = 0
            while true {
                while running < most, brake.mayStart, let address = progress.ready.popLast(),
                    let unit = units[address]
                {
                    running += 1
                    group.addTask { (address, await carryOut(unit)) }
                }
                guard running > 0, let (address, outcomes) = await group.next() else { break }
                running -= 1
                finish(address, outcomes, units, dependants, &progress)
            }
        }
        var run = Run(environment: plan.environment, outcomes: plan.changes.map { outcome($0, progress) })
        for outcome in run.outcomes where outcome.result == .skipped { await history.note(outcome) }
        run.problem = brake.loss.map { Diagnostic.stopped(because: $0) }
        if let reason = brake.reason, run.count(.notStarted) > 0 || reason != .stoppedAfterFailures { run.end = reason }
        return run
    }

    private func outcome(_ change: Change, _ progress: Progress) -> Outcome {
        progress.outcomes[change.address]
            ?? Outcome(address: change.address, action: change.action, result: .notStarted)
    }

    private func finish(
        _ address: Address, _ outcomes: [Outcome], _ units: [Address: Unit], _ dependants: [Address: [Address]],
        _ progress: inout Progress
    ) {
        record(outcomes.filter { $0.result != .notStarted }, &progress)
        guard outcomes.contains(where: { $0.result != .applied }) else {
            for dependant in (dependants[address] ?? []).sorted(by: >) {
                progress.waiting[dependant]?.remove(address)
                if progress.waiting[dependant]?.isEmpty == true { progress.ready.append(dependant) }
            }
            return
        }
        // What waits for something that was not started is not started either.
        guard outcomes.contains(where: { $0.result != .notStarted }) else { return }
        brake.countFailure(of: address)
        skip(dependants[address] ?? [], because: address, units, dependants, &progress)
    }

    private func record(_ outcomes: [Outcome], _ progress: inout Progress) {
        for outcome in outcomes {
            progress.outcomes[outcome.address] = outcome
            observe(.finished(outcome))
        }
    }

    /// All that waits for a failed unit, near and far, is not carried out.
    private func skip(
        _ first: [Address], because failed: Address, _ units: [Address: Unit], _ dependants: [Address: [Address]],
        _ progress: inout Progress
    ) {
        var open = first.map { ($0, failed) }
        while let (address, reason) = open.popLast() {
            guard progress.waiting.removeValue(forKey: address) != nil, let unit = units[address] else { continue }
            let diagnostic = Diagnostic(.note, "skipped", "waits for '\(reason)', which was not applied")
            record(
                unit.changes.map {
                    Outcome(address: $0.address, action: $0.action, result: .skipped, diagnostics: [diagnostic])
                }, &progress)
            open += (dependants[address] ?? []).map { ($0, address) }
        }
    }

    private func carryOut(_ unit: Unit) async -> [Outcome] {
        let start = time.now()
        // A deployment waits for its turn first, and tells itself when that has come.
        if unit.address.kind != .deployment {
            for change in unit.changes { observe(.started(change.address, change.action)) }
        }
        var result = UnitResult()
        do throws(StepFailure) {
            result = try await worker.carryOut(unit)
        } catch {
            result.failure = error
        }
        let milliseconds = (time.now() - start).milliseconds
        let outcomes = unit.changes.map { change in
            var (end, diagnostics) = (Outcome.Result.applied, result.notes)
            if let failure = result.failure, let parts = failure.parts {
                if let problems = parts[change.address] { (end, diagnostics) = (failure.result, problems) }
            } else if let failure = result.failure {
                (end, diagnostics) = (failure.result, failure.diagnostics)
            }
            return Outcome(
                address: change.address, action: change.action, result: end,
                diagnostics: diagnostics.map(worker.scrubbed), health: result.health,
                serviceURLs: result.serviceURLs, milliseconds: milliseconds)
        }
        for outcome in outcomes where outcome.result != .notStarted { await history.note(outcome) }
        return outcomes
    }
}

/// What a unit ended in.
struct UnitResult: Sendable {
    var failure: StepFailure?
    /// What the user should know of a unit that was carried out.
    var notes: [Diagnostic] = []
    var health: String?
    var serviceURLs: [String] = []
}
