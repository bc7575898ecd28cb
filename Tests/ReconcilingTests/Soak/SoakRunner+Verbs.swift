import DSS
import Diagnostics
import Planning
import Reconciling
import Reports
import Resources
import StateStorage

/// The other verbs, and what must hold of what they leave.
extension SoakRunner {
    /// Takes the lock for a while. What is refused or fails is told, as to a user.
    private func writing(_ verb: String, _ work: (OpenRun, Reconciler, DesiredState) async throws -> Void) async throws
    {
        let desired = try desired()
        let reconciler = reconciler(desired, SoakWorld.Wire(world: world))
        do {
            let run = try await reconciler.open(
                "mooring \(verb)", owner: "soak@test", process: ProcessIdentity(machine: "", number: 2, started: 2),
                waiting: .seconds(120), onWait: { _ in })
            do {
                tell(try await run.settle(desired))
                try await work(run, reconciler, desired)
            } catch {
                await run.close()
                throw error
            }
            await run.close()
        } catch let error as ReconcileError {
            tell(error.diagnostics)
        }
    }

    private func carryOut(_ plan: Plan, in run: OpenRun) async throws {
        tell(plan.diagnostics + plan.refusals)
        guard !plan.diagnostics.hasErrors, plan.refusals.isEmpty else { return world.count("refused") }
        let end = try await run.apply(
            plan, reason: "soak", planDigest: nil, interruption: Interruption(), observe: { _ in })
        tell(end.outcomes.flatMap(\.diagnostics))
    }

    /// Back to a run, or with one deployment to what was applied before.
    func rollBack(_ number: Int) async throws {
        try await writing("rollback") { run, reconciler, desired in
            let deployments = desired.resources(of: .deployment).map(\.address)
            let target =
                number.isMultiple(of: 2) || deployments.isEmpty
                ? RollbackTarget.run(1 + number % 6)
                : .resource(deployments[number % deployments.count], version: nil)
            let plan = try await reconciler.rollbackPlan(to: target, desired)
            guard !plan.changes.contains(where: { $0.action == .delete }) else {
                throw Violation(description: "a roll-back deletes: \(plan.lines)")
            }
            try await carryOut(plan, in: run)
            world.count("rolled back")
        }
    }

    func adopt(own: Bool) async throws {
        try await writing("adopt") { run, reconciler, desired in
            let plan = try await reconciler.plan(desired).plan
            let taken = try await run.adopt(plan, own: own, only: nil)
            world.count("adopted", taken.count)
        }
    }

    func savePlan(_ options: PlanOptions) async throws {
        let desired = try desired()
        let reconciler = reconciler(desired, SoakWorld.Wire(world: world))
        do throws(ReconcileError) { saved = try await reconciler.plan(desired, options).plan } catch {
            tell(error.diagnostics)
        }
    }

    /// Carries a saved plan out, unless it is stale.
    func applySaved() async throws {
        guard let plan = saved else { return }
        saved = nil
        try await writing("apply plan.json") { run, reconciler, desired in
            let moved = try await reconciler.moved(since: plan, desired)
            guard moved.isEmpty else { return world.count("stale") }
            try checkDeletes(plan, store.snapshot(of: "local"))
            try await carryOut(plan, in: run)
            world.count("saved plans applied")
        }
    }

    /// Only what is ours and not protected is deleted.
    func checkDeletes(_ plan: Plan, _ state: StateSnapshot) throws {
        for change in plan.changes where change.action == .delete && plan.refusals.isEmpty {
            guard let record = state[change.address], record.ownership == .owned, !record.protect else {
                throw Violation(description: "deletes what it may not: \(change.address)")
            }
        }
    }

    /// Once all is as declared: nothing drifts, what is remembered is there, and is what was declared.
    func checkPeace() async throws {
        let desired = try desired()
        let reconciler = reconciler(desired, SoakWorld.Wire(world: world))
        let report = try await reconciler.drift(desired)
        let quiet: Set<DriftReport.Verdict> = [.clean, .orphaned, .unmanaged, .outOfSync, .unhealthy]
        let loud = report.rows.filter { !quiet.contains($0.verdict) }
        guard loud.isEmpty, report.diagnostics.allSatisfy({ $0.severity != .error }) else {
            throw Violation(
                description: "drifts when all is applied: \(loud.map { "\($0.address) \($0.verdict) \($0.details)" })")
        }
        let state = try store.snapshot(of: "local")
        let (wanted, _) = withHolds(desired, state)
        for resource in wanted.resources where !resource.isExternal {
            guard let record = state[resource.recordAddress], record.applied == AppliedSpec(resource) else {
                throw Violation(description: "not remembered as it was applied: \(resource.recordAddress)")
            }
        }
        guard state.intents.isEmpty else {
            throw Violation(description: "left open: \(state.intents.map { "\($0.address) \($0.step)" })")
        }
        let deployer = client(SoakWorld.Wire(world: world)).apiDeployer
        var there = Set(try await deployer.listDeployments().map { Address(.deployment, $0.id) })
        there.formUnion(try await deployer.listInfras().map { Address(.infra, $0.id) })
        there.formUnion(try await deployer.listServices().map { Address(.publishedService, $0.id) })
        for address in state.records.keys where [.deployment, .infra, .publishedService].contains(address.kind) {
            guard there.contains(address) else {
                throw Violation(description: "remembered, and gone: \(address)")
            }
        }
        let runs = try store.runs(of: "local", limit: .max, before: nil).filter { $0.result == .open }
        guard runs.isEmpty else { throw Violation(description: "runs without an end: \(runs.map(\.number))") }
    }
}
