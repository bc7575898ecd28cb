/// How long to wait before something that failed is tried again.
enum Backoff {
    static let first: Duration = .seconds(5)
    static let longest: Duration = .seconds(300)
    /// Nothing is tried twice in the same moment, whatever chance says.
    static let shortest: Duration = .seconds(1)

    /// After `failures` (at least 1) in a row: full jitter below a bound that doubles. `random` is uniform in 0..<1.
    static func delay(after failures: Int, random: Double) -> Duration {
        // Beyond so many doublings the bound is the longest anyway.
        let bound = min(longest, first * (1 << min(max(failures, 1) - 1, 10)))
        return max(shortest, bound * random)
    }

    /// Between two looks: the interval, a tenth more or less, so that many daemons do not ask at the same moments.
    static func interval(_ interval: Duration, random: Double) -> Duration { interval * (0.9 + 0.2 * random) }
}

extension Duration {
    var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
