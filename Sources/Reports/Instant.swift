/// A moment as reports name it, from and to milliseconds since 1970 (UTC).
///
/// By hand: a calendar of Foundation's would double the program.
enum Instant {
    /// As `2026-03-01T09:00:00Z`; with `.123` before the `Z` where that says more.
    ///
    /// Moments before year 0 and after year 9999 are shown as the first or last that can be.
    static func text(_ milliseconds: Int) -> String {
        let milliseconds = min(max(milliseconds, first), last)
        let (day, rest) = milliseconds.quotientAndRemainderDown(by: millisecondsADay)
        let (year, month, date) = civil(day)
        let seconds = rest / 1000
        let fraction = rest % 1000 == 0 ? "" : "." + padded(rest % 1000, 3)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))T"
            + "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))\(fraction)Z"
    }

    /// Reads what `text` wrote; nil for anything else.
    static func milliseconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 || bytes.count == 24 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].reduce(Int?.some(0)) { sum, byte in
                sum.flatMap { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? $0 * 10 + Int(byte) - 48 : nil }
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let date = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let fraction = bytes.count == 24 ? number(20..<23) : 0
        else { return nil }
        let seconds = days(year, month, date) * 86_400 + hour * 3600 + minute * 60 + second
        let result = seconds * 1000 + fraction
        // What is written again the same is a date: no 31st of February, no letter out of place.
        return Instant.text(result) == text ? result : nil
    }

    /// How long ago, in words that need no exactness: `3 h ago`, `2 d ago`.
    static func age(_ milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        return switch seconds {
        case ..<10: "just now"
        case ..<60: "\(seconds) s ago"
        case ..<3600: "\(seconds / 60) min ago"
        case ..<86_400: "\(seconds / 3600) h ago"
        default: "\(seconds / 86_400) d ago"
        }
    }

    private static let millisecondsADay = 86_400_000
    private static let first = days(0, 1, 1) * millisecondsADay
    private static let last = days(10_000, 1, 1) * millisecondsADay - 1

    /// Days since 1970 to a date of the Gregorian calendar: in a year that begins in March, a leap day is the last.
    private static func civil(_ day: Int) -> (year: Int, month: Int, date: Int) {
        let (era, dayOfEra) = (day + 719_468).quotientAndRemainderDown(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    private static func days(_ year: Int, _ month: Int, _ date: Int) -> Int {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).quotientAndRemainderDown(by: 400)
        let march = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * march + 2) / 5 + date - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension Int {
    /// The remainder is never negative.
    fileprivate func quotientAndRemainderDown(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
