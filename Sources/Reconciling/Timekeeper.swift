internal import Glibc

/// The clock that waits go by, and the day; tests bring their own.
package struct Timekeeper: Sendable {
    /// Time since some fixed instant; never goes back.
    package let now: @Sendable () -> Duration
    package let sleep: @Sendable (Duration) async -> Void
    /// The date in UTC, as `2026-12-31`.
    package let today: @Sendable () -> String

    package init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async -> Void,
        today: @escaping @Sendable () -> String
    ) {
        self.now = now
        self.sleep = sleep
        self.today = today
    }

    package static let system: Timekeeper = {
        let start = ContinuousClock.now
        return Timekeeper(
            now: { ContinuousClock.now - start },
            // A cancelled sleep ends early; who waits looks at the clock again.
            sleep: { duration in try? await Task.sleep(for: duration) }, today: date)
    }()

    private static func date() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        let pad = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(pad(parts.tm_mon + 1))-\(pad(parts.tm_mday))"
    }
}

extension Duration {
    var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
