package import Planning
package import Resources

/// How an environment stands, from one reading: what an apply would do, and who moved.
package struct Survey: Sendable {
    package let plan: Plan
    package let report: DriftReport
    package let live: LiveState
    package let state: StateSnapshot
}

extension Reconciler {
    /// Plans and compares from one reading of what is live and what is remembered. Writes nothing and needs no lock.
    package func survey(
        _ desired: DesiredState, _ options: PlanOptions = PlanOptions()
    ) async throws(ReconcileError) -> Survey {
        let reading = try await read(desired, options, everything: true)
        return Survey(
            plan: try await plan(reading, of: desired, options), report: try await drift(reading, options),
            live: reading.live, state: reading.state)
    }
}

extension Run {
    /// How history tells the run.
    package var result: RunRecord.Result { History.result(self) }
}
