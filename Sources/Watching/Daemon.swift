internal import Diagnostics
internal import Files
internal import HTTP
internal import Notifications
internal import Reconciling
internal import Resources

/// What all repositories of one daemon share.
struct Daemon: Sendable {
    let watch: Watch
    /// That of the watch file, which its paths start from.
    let folder: String
    let ports: WatchPorts
    let board: Board
    let data: DataFolder
    let version: String
    /// So many environments are read or written at once, over all repositories.
    let places: Turnstile
    /// What is read for a page is read one after the other: anybody may ask for pages, and each reading may start programs
    /// that tell secrets.
    let readers = Turnstile(places: 1)

    /// Each has requests of its own under way, up to its `limits.concurrency`.
    static let mostAtOnce = 4

    var now: Int { ports.time.wallMilliseconds() }

    func log(_ level: LogEntry.Level, _ message: String, _ place: WatchPlace, _ facts: [(String, String)] = []) {
        ports.log(LogEntry(level, message, [("place", place.description)] + facts))
    }

    func tell(
        _ event: WatchEvent, _ place: WatchPlace, _ revision: CommitStamp?, _ title: String, _ lines: [String] = [],
        actor: String? = nil, subject: String, isQuiet: Bool = false
    ) {
        ports.tell(
            News(
                event: event, place: place, revision: revision, title: "\(place): \(title)",
                lines: Array(lines.prefix(Daemon.mostLines)),
                link: page(of: place), actor: actor, subject: subject, time: now, isQuiet: isQuiet))
    }

    /// Where the page tells of an environment; nil where people do not reach it.
    func page(of place: WatchPlace) -> String? {
        let names = [place.repository, place.environment].map(PercentEncoding.segment).joined(separator: "/")
        return watch.url.map { "\($0)/r/\(names)" }
    }

    /// Who gets more lines than these reads none.
    private static let mostLines = 20

    /// Adds what was sent for one environment to what the daemon counts.
    func count(_ statistics: RequestStatistics) {
        let routes = statistics.snapshot.routes
        guard !routes.isEmpty else { return }
        board.count { counts in
            for (route, count) in routes {
                let request = WatchCounts.Request(
                    method: route.method.rawValue, route: route.path, status: route.result)
                counts.requests[request, default: 0] += count
            }
        }
    }
}
