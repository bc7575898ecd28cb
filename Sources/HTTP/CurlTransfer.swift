internal import CLibCurl
internal import Glibc
internal import Synchronization

/// One request on its way: what the callbacks fill and who waits for it.
///
/// Made by the sender and handed to the loop's thread, which alone touches it from then on, except for the flag.
/// That is why it may say Sendable.
final class CurlTransfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPError>

    /// All header bytes of an answer, interim ones included; servers send a few kilobytes.
    private static let maximumHeaderBytes = 256 << 10

    let request: HTTPRequest
    let origin: String
    let isCancelled = Atomic(false)
    var source: MultipartSource?
    private var continuation: CheckedContinuation<Outcome, Never>?
    private var status = 0
    private var headers: [HTTPHeader] = []
    private var headerBytes = 0
    /// Whether the empty line after the headers came: libcurl takes a head that breaks off for a whole one.
    private var hasWholeHead = false
    private var sink: BodySink
    /// How often the request began to leave: more than once when a kept connection turned out to be dead.
    private var sends = 0
    /// Why a callback ended the transfer; says more than libcurl's code.
    private var failure: HTTPError?

    init(_ request: HTTPRequest, origin: String, continuation: CheckedContinuation<Outcome, Never>) {
        self.request = request
        self.origin = origin
        self.continuation = continuation
        sink = BodySink(limit: request.maximumBodyBytes)
    }

    func error(_ kind: HTTPError.Kind, _ message: String) -> HTTPError {
        HTTPError(kind, message, request: request.label, origin: origin)
    }

    /// Ends the transfer with libcurl's result.
    func finish(_ code: CURLcode, message: String) {
        if failure == nil, code == CURLE_OK {
            if hasWholeHead { settleFile() } else { failure = error(.connectionLost, "the answer's head broke off") }
        }
        if let failure { return resume(.failure(failure)) }
        guard code == CURLE_OK else {
            return resume(.failure(error(kind(of: code, message: message, wasSent: sends > 0), message)))
        }
        var response = HTTPResponse(status: status, headers: headers, body: sink.bytes)
        response.bodyBytes = sink.count
        resume(.success(response))
    }

    /// Ends the transfer, once; a file that is not whole goes.
    func resume(_ outcome: Outcome) {
        if case .failure = outcome { sink.discard() }
        source = nil
        continuation?.resume(returning: outcome)
        continuation = nil
    }

    private func settleFile() {
        do throws(SystemFailure) {
            if takesFile, sink.count == 0, let path = request.destination { try sink.open(path) }
            try sink.close()
        } catch { failure = self.error(.file, error.message) }
    }

    private var takesFile: Bool { request.destination != nil && (200..<300).contains(status) }

    // MARK: Called by libcurl, on the loop's thread

    /// Takes one line of the head; false ends the transfer.
    func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            failure = error(.bodyTooLarge, "the head of the answer is longer than \(Self.maximumHeaderBytes) bytes")
            return false
        }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            let fields = text.split(separator: " ", maxSplits: 2)
            status = fields.count > 1 ? Int(fields[1].prefix(3)) ?? 0 : 0
            headers = []
            hasWholeHead = false
        } else if line.allSatisfy({ $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }) {
            hasWholeHead = true
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) } ?? value.startIndex
            headers.append(HTTPHeader(String(text[..<colon]), String(value[..<end])))
        }
        return true
    }

    /// Takes a piece of the body; false ends the transfer.
    func receive(body data: UnsafeRawBufferPointer) -> Bool {
        do throws(SystemFailure) {
            if sink.count == 0 {
                if takesFile, let path = request.destination { try sink.open(path) }
                if let length = headers["Content-Length"].flatMap({ Int($0) }), length > 0 { sink.expect(length) }
            }
            if try sink.append(data) { return true }
            failure = error(.bodyTooLarge, "the answer is longer than \(request.maximumBodyBytes) bytes")
        } catch { failure = self.error(.file, error.message) }
        return false
    }

    /// Gives the next piece of the body; nil ends the transfer.
    func send(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        do throws(SystemFailure) { return try source?.read(into: buffer) ?? 0 } catch {
            failure = self.error(.file, error.message)
            return nil
        }
    }

    /// Called when a connection stands and the request is about to leave; false ends the transfer.
    ///
    /// libcurl sends again by itself when a kept connection closes without an answer. The first may have arrived
    /// nevertheless, so only what is replayable goes twice.
    func mayLeave() -> Bool {
        sends += 1
        guard sends > 1, !request.isReplayable else { return true }
        failure = error(.connectionLost, "the server closed the connection without an answer")
        return false
    }
}
