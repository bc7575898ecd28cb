package import Diagnostics
import HTTP
import NIOCore
package import Resources

/// The daemon's port: its page, its calls, its webhooks and its measurements.
///
/// Everybody who reaches it may read. To act one needs a token, sent with a call or given once to log in on the page; with
/// none configured, nobody can.
package struct WatchServer: Sendable {
    private let listener: Listener
    private let site: WatchSite
    private let deadlines: WatchExchange.Deadlines

    /// `url` is how people reach the page, where a proxy stands before it. `log` is told what an operator should read; what
    /// may happen often comes once a minute, with how often it did. Of the sessions in `memory` those go on whose tokens are
    /// still the same.
    package init(
        listen: ListenAddress, url: String?, desk: WatchDesk, hooks: [WatchHook], tokens: [WatchCaller],
        memory: ServerMemory, log: @escaping @Sendable (LogEntry) -> Void
    ) {
        self.init(
            listen: listen, url: url, desk: desk, hooks: hooks, tokens: tokens, memory: memory,
            deadlines: WatchExchange.Deadlines(), openConnections: WatchServer.openConnections, log: log)
    }

    init(
        listen: ListenAddress, url: String?, desk: WatchDesk, hooks: [WatchHook], tokens: [WatchCaller],
        memory: ServerMemory, deadlines: WatchExchange.Deadlines, openConnections: Int,
        log: @escaping @Sendable (LogEntry) -> Void
    ) {
        let connections = ConnectionBook(most: openConnections)
        site = WatchSite(
            desk: desk, hooks: hooks, callers: tokens, origin: Origin(url: url, listeningOn: listen.host),
            connections: connections, memory: memory, log: log)
        listener = Listener(
            host: listen.host, port: listen.port, signals: [],
            limits: Listener.Limits(
                longestHead: WatchServer.longestHead, mostHeaders: WatchServer.mostHeaders,
                longestIdle: deadlines.idle, openConnections: openConnections + WatchServer.leavingConnections,
                waitingConnections: WatchServer.waitingConnections, longestFarewell: WatchServer.longestFarewell),
            handlers: { [ConnectionBookHandler(connections)] })
        self.deadlines = deadlines
    }

    var openConnectionCount: Int { site.connections.count }

    /// Serves until the task is cancelled, then lets the answers in flight end.
    ///
    /// `onReady` is called once with the port in use, before the first request is taken from it. Throws a `ServerError` when
    /// the port cannot be had.
    package func run(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        let exchange = WatchExchange(
            connections: site.connections, deadlines: deadlines, admit: { [site] in site.admit($0) },
            answered: { [site] in site.count($0, $1) })
        for name in site.callers.guessable {
            site.log(
                LogEntry(
                    .warning, "a token is short", [("name", name), ("hint", "Take one that nobody finds by trying.")]))
        }
        let flushing = Task { [site] in
            while !Task.isCancelled {
                try? await Task.sleep(for: LogThrottle.interval)
                site.throttle.flush()
            }
        }
        defer {
            flushing.cancel()
            site.throttle.flush(all: true)
        }
        try await listener.run(onReady: onReady) { request, writer, channel in
            try await exchange.run(request, writer, channel)
        }
    }

    /// A page's address and a browser's cookies stay far below.
    private static let longestHead = 32 << 10
    /// More fields than any client or proxy sends.
    private static let mostHeaders = 100
    /// Each takes some 100 KB at the very most; people and forges need a few at a time.
    private static let openConnections = 256
    /// Those that are being closed to make room for others.
    private static let leavingConnections = 32
    /// As many as the system holds for us unless told otherwise; what comes beyond is asked to come again.
    private static let waitingConnections = 1024
    /// A page is made from what is at hand; whoever reads slower is cut off.
    private static let longestFarewell = Duration.seconds(5)
}
