/// A date and a time of day as a clock on a wall shows them, wherever the wall is.
///
/// In the Gregorian calendar, before its introduction too.
package struct WallTime: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The seconds from 1970-01-01 00:00 to this time on the same clock, had it never been set.
    package let seconds: Int

    package static let secondsOfDay = 86_400

    package init(seconds: Int) { self.seconds = seconds }

    /// Reads `2026-12-20` (its first moment) or `2026-12-20T18:00`; nil for anything else, as a day that there is not.
    package init?(_ text: String) {
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard date.map(\.utf8.count) == [4, 2, 2], let year = WallTime.digits(date[0]),
            let month = WallTime.digits(date[1]), let day = WallTime.digits(date[2]), 1...12 ~= month,
            1...WallTime.length(ofMonth: month, year) ~= day
        else { return nil }
        var minute = 0
        if parts.count == 2 {
            guard let time = WallTime.minuteOfDay(String(parts[1])), time < 24 * 60 else { return nil }
            minute = time
        }
        self.init(seconds: WallTime.days(year, month, day) * WallTime.secondsOfDay + minute * 60)
    }

    /// The minutes since midnight of a time of day, as `16:00`; `24:00` is the end of the day.
    package static func minuteOfDay(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 2], let hour = digits(parts[0]), let minute = digits(parts[1]),
            minute < 60, hour < 24 || hour == 24 && minute == 0
        else { return nil }
        return hour * 60 + minute
    }

    private static func digits(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
    }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.seconds < right.seconds }

    /// Days since 1970-01-01.
    package var day: Int { WallTime.floor(seconds, WallTime.secondsOfDay) }

    /// 1 is Monday, 7 is Sunday.
    package var weekday: Int { WallTime.remainder(day + 3, 7) + 1 }

    package var year: Int { WallTime.date(day).year }

    /// 1 is January.
    package var month: Int { WallTime.date(day).month }

    package var dayOfMonth: Int { WallTime.date(day).day }

    /// Of the day, 0 at midnight.
    package var secondOfDay: Int { WallTime.remainder(seconds, WallTime.secondsOfDay) }

    /// As `2026-12-20 18:00`; of seconds only those that are not 0.
    package var description: String {
        let date = WallTime.date(day)
        let time = WallTime.remainder(seconds, WallTime.secondsOfDay)
        let pad = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let text = "\(date.year)-\(pad(date.month))-\(pad(date.day)) \(pad(time / 3600)):\(pad(time / 60 % 60))"
        return time % 60 == 0 ? text : "\(text):\(pad(time % 60))"
    }

    /// How many days a month has.
    package static func length(ofMonth month: Int, _ year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// The days from 1970-01-01 to a date. Years are counted from March, so that a leap day is the last of its year.
    package static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let years = month <= 2 ? year - 1 : year
        let era = floor(years, 400)
        let yearOfEra = years - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floor(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    private static func floor(_ number: Int, _ divisor: Int) -> Int {
        number / divisor - (number % divisor < 0 ? 1 : 0)
    }

    private static func remainder(_ number: Int, _ divisor: Int) -> Int { number - floor(number, divisor) * divisor }
}
