import Files
import Synchronization

/// Who logged in on the page. The other half of each session is a cookie.
final class Sessions: Sendable {
    struct Session: Hashable, Sendable {
        let name: String
        /// What every form of this session carries, so that no other site can send one.
        let csrf: String
    }

    private struct Entry {
        let session: Session
        /// Of the token that it began with.
        let code: [UInt8]
        let began: Duration
        var used: Duration
    }

    /// Somebody who leaves the page open comes back within a working day.
    static let longestLife = Duration.seconds(12 * 3600)
    static let longestIdle = Duration.seconds(2 * 3600)
    /// More people than act on one daemon; beyond it the one that was used longest ago ends.
    static let most = 512

    /// By the digest of the cookie's value: whoever reads our memory has no cookie.
    private let entries = Mutex<[String: Entry]>([:])
    private let now: @Sendable () -> Duration

    init(now: @escaping @Sendable () -> Duration) { self.now = now }

    var count: Int { entries.withLock { $0.count } }

    /// Begins the session of somebody whose token has that code; returns the cookie's value.
    func begin(_ name: String, _ code: [UInt8]) -> String {
        let id = hexadecimal(randomBytes())
        let time = now()
        let entry = Entry(
            session: Session(name: name, csrf: hexadecimal(randomBytes())), code: code, began: time, used: time)
        entries.withLock { entries in
            entries = entries.filter { Sessions.isAlive($0.value, time) }
            if entries.count >= Sessions.most, let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
                entries[oldest.key] = nil
            }
            entries[sha256(Array(id.utf8))] = entry
        }
        return id
    }

    /// The session of a cookie's value, which lives on by being used; nil where it ended or never was.
    func find(_ id: String) -> Session? {
        let key = sha256(Array(id.utf8))
        let time = now()
        return entries.withLock { entries in
            guard var entry = entries[key] else { return nil }
            guard Sessions.isAlive(entry, time) else {
                entries[key] = nil
                return nil
            }
            entry.used = time
            entries[key] = entry
            return entry.session
        }
    }

    func end(_ id: String) { entries.withLock { $0[sha256(Array(id.utf8))] = nil } }

    /// Ends those whose tokens are not what they were.
    func keep(_ callers: Callers) {
        entries.withLock { entries in
            entries = entries.filter { callers.holds($0.value.session.name, $0.value.code) }
        }
    }

    private static func isAlive(_ entry: Entry, _ time: Duration) -> Bool {
        time - entry.began < longestLife && time - entry.used < longestIdle
    }
}
