import Diagnostics
import Files
import HTTP
import HTTPTypes
import HummingbirdCore
import NIOCore

/// One request to the daemon and its answer, within bounds of time and bytes.
struct WatchExchange: Sendable {
    /// Bounds of time; tests have shorter ones.
    struct Deadlines: Sendable {
        /// For a head to arrive, from the connection's beginning or the answer before.
        var idle = TimeAmount.seconds(30)
        /// For a body to arrive.
        var body = TimeAmount.seconds(20)
        /// For a body that nobody wants to end: a client that listens only once it has sent it.
        var unwanted = TimeAmount.seconds(5)
        /// For the whole exchange: a page is made from what is at hand.
        var exchange = TimeAmount.seconds(60)
    }

    let connections: ConnectionBook
    let deadlines: Deadlines
    let admit: @Sendable (WatchRequest) -> Admission
    /// Told of each answer that is sent.
    let answered: @Sendable (WatchRequest, WatchAnswer) -> Void

    /// Of a body that nobody reads so much is dropped, for clients that listen only once they have sent it.
    private static let mostDropped = 1 << 20

    func run(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        connections.begin(channel)
        defer { connections.end(channel) }
        let end = cut(channel, after: deadlines.exchange)
        defer { end.cancel() }
        let asked = WatchRequest(request, peer: channel.remoteAddress?.ipAddress ?? "")
        var body = BodyReader(request.body, isOver: !asked.hasBody)
        var answer: WatchAnswer
        switch admit(asked) {
        case .answer(let make):
            answer = await make()
        case .form(let most, let make):
            var bytes: [UInt8] = []
            let isWhole = try await read(&body, asked, most, writer, channel) { bytes += $0 }
            answer = isWhole ? await make(bytes) : tooLarge(most)
        case .hook(let most, let key, let prefix, let make):
            var code = HMACSHA256(key: key)
            code.update(prefix)
            let isWhole = try await read(&body, asked, most, writer, channel) { code.update($0) }
            let bytes = code.finish()
            answer = isWhole ? await make(bytes) : tooLarge(most)
        }
        answer.secure()
        answered(asked, answer)
        // What else comes on the connection begins where the body ends, so that must be found soon.
        let keeps = body.isOver || (asked.length ?? .max) <= WatchExchange.mostDropped && !asked.waits
        if !keeps { answer.headers.append(HTTPHeader("Connection", "close")) }
        try await WatchExchange.send(answer, isHead: asked.method == "HEAD", to: writer)
        // Who waits to be asked for the body does not send it.
        if !asked.waits || body.isOver { try await drop(&body, channel) }
        if !keeps { try? await channel.close() }
    }

    /// Hands the body over piece by piece; false when it is longer than `most`, and then as soon as that is known.
    private func read(
        _ body: inout BodyReader, _ request: WatchRequest, _ most: Int, _ writer: borrowing ResponseWriter,
        _ channel: any Channel, _ take: (ByteBufferView) -> Void
    ) async throws -> Bool {
        if let length = request.length, length > most { return false }
        if request.waits { try await writer.writeInformationalHead(HTTPTypes.HTTPResponse(status: .continue)) }
        let end = cut(channel, after: deadlines.body)
        defer { end.cancel() }
        var count = 0
        while let piece = try await body.next() {
            count += piece.readableBytes
            if count > most { return false }
            take(piece.readableBytesView)
        }
        // A client that left in the middle has not said what it wanted.
        if let length = request.length, count < length { throw ChannelError.inputClosed }
        return true
    }

    private func drop(_ body: inout BodyReader, _ channel: any Channel) async throws {
        let end = cut(channel, after: deadlines.unwanted)
        defer { end.cancel() }
        var count = 0
        while count <= WatchExchange.mostDropped, let piece = try await body.next() { count += piece.readableBytes }
    }

    private func cut(_ channel: any Channel, after time: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    private func tooLarge(_ most: Int) -> WatchAnswer {
        .refusal(
            413, Diagnostic(.error, "body-too-large", "the body is too long", hint: "At most \(most) bytes are read."))
    }

    private static func send(
        _ answer: WatchAnswer, isHead: Bool, to writer: consuming ResponseWriter
    ) async throws {
        var fields = HTTPFields()
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
        fields[.contentLength] = String(answer.body.count)
        let head = HTTPTypes.HTTPResponse(status: .init(code: answer.status), headerFields: fields)
        if isHead || answer.body.isEmpty {
            try await writer.writeResponse(head)
        } else {
            try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
    }
}

/// A request's body, which can be read once.
private struct BodyReader {
    private let body: RequestBody
    private var iterator: RequestBody.AsyncIterator?
    private(set) var isOver: Bool

    init(_ body: RequestBody, isOver: Bool) {
        self.body = body
        self.isOver = isOver
    }

    mutating func next() async throws -> ByteBuffer? {
        if isOver { return nil }
        var reading = iterator ?? body.makeAsyncIterator()
        let piece = try await reading.next()
        iterator = reading
        isOver = piece == nil
        return piece
    }
}

extension WatchRequest {
    /// Whether the client sends its body only once it is asked to.
    fileprivate var waits: Bool { self["Expect"]?.lowercased() == "100-continue" }
}
