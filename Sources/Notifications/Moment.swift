internal import Resources

/// A moment as texts for others have it, from milliseconds since 1970 (UTC).
struct Moment {
    private let wall: WallTime
    private let milliseconds: Int

    init(_ milliseconds: Int) {
        // Years of four digits: no clock is set beyond them, and both forms need them.
        let bounded = min(max(milliseconds, 0), 253_402_300_799_999)
        wall = WallTime(seconds: bounded / 1000)
        self.milliseconds = bounded % 1000
    }

    /// As `2026-11-22T09:30:00.250Z`.
    var iso: String {
        "\(wall.year)-\(pad(wall.month))-\(pad(wall.dayOfMonth))T\(time).\(String(milliseconds + 1000).dropFirst())Z"
    }

    /// As `Sun, 22 Nov 2026 09:30:00 +0000` (RFC 5322, 3.3).
    var mailDate: String {
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(days[wall.weekday - 1]), \(wall.dayOfMonth) \(months[wall.month - 1]) \(wall.year) \(time) +0000"
    }

    private var time: String {
        let second = wall.secondOfDay
        return "\(pad(second / 3600)):\(pad(second / 60 % 60)):\(pad(second % 60))"
    }

    private func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
