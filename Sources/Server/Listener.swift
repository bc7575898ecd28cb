import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// A port on which HTTP/1.1 is spoken, within limits.
struct Listener: Sendable {
    /// What clients may ask of it.
    struct Limits: Sendable {
        /// The request line and all header fields, in bytes.
        let longestHead: Int
        let mostHeaders: Int
        /// For a request's head to come, from the connection's beginning or the answer before.
        let longestIdle: TimeAmount
        /// Each costs a file descriptor. Further ones wait in the system's queue.
        let openConnections: Int
        /// Connections that the system holds for us before we take them.
        let waitingConnections: Int
        /// For the answers in flight, once it is to stop; whoever takes longer is cut off.
        let longestFarewell: Duration
    }

    let host: String
    let port: Int
    let signals: [UnixSignal]
    let limits: Limits
    /// What each connection is given besides.
    let handlers: @Sendable () -> [any RemovableChannelHandler]

    /// Serves until one of the signals or the task's cancellation, then lets the requests in flight end.
    ///
    /// `onReady` is called once with the port in use, before the first request is taken from it: connections wait meanwhile.
    /// Throws a `ServerError` when the port cannot be had.
    func run(
        onReady: @escaping @Sendable (Int) async -> Void, respond: @escaping HTTPChannelHandler.Responder
    ) async throws {
        let logger = Logger(label: "mooring.server") { _ in SwiftLogNoOpLogHandler() }
        let service = try HTTPServerBuilder.http1(configuration: connections).buildServer(
            configuration: ServerConfiguration(
                address: .hostname(host, port: port), backlog: limits.waitingConnections,
                availableConnectionsDelegate: .maximum(limits.openConnections, logger: logger)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger, responder: respond,
            onServerRunning: { [port] channel in await onReady(channel.localAddress?.port ?? port) })
        var configuration = ServiceGroupConfiguration(
            services: [service], gracefulShutdownSignals: signals, logger: logger)
        configuration.maximumGracefulShutdownDuration = limits.longestFarewell
        let group = ServiceGroup(configuration: configuration)
        // In a task of its own: a cancelled one could not write the answers in flight.
        let serving = Task { try await group.run() }
        do {
            try await withTaskCancellationHandler {
                try await serving.value
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch let error as ServiceGroupError {
            // The group says so when the farewell took too long, which ends it as asked.
            if !Task.isCancelled { throw error }
        } catch {
            throw ServerError(listeningOn: "\(host):\(port)", error)
        }
    }

    private var connections: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: handlers(), idleTimeout: limits.longestIdle,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.longestHead, maxHeaderListSize: limits.longestHead,
                maxHeaderFieldCount: limits.mostHeaders))
    }
}
