internal import Glibc

/// The clocks that waits, leases and dates go by; tests bring their own.
package struct Timekeeper: Sendable {
    /// Time since some fixed instant; never goes back.
    package let now: @Sendable () -> Duration
    package let sleep: @Sendable (Duration) async -> Void
    /// The date in UTC, as `2026-12-31`.
    package let today: @Sendable () -> String
    /// Milliseconds since 1970 (UTC).
    package let wallMilliseconds: @Sendable () -> Int
    /// Calls `work` once in each interval, until the task is cancelled.
    package let every: @Sendable (_ interval: Duration, _ work: @escaping @Sendable () async -> Void) async -> Void

    package init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async -> Void,
        today: @escaping @Sendable () -> String, wallMilliseconds: @escaping @Sendable () -> Int,
        every: @escaping @Sendable (Duration, @escaping @Sendable () async -> Void) async -> Void
    ) {
        self.now = now
        self.sleep = sleep
        self.today = today
        self.wallMilliseconds = wallMilliseconds
        self.every = every
    }

    package static let system: Timekeeper = {
        let start = ContinuousClock.now
        return Timekeeper(
            now: { ContinuousClock.now - start },
            // A cancelled sleep ends early; who waits looks at the clock again.
            sleep: { duration in try? await Task.sleep(for: duration) }, today: date,
            wallMilliseconds: milliseconds,
            every: { interval, work in
                while !Task.isCancelled {
                    try? await Task.sleep(for: interval)
                    if !Task.isCancelled { await work() }
                }
            })
    }()

    private static func date() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        let pad = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(pad(parts.tm_mon + 1))-\(pad(parts.tm_mday))"
    }

    private static func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }
}

extension Duration {
    var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
