import HTTP
import HTTPTypes
import HummingbirdCore
import NIOCore
import Sandbox
import ServiceLifecycle

/// One request and what becomes of it on its connection.
struct Exchange: Sendable {
    private let answer: @Sendable (SandboxRequest) async -> SandboxAnswer
    private let longestBody: Int

    /// An archive with a saved model stays below; each connection holds one body in memory.
    static let longestArchive = 256 << 20

    /// A body of more than `longestBody` bytes is refused with 413.
    init(
        longestBody: Int = longestArchive, answer: @escaping @Sendable (SandboxRequest) async -> SandboxAnswer
    ) {
        self.longestBody = longestBody
        self.answer = answer
    }

    func run(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPTypes.HTTPResponse(status: .continue))
        }
        guard let body = try await read(request) else {
            try await Exchange.write(refusal, to: writer, withBody: true)
            return try await cut(channel)
        }
        let answer = await answer(SandboxRequest(request, body: body))
        switch answer {
        case .response(let response):
            try await Exchange.write(response, to: writer, withBody: request.method != .head)
        case .disconnect:
            try await cut(channel)
        case .hang:
            try await waitUntilClientLeaves(channel)
        case .truncated(let response, let bytes):
            var body = try await writer.writeHead(Exchange.head(response))
            try await body.write(ByteBuffer(bytes: response.body.prefix(bytes)))
            try await cut(channel)
        }
    }

    private static func head(_ response: SandboxResponse) -> HTTPTypes.HTTPResponse {
        var fields = HTTPFields()
        for header in response.headers {
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
        // Answers of these two kinds have no body, and so no length (RFC 9110, 8.6).
        if response.status != 204, response.status != 304 { fields[.contentLength] = String(response.body.count) }
        return HTTPTypes.HTTPResponse(status: .init(code: response.status), headerFields: fields)
    }

    private static func write(
        _ response: SandboxResponse, to writer: consuming ResponseWriter, withBody: Bool
    ) async throws {
        if withBody, !response.body.isEmpty {
            try await writer.write(
                response: head(response), body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body)))
        } else {
            try await writer.writeResponse(head(response))
        }
    }

    /// The whole body, or nil when it is too long.
    ///
    /// Of a body that is too long as much again is read and dropped: a client that is still sending would not see the refusal.
    private func read(_ request: Request) async throws -> [UInt8]? {
        var body: [UInt8] = []
        var count = 0
        for try await piece in request.body {
            count += piece.readableBytes
            if count <= longestBody { body.append(contentsOf: piece.readableBytesView) }
            if count > 2 * longestBody { break }
        }
        return count > longestBody ? nil : body
    }

    private var refusal: SandboxResponse {
        let text =
            #"{"errorType": "java.lang.IllegalArgumentException", "message": "Request body too large", "#
            + #""detailedMessage": "Request body too large: at most \#(longestBody) bytes"}"#
        return SandboxResponse(
            status: 413,
            headers: [HTTPHeader("Content-Type", "application/json;charset=utf-8"), HTTPHeader("Connection", "close")],
            body: Array(text.utf8))
    }

    private func waitUntilClientLeaves(_ channel: any Channel) async throws {
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } onGracefulShutdown: {
            channel.close(promise: nil)
        }
    }

    /// Closes the connection at once; that it is closed already is no error.
    private func cut(_ channel: any Channel) async throws {
        try? await channel.close()
    }
}

/// Takes a client that closed its side of a connection for one that left, so that nobody waits for it.
final class DepartureHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) {
        // Without this option the whole connection closes with the client's side.
        context.channel.setOption(.allowRemoteHalfClosure, value: false).whenFailure { [channel = context.channel] _ in
            channel.close(promise: nil)
        }
    }
}

extension SandboxRequest {
    init(_ request: Request, body: [UInt8]) {
        var headers = request.headers.map { HTTPHeader($0.name.rawName, $0.value) }
        // The library keeps the host apart from the other fields.
        if let host = request.head.authority { headers.append(HTTPHeader("Host", host)) }
        self.init(
            method: request.method.rawValue, target: request.head.path ?? "/", headers: headers, body: body)
    }
}
