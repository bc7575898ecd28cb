package import Resources

extension FreezeWindow {
    /// The freeze, and when it ends, if it holds at a moment, in seconds since 1970 (UTC).
    ///
    /// Where the clock shows a time twice, a freeze begins at the first and ends at the last; one that it skips stands
    /// for the moment at which the clock is set.
    package func inForce(at moment: Int, _ rules: TimeZoneRules) -> FreezeInForce? {
        guard var end = end(at: moment, rules) else { return nil }
        // Whole days follow one another. What holds for longer than each day of a week holds for ever.
        for _ in 0...7 {
            guard let next = self.end(at: end, rules) else {
                return FreezeInForce(window: self, until: rules.wallTime(at: end))
            }
            end = next
        }
        return FreezeInForce(window: self, until: nil)
    }

    /// The end of the occurrence that holds at a moment, the latest where two do.
    private func end(at moment: Int, _ rules: TimeZoneRules) -> Int? {
        switch span {
        case .once(let from, let until):
            let end = rules.moments(of: until).last
            return rules.moments(of: from).first <= moment && moment < end ? end : nil
        case .weekly(let days, let startMinute, let minutes):
            let today = rules.wallTime(at: moment).day
            // It lasts for a day at most; a clock that is set may bring it into the day after the next, or back.
            let ends = (today - 2...today + 1).compactMap { day -> Int? in
                let begin = WallTime(seconds: day * WallTime.secondsOfDay + startMinute * 60)
                guard days.contains(begin.weekday), rules.moments(of: begin).first <= moment else { return nil }
                let end = rules.moments(of: WallTime(seconds: begin.seconds + minutes * 60)).last
                return moment < end ? end : nil
            }
            return ends.max()
        }
    }
}
