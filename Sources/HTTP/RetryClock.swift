internal import Glibc

/// Time as retries see it, so that tests need none.
package struct RetryClock: Sendable {
    /// Time since some fixed moment; never goes back.
    package var now: @Sendable () -> Duration
    /// Seconds since 1970-01-01 UTC, for servers that name a date.
    package var epochSeconds: @Sendable () -> Int
    /// Waits; throws when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Duration, epochSeconds: @escaping @Sendable () -> Int,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.epochSeconds = epochSeconds
        self.sleep = sleep
    }

    /// The machine's clocks.
    package static let system: RetryClock = {
        let start = ContinuousClock.now
        return RetryClock(
            now: { ContinuousClock.now - start }, epochSeconds: { time(nil) },
            sleep: { try await Task.sleep(for: $0) })
    }()
}
