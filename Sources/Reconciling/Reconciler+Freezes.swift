internal import Files
internal import Planning
internal import Resources

extension Reconciler {
    /// The moment, with the freezes that hold at it.
    func moment() throws(ReconcileError) -> PlanTime {
        let seconds = time.wallMilliseconds() / 1000
        do throws(FileError) {
            return PlanTime(
                today: time.today(), seconds: seconds, freezes: try zones.freezes(of: environment.policy, at: seconds))
        } catch {
            throw ReconcileError(error.diagnostic)
        }
    }

    /// Makes sure that no freeze holds by now: a saved plan and a question to the user may be older than it is.
    func checkFreezes(_ plan: Plan) throws(ReconcileError) {
        let refusals = freezeRefusals(of: plan, try moment().freezes)
        guard refusals.isEmpty else { throw ReconcileError(refusals, .refused) }
    }
}
