package import Resources

/// The moment that a plan is made at: exceptions end, and freezes begin.
package struct PlanTime: Hashable, Sendable {
    /// The date in UTC, as `2026-12-31`.
    package let today: String
    /// Since 1970 (UTC).
    package let seconds: Int
    /// The freezes of the environment's policy that hold.
    package let freezes: [FreezeInForce]

    package init(today: String, seconds: Int, freezes: [FreezeInForce] = []) {
        self.today = today
        self.seconds = seconds
        self.freezes = freezes
    }
}
