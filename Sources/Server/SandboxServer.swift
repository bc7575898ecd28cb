import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
package import Sandbox
import ServiceLifecycle
import UnixSignals

/// The sandbox on a port.
///
/// It adds nothing to what the sandbox answers: paths arrive as they were sent, and faults (a lost answer, a cut one, none at
/// all) happen on the connection itself.
package struct SandboxServer: Sendable {
    private let host: String
    private let port: Int
    private let signals: [UnixSignal]
    private let exchange: Exchange

    /// Answers on `host` and `port` with `sandbox`; port 0 takes a free one.
    package init(sandbox: Sandbox, host: String = "127.0.0.1", port: Int) {
        self.init(host: host, port: port, signals: [.sigint, .sigterm], Exchange { await sandbox.answer($0) })
    }

    init(host: String, port: Int, signals: [UnixSignal], _ exchange: Exchange) {
        self.host = host
        self.port = port
        self.signals = signals
        self.exchange = exchange
    }

    /// Serves until SIGINT, SIGTERM or the task's cancellation, then lets the requests in flight end.
    ///
    /// `onReady` is called once with the port in use, before the first request is taken from it: connections wait meanwhile.
    /// Throws a `ServerError` when the port cannot be had.
    package func run(onReady: @escaping @Sendable (Int) async -> Void) async throws {
        let logger = Logger(label: "mooring.server") { _ in SwiftLogNoOpLogHandler() }
        let (host, port, exchange) = (host, port, exchange)
        let service = try HTTPServerBuilder.http1(configuration: SandboxServer.connections).buildServer(
            configuration: ServerConfiguration(
                address: .hostname(host, port: port), backlog: SandboxServer.waitingConnections,
                availableConnectionsDelegate: .maximum(SandboxServer.openConnections, logger: logger)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger
        ) { request, writer, channel in
            try await exchange.run(request, writer, channel)
        } onServerRunning: { channel in
            await onReady(channel.localAddress?.port ?? port)
        }
        var configuration = ServiceGroupConfiguration(
            services: [service], gracefulShutdownSignals: signals, logger: logger)
        configuration.maximumGracefulShutdownDuration = SandboxServer.longestFarewell
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as ServiceGroupError {
            // The group says so when the task was cancelled, or when the farewell took too long; both end it as asked.
            if !Task.isCancelled { throw error }
        } catch {
            throw ServerError(listeningOn: "\(host):\(port)", error)
        }
    }

    /// Test queries travel in the URL of a request; the reference asks for request lines of 1 MiB at least.
    static let longestHead = 4 << 20
    /// More fields than any client or proxy sends.
    static let mostHeaders = 256
    /// A client that keeps its connection for later comes back sooner.
    static let longestIdle = TimeAmount.minutes(5)
    /// Each costs a file descriptor; the usual bound for a process is 1024.
    static let openConnections = 900
    /// Connections that the system holds for us before we take them.
    static let waitingConnections = 1024
    /// Answers in flight take their latency at most; whoever takes longer is cut off.
    static let longestFarewell = Duration.seconds(5)

    private static var connections: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [DepartureHandler()], idleTimeout: longestIdle,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: longestHead, maxHeaderListSize: longestHead, maxHeaderFieldCount: mostHeaders))
    }
}
