internal import Diagnostics
internal import Files
internal import Resources

/// Whether something may be written at a moment, by the windows and freezes of the watch file.
struct Openness: Sendable {
    private let environment: WatchedEnvironment
    private let zones: TimeZoneDatabase
    /// The end of the closed time that was worked out last, in seconds since 1970 (UTC), and its words.
    private var known: (until: Int, words: String)?

    /// Further ahead no opening is looked for: each window of a week comes within it.
    private static let horizon = 8 * 24 * 60

    init(_ environment: WatchedEnvironment, _ zones: TimeZoneDatabase) {
        self.environment = environment
        self.zones = zones
    }

    /// Why it is closed at a moment, in seconds since 1970 (UTC), and until when, in words; nil while it is open.
    mutating func closing(at moment: Int) -> String? {
        do throws(FileError) {
            if let freeze = try zones.freezes(of: environment.policy, at: moment).first {
                let until = freeze.until.map { "until \($0) (\(freeze.window.timeZone))" } ?? "for ever"
                return "a freeze holds \(until)" + (freeze.window.reason.map { ": \($0)" } ?? "")
            }
            if try isOpen(at: moment) {
                known = nil
                return nil
            }
            if let known, moment < known.until { return known.words }
            let words = try opening(after: moment)
            return words
        } catch {
            return error.diagnostic.message
        }
    }

    private func isOpen(at moment: Int) throws(FileError) -> Bool {
        if environment.windows.isEmpty { return true }
        for window in environment.windows where window.inForce(at: moment, try zones.rules(of: window.timeZone)) != nil
        {
            return true
        }
        return false
    }

    /// Looks minute by minute: it is asked once in a closed time.
    private mutating func opening(after moment: Int) throws(FileError) -> String {
        let rules = try environment.windows.map { (window) throws(FileError) in
            (window, try zones.rules(of: window.timeZone))
        }
        let start = moment - moment % 60
        for minute in 1...Openness.horizon {
            let time = start + minute * 60
            guard let (window, rules) = rules.first(where: { $0.0.inForce(at: time, $0.1) != nil }) else { continue }
            let words = "until \(rules.wallTime(at: time)) (\(window.timeZone)), when its window opens"
            known = (time, words)
            return words
        }
        let words = "no window opens within the next \(Openness.horizon / 60 / 24) days"
        known = (start + 60 * 60, words)
        return words
    }
}
