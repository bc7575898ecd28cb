package import HTTP

/// How patient deliveries are.
package struct OutboxSettings: Sendable {
    /// News that wait on one route; of more the oldest go. A night of trouble in a hundred environments, and more than
    /// anybody reads.
    package var longestQueue = 1000
    /// Of one delivery.
    package var mostAttempts = 12
    /// The jitter's range after the first attempt; it doubles with each further one.
    package var base = Duration.seconds(1)
    package var ceiling = Duration.seconds(120)
    /// From a delivery's first attempt to its last: a chat that is away for a while is waited for, and then what waits
    /// behind gets its turn.
    package var patience = Duration.seconds(15 * 60)
    /// For one attempt.
    package var timeout = Duration.seconds(30)
    /// For all that is still to be told when the program ends.
    package var farewell = Duration.seconds(10)
    package var clock = RetryClock.system
    /// Uniform in 0..<1, for jitter.
    package var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    package init() {}

    /// Full jitter: uniform in `0..<min(ceiling, 2^attempt * base)`; `attempt` is 0-based.
    func backoff(_ attempt: Int) -> Duration { min(ceiling, base * (1 << min(attempt, 20))) * random() }
}
