package import Resources

/// How clocks of one place are set: the offset from UTC at each moment, past and to come.
///
/// Read from the compiled form of the time zone database (RFC 8536, TZif); the future follows the rule at its end.
package struct TimeZoneRules: Hashable, Sendable {
    /// Seconds since 1970 (UTC) at which the offset changes, ascending.
    let moments: [Int]
    /// The offset from each moment on.
    let offsets: [Int]
    /// The offset before all moments.
    let first: Int
    /// What holds after the last moment; nil: its offset.
    let rule: PosixTimeZone?

    /// A place whose clocks are never set. `offset` is in seconds east of UTC.
    package init(offset: Int) {
        moments = []
        offsets = []
        first = offset
        rule = nil
    }

    init(moments: [Int], offsets: [Int], first: Int, rule: PosixTimeZone?) {
        self.moments = moments
        self.offsets = offsets
        self.first = first
        self.rule = rule
    }

    package static let utc = TimeZoneRules(offset: 0)

    /// Moments farther from 1970 than some three million years are taken for the last that is not, which keeps all
    /// sums small.
    static let range = -(1 << 46)...(1 << 46)

    /// Seconds east of UTC at a moment, in seconds since 1970 (UTC).
    package func offset(at moment: Int) -> Int {
        let moment = min(max(moment, TimeZoneRules.range.lowerBound), TimeZoneRules.range.upperBound)
        // The number of moments that are not after this one.
        var (low, high) = (0, moments.count)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        if low == moments.count, let rule { return rule.offset(at: moment) }
        return low == 0 ? first : offsets[low - 1]
    }

    /// What a clock shows at a moment.
    package func wallTime(at moment: Int) -> WallTime {
        let moment = min(max(moment, TimeZoneRules.range.lowerBound), TimeZoneRules.range.upperBound)
        return WallTime(seconds: moment + offset(at: moment))
    }

    /// No clock differs more from another one: no offset changes twice within twice this time.
    private static let widest = 2 * WallTime.secondsOfDay

    /// The first and the last moment at which a clock shows a time.
    ///
    /// They differ where the clock was set back. A time that it skipped, as it was set forward, is shown at the moment
    /// of that.
    package func moments(of time: WallTime) -> (first: Int, last: Int) {
        let bounds = TimeZoneRules.range
        let wall = min(max(time.seconds, bounds.lowerBound), bounds.upperBound)
        let before = offset(at: wall - TimeZoneRules.widest)
        let after = offset(at: wall + TimeZoneRules.widest)
        let shown = [before, after].map { wall - $0 }.filter { $0 + offset(at: $0) == wall }.sorted()
        if let first = shown.first, let last = shown.last { return (first, last) }
        // Skipped: the offset changes between these two.
        var (low, high) = (wall - max(before, after), wall - min(before, after))
        let old = offset(at: low)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == old { low = middle } else { high = middle }
        }
        return (high, high)
    }
}
