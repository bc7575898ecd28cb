package import Planning
package import Resources

/// What the page and the calls ask the watcher; tests bring their own.
package struct WatchDesk: Sendable {
    package let snapshot: @Sendable () -> WatchSnapshot
    package let counts: @Sendable () -> WatchCounts
    /// Nil: there is no such environment, or nothing was read of it yet.
    package let detail: @Sendable (WatchPlace) async -> EnvironmentDetail?
    /// Newest first.
    package let timeline: @Sendable (WatchPlace) async -> [TimelineEntry]
    /// The plan that waits, or that is being applied.
    package let plan: @Sendable (WatchPlace) async -> Plan?
    /// The last drift report.
    package let drift: @Sendable (WatchPlace) async -> DriftReport?
    /// Nil: there is none. Throws where it cannot be told now.
    package let run:
        @Sendable (WatchPlace, _ number: Int) async throws(WatchRefusal) -> (run: RunRecord, changes: [RunChange])?
    /// Looks at a repository at once: something was pushed, says a webhook. False: there is none of that name.
    package let poke: @Sendable (_ repository: String) -> Bool
    /// Does what somebody asks; throws why not, in words for the user.
    package let perform: @Sendable (WatchAction, _ actor: String) async throws(WatchRefusal) -> Void
    /// False: it works no more, and whoever runs it should start it anew.
    package let isAlive: @Sendable () -> Bool

    package init(
        snapshot: @escaping @Sendable () -> WatchSnapshot, counts: @escaping @Sendable () -> WatchCounts,
        detail: @escaping @Sendable (WatchPlace) async -> EnvironmentDetail?,
        timeline: @escaping @Sendable (WatchPlace) async -> [TimelineEntry],
        plan: @escaping @Sendable (WatchPlace) async -> Plan?,
        drift: @escaping @Sendable (WatchPlace) async -> DriftReport?,
        run:
            @escaping @Sendable (WatchPlace, Int) async throws(WatchRefusal) -> (
                run: RunRecord, changes: [RunChange]
            )?,
        poke: @escaping @Sendable (String) -> Bool,
        perform: @escaping @Sendable (WatchAction, String) async throws(WatchRefusal) -> Void,
        isAlive: @escaping @Sendable () -> Bool
    ) {
        self.snapshot = snapshot
        self.counts = counts
        self.detail = detail
        self.timeline = timeline
        self.plan = plan
        self.drift = drift
        self.run = run
        self.poke = poke
        self.perform = perform
        self.isAlive = isAlive
    }
}
