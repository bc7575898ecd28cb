/// The moment that a plan is made at: exceptions end, and freezes begin.
package struct PlanTime: Hashable, Sendable {
    /// The date in UTC, as `2026-12-31`.
    package let today: String
    /// Since 1970 (UTC).
    package let seconds: Int

    package init(today: String, seconds: Int) {
        self.today = today
        self.seconds = seconds
    }
}
