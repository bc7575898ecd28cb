import HummingbirdCore
import NIOCore
package import Sandbox
import UnixSignals

/// The sandbox on a port.
///
/// It adds nothing to what the sandbox answers: paths arrive as they were sent, and faults (a lost answer, a cut one, none at
/// all) happen on the connection itself.
package struct SandboxServer: Sendable {
    private let listener: Listener
    private let exchange: Exchange

    /// Answers on `host` and `port` with `sandbox`; port 0 takes a free one.
    package init(sandbox: Sandbox, host: String = "127.0.0.1", port: Int) {
        self.init(host: host, port: port, signals: [.sigint, .sigterm], Exchange { await sandbox.answer($0) })
    }

    init(host: String, port: Int, signals: [UnixSignal], _ exchange: Exchange) {
        listener = Listener(
            host: host, port: port, signals: signals, limits: SandboxServer.limits, handlers: { [DepartureHandler()] })
        self.exchange = exchange
    }

    /// Serves until SIGINT, SIGTERM or the task's cancellation, then lets the requests in flight end.
    ///
    /// `onReady` is called once with the port in use, before the first request is taken from it: connections wait meanwhile.
    /// Throws a `ServerError` when the port cannot be had.
    package func run(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        try await listener.run(onReady: onReady) { [exchange] request, writer, channel in
            try await exchange.run(request, writer, channel)
        }
    }

    private static let limits = Listener.Limits(
        // Test queries travel in the URL of a request; the reference asks for request lines of 1 MiB at least.
        longestHead: 4 << 20,
        // More fields than any client or proxy sends.
        mostHeaders: 256,
        // A client that keeps its connection for later comes back sooner.
        longestIdle: .minutes(5),
        // The usual bound of file descriptors for a process is 1024.
        openConnections: 900, waitingConnections: 1024,
        // Answers in flight take their latency at most.
        longestFarewell: .seconds(5))
}
