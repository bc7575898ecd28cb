internal import Resources

/// A moment as reports name it, from and to milliseconds since 1970 (UTC).
package enum Instant {
    /// As `2026-03-01T09:00:00Z`; with `.123` before the `Z` where that says more.
    ///
    /// Moments before the year 1000 and after 9999 are shown as the first or last that can be.
    static func text(_ milliseconds: Int) -> String {
        let milliseconds = min(max(milliseconds, first), last)
        let fraction = (milliseconds % 1000 + 1000) % 1000
        let wall = WallTime(seconds: (milliseconds - fraction) / 1000).description
        // Which leaves out seconds that are 0.
        let whole = wall.replacing(" ", with: "T") + (wall.utf8.count == 16 ? ":00" : "")
        guard fraction > 0 else { return whole + "Z" }
        return whole + "." + String(String(1000 + fraction).dropFirst()) + "Z"
    }

    /// The same to the second: for people.
    package static func short(_ milliseconds: Int) -> String {
        let text = text(milliseconds)
        return text.utf8.count == 20 ? text : text.prefix(19) + "Z"
    }

    /// Reads what `text` wrote; nil for anything else.
    static func milliseconds(_ text: String) -> Int? {
        guard text.utf8.count == 20 || text.utf8.count == 24, text.utf8.allSatisfy({ $0 < 0x80 }),
            let wall = WallTime(String(text.prefix(16))), let second = Int(text.dropFirst(17).prefix(2)),
            let fraction = text.utf8.count == 20 ? 0 : Int(text.dropFirst(20).prefix(3))
        else { return nil }
        let result = (wall.seconds + second) * 1000 + fraction
        // What is written again the same has no letter out of place.
        return Instant.text(result) == text ? result : nil
    }

    /// How long ago, in words that need no exactness: `3 h ago`, `2 d ago`.
    package static func age(_ milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        return switch seconds {
        case ..<10: "just now"
        case ..<60: "\(seconds) s ago"
        case ..<3600: "\(seconds / 60) min ago"
        case ..<86_400: "\(seconds / 3600) h ago"
        default: "\(seconds / 86_400) d ago"
        }
    }

    private static let first = WallTime.days(1000, 1, 1) * WallTime.secondsOfDay * 1000
    private static let last = WallTime.days(10_000, 1, 1) * WallTime.secondsOfDay * 1000 - 1
}

/// An instant as reports name it, as `2026-03-01T09:00:00Z`, from milliseconds since 1970 (UTC).
package func instantText(_ milliseconds: Int) -> String { Instant.short(milliseconds) }
