internal import Resources

/// The rule by which clocks are set each year, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixTimeZone: Hashable, Sendable {
    /// When the clock is set: a day of the year, and the seconds since its midnight on the clock as it was.
    struct Turn: Hashable, Sendable {
        enum Day: Hashable, Sendable {
            /// The `week`th (5: the last) `weekday` (0 is Sunday) of a month.
            case month(Int, week: Int, weekday: Int)
            /// 1 to 365; 29 February is never counted.
            case julian(Int)
            /// 0 to 365; 29 February is counted.
            case ordinal(Int)
        }

        let day: Day
        let seconds: Int
    }

    struct Summer: Hashable, Sendable {
        let offset: Int
        let begin: Turn
        let end: Turn
    }

    /// Seconds east of UTC.
    let standard: Int
    let summer: Summer?

    /// As RFC 8536 allows.
    static let offsets = -89_999...93_599

    /// Seconds east of UTC at a moment, in seconds since 1970 (UTC).
    func offset(at moment: Int) -> Int {
        guard let summer else { return standard }
        let year = WallTime(seconds: moment + standard).year
        // A turn may lie up to a week off its year, so the years around count too.
        var latest: (moment: Int, isSummer: Bool)?
        for year in year - 1...year + 1 {
            let turns = [
                (summer.end.moment(year) - summer.offset, false), (summer.begin.moment(year) - standard, true),
            ]
            for turn in turns where turn.0 <= moment {
                // Summer all year round: it ends when the next one begins.
                if let known = latest, known.moment > turn.0 || known.moment == turn.0 && !turn.1 { continue }
                latest = turn
            }
        }
        return latest?.isSummer == true ? summer.offset : standard
    }
}

extension PosixTimeZone.Turn {
    /// The seconds since 1970 on the clock as it was before it was set.
    fileprivate func moment(_ year: Int) -> Int { dayNumber(year) * WallTime.secondsOfDay + seconds }

    private func dayNumber(_ year: Int) -> Int {
        switch day {
        case .julian(let number):
            let leap = WallTime.isLeap(year) && number >= 60 ? 1 : 0
            return WallTime.days(year, 1, 1) + number - 1 + leap
        case .ordinal(let number): return WallTime.days(year, 1, 1) + number
        case .month(let month, let week, let weekday):
            let first = WallTime.days(year, month, 1)
            // 0 is Sunday here; 7 is Sunday there.
            let firstWeekday = WallTime(seconds: first * WallTime.secondsOfDay).weekday % 7
            let date = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            return first + (date < WallTime.length(ofMonth: month, year) ? date : date - 7)
        }
    }
}

extension PosixTimeZone {
    /// Reads the last line of a TZif file.
    init(_ text: String) throws(TimeZoneFlaw) {
        var rest = Array(text.utf8)[...]
        guard let standard = PosixTimeZone.zone(&rest) else { throw PosixTimeZone.flaw }
        self.standard = standard
        guard !rest.isEmpty else {
            summer = nil
            return
        }
        guard PosixTimeZone.name(&rest) else { throw PosixTimeZone.flaw }
        var offset = standard + 3600
        if rest.first != PosixTimeZone.comma {
            guard let west = PosixTimeZone.time(&rest, hours: 24) else { throw PosixTimeZone.flaw }
            offset = -west
        }
        guard let begin = PosixTimeZone.turn(&rest), let end = PosixTimeZone.turn(&rest), rest.isEmpty,
            PosixTimeZone.offsets.contains(offset)
        else { throw PosixTimeZone.flaw }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    private static let flaw = TimeZoneFlaw("has a last line that is no rule")
    private static let comma = UInt8(ascii: ",")

    /// A name and an offset; POSIX counts offsets to the west.
    private static func zone(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard name(&rest), let west = time(&rest, hours: 24) else { return nil }
        return -west
    }

    /// Letters, or anything between `<` and `>`.
    private static func name(_ rest: inout ArraySlice<UInt8>) -> Bool {
        if rest.first == UInt8(ascii: "<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let letters = rest.prefix { 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 }
        rest = rest.dropFirst(letters.count)
        return letters.count >= 3
    }

    /// `[+-]H[:M[:S]]` in seconds.
    private static func time(_ rest: inout ArraySlice<UInt8>, hours: Int) -> Int? {
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard let hour = number(&rest, 0...hours) else { return nil }
        var seconds = hour * 3600
        for unit in [60, 1] where take(":", &rest) {
            guard let part = number(&rest, 0...59) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// `,DAY[/TIME]`; without a time, at two o'clock.
    private static func turn(_ rest: inout ArraySlice<UInt8>) -> Turn? {
        guard take(",", &rest), let day = day(&rest) else { return nil }
        var seconds = 2 * 3600
        if take("/", &rest) {
            guard let other = time(&rest, hours: 167) else { return nil }
            seconds = other
        }
        return Turn(day: day, seconds: seconds)
    }

    private static func day(_ rest: inout ArraySlice<UInt8>) -> Turn.Day? {
        if take("J", &rest) { return number(&rest, 1...365).map(Turn.Day.julian) }
        guard take("M", &rest) else { return number(&rest, 0...365).map(Turn.Day.ordinal) }
        guard let month = number(&rest, 1...12), take(".", &rest), let week = number(&rest, 1...5), take(".", &rest),
            let weekday = number(&rest, 0...6)
        else { return nil }
        return .month(month, week: week, weekday: weekday)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ range: ClosedRange<Int>) -> Int? {
        // No number has more than three digits, and four cannot overflow.
        let digits = rest.prefix { 0x30...0x39 ~= $0 }
        guard 1...4 ~= digits.count else { return nil }
        rest = rest.dropFirst(digits.count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return range.contains(value) ? value : nil
    }

    private static func take(_ letter: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: letter) else { return false }
        rest.removeFirst()
        return true
    }
}
