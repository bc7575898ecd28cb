/// The value of a `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3 and 5.6.7).
package enum RetryAfter {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// A year, in seconds: any longer pause is refused anyway, and sums stay in range.
    private static let longest = 31_536_000

    /// Returns the pause from now on, at least zero; nil when there is none that can be read.
    ///
    /// - Parameter epochSeconds: the time now, in seconds since 1970-01-01 UTC.
    package static func parse(_ text: String?, epochSeconds: Int) -> Duration? {
        guard let text = text?.drop(while: { $0 == " " }), !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return .seconds(min(Int(text) ?? longest, longest))
        }
        guard let date = epoch(text) else { return nil }
        return .seconds(min(max(0, date - epochSeconds), longest))
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the form that senders must use.
    private static func epoch(_ text: Substring) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), (1...31).contains(day),
            let month = months.firstIndex(where: { $0 == words[2] }), let year = Int(words[3]),
            (1970...9999).contains(year)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        return days(year, month + 1, day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    /// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March so that the leap day
    /// comes last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
