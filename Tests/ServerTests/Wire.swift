import NIOCore
import NIOPosix
import Sandbox
import Testing

@testable import Server

/// One connection to a server, on which a test writes and reads bare text.
struct Wire {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ""

    /// Opens a connection for the duration of `body`.
    static func open<Result: Sendable>(
        to port: Int, _ body: @Sendable (inout Wire) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var wire = Wire(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&wire)
        }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text.replacing("\n", with: "\r\n")))
    }

    /// As it is: line breaks stay.
    func sendRaw(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Reads up to and including `mark`, or to the end of the connection.
    mutating func read(to mark: String? = nil) async throws -> String {
        while true {
            if let mark, let range = received.firstRange(of: mark) {
                defer { received.removeSubrange(..<range.upperBound) }
                return String(received[..<range.upperBound]).replacing("\r\n", with: "\n")
            }
            // A connection that is reset has ended, too.
            guard let piece = try? await inbound.next() else {
                defer { received = "" }
                return received.replacing("\r\n", with: "\n")
            }
            received += String(buffer: piece)
        }
    }
}

/// Runs a server for the duration of `body`, which is given its port.
func withServer(
    longestBody: Int = Exchange.longestArchive, answer: @escaping @Sendable (SandboxRequest) async -> SandboxAnswer,
    _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
    let (ports, ready) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { ready.finish() }
            let exchange = Exchange(longestBody: longestBody, answer: answer)
            try await SandboxServer(host: "127.0.0.1", port: 0, signals: [], exchange).run { ready.yield($0) }
        }
        for await port in ports {
            try await body(port)
            break
        }
        group.cancelAll()
        try await group.waitForAll()
    }
}
