/// The clock that waits go by; tests bring their own.
package struct Timekeeper: Sendable {
    /// Time since some fixed instant; never goes back.
    package let now: @Sendable () -> Duration
    package let sleep: @Sendable (Duration) async -> Void

    package init(now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async -> Void) {
        self.now = now
        self.sleep = sleep
    }

    package static let system: Timekeeper = {
        let start = ContinuousClock.now
        return Timekeeper(
            now: { ContinuousClock.now - start },
            // A cancelled sleep ends early; who waits looks at the clock again.
            sleep: { duration in try? await Task.sleep(for: duration) })
    }()
}

extension Duration {
    var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
