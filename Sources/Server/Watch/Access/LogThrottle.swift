import Diagnostics
import Synchronization

/// Lets what may happen ten thousand times a second into the log once a minute, with how often it happened.
final class LogThrottle: Sendable {
    private struct Kind {
        var logged: Duration
        var entry: LogEntry
        /// How many more there were since.
        var unsaid = 0
    }

    static let interval = Duration.seconds(60)

    /// Kinds are few: a reason, and a repository that is watched.
    private let kinds = Mutex<[String: Kind]>([:])
    private let now: @Sendable () -> Duration
    private let log: @Sendable (LogEntry) -> Void

    init(now: @escaping @Sendable () -> Duration, log: @escaping @Sendable (LogEntry) -> Void) {
        self.now = now
        self.log = log
    }

    /// Logs the first of a kind at once; others are counted.
    func tell(_ entry: LogEntry, kind: String) {
        let time = now()
        let isFirst = kinds.withLock { kinds in
            guard kinds[kind] == nil else {
                kinds[kind]?.entry = entry
                kinds[kind]?.unsaid += 1
                return false
            }
            kinds[kind] = Kind(logged: time, entry: entry)
            return true
        }
        if isFirst { log(entry) }
    }

    /// Logs what was counted in the minute that is over.
    func flush(all: Bool = false) {
        let time = now()
        let due = kinds.withLock { kinds in
            let over = kinds.filter { all || time - $0.value.logged >= LogThrottle.interval }
            for (name, kind) in over { kinds[name] = kind.unsaid > 0 && !all ? again(kind, time) : nil }
            return over.values.filter { $0.unsaid > 0 }
        }
        for kind in due.sorted(by: { $0.entry.message < $1.entry.message }) {
            let facts = kind.entry.facts.map { ($0.key, $0.value) } + [("more", String(kind.unsaid))]
            log(LogEntry(kind.entry.level, kind.entry.message, facts))
        }
    }

    private func again(_ kind: Kind, _ time: Duration) -> Kind { Kind(logged: time, entry: kind.entry) }
}
