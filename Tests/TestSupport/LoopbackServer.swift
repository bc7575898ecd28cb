internal import Glibc
internal import Synchronization

/// An HTTP/1.1 server on 127.0.0.1 that records what comes and answers as it is told, well or badly.
///
/// One thread for each connection, so that a reply may block without holding up a test. It stops when released.
package final class LoopbackServer: Sendable {
    /// One request as it came.
    package struct Request: Sendable {
        package let method: String
        /// Path and query, as on the wire.
        package let target: String
        /// In their order, names as sent.
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]
        /// The request line and the header lines, with their line breaks.
        package let head: String
        /// 0-based number of the connection that it came on.
        package let connection: Int

        /// The value of the first header of that name, whatever the case of its letters.
        package subscript(name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        package var bodyText: String { String(decoding: body, as: UTF8.self) }
    }

    package enum Reply: Sendable {
        /// A whole answer with its length; the connection is kept.
        case answer(Int, [(String, String)] = [], [UInt8] = [])
        /// These bytes and nothing else; the connection is kept.
        case bytes(String)
        /// These bytes, then the connection ends.
        case bytesThenClose(String)
        /// These bytes, then `x` until the client hangs up.
        case endless(String)
        /// Nothing, until the client hangs up or the server stops.
        case hang
        /// The end of the connection without a byte.
        case close

        /// An answer with a text.
        package static func text(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> Reply {
            .answer(status, headers, Array(text.utf8))
        }
    }

    package struct Failure: Error {
        package let message: String
    }

    package let port: Int
    private let shared: Shared

    /// Starts to listen on a free port; `answer` is called on the connections' threads.
    package init(_ answer: @escaping @Sendable (Request) -> Reply) throws(Failure) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw Failure(message: "no socket: \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        guard isBound else {
            close(listener)
            throw Failure(message: "no port: \(errno)")
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        let shared = Shared(answer)
        self.shared = shared
        shared.state.withLock { $0.open[listener] = -1 }
        guard detachThread({ shared.accept(on: listener) }) else { throw Failure(message: "no thread") }
    }

    deinit { stop() }

    package var url: String { "http://127.0.0.1:\(port)" }

    /// What came so far, in the order in which it was read.
    package var requests: [Request] { shared.state.withLock { $0.requests } }

    /// Connections accepted so far.
    package var connections: Int { shared.state.withLock { $0.connections } }

    /// Ends all connections and takes no more.
    package func stop() {
        shared.state.withLock { state in
            state.isStopped = true
            for descriptor in state.open.keys { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }
}

/// What the threads share; outlives the server until the last of them ends.
private final class Shared: Sendable {
    struct State {
        var requests: [LoopbackServer.Request] = []
        var connections = 0
        var isStopped = false
        /// Open sockets, each with its connection's number; closed by their own threads alone.
        var open: [Int32: Int] = [:]
    }

    let state = Mutex(State())
    private let answer: @Sendable (LoopbackServer.Request) -> LoopbackServer.Reply

    init(_ answer: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Reply) { self.answer = answer }

    func accept(on listener: Int32) {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard descriptor >= 0 else { break }
            var on: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            let number = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                defer { state.connections += 1 }
                state.open[descriptor] = state.connections
                return state.connections
            }
            guard let number else {
                Glibc.close(descriptor)
                break
            }
            let isServed = detachThread { [self] in
                serve(descriptor, number)
                // A program that another test started meanwhile may hold a copy, which would keep it open.
                shutdown(descriptor, Int32(SHUT_RDWR))
                close(descriptor)
            }
            if !isServed { close(descriptor) }
        }
        close(listener)
    }

    private func close(_ descriptor: Int32) {
        state.withLock { state in
            state.open[descriptor] = nil
            Glibc.close(descriptor)
        }
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        var connection = Connection(descriptor: descriptor, number: number)
        while let request = connection.next() {
            state.withLock { $0.requests.append(request) }
            switch answer(request) {
            case .answer(let status, let headers, let body):
                var head = "HTTP/1.1 \(status) Text\r\nContent-Length: \(body.count)\r\n"
                for (name, value) in headers { head += "\(name): \(value)\r\n" }
                guard connection.write(Array((head + "\r\n").utf8) + body) else { return }
            case .bytes(let text):
                guard connection.write(Array(text.utf8)) else { return }
            case .bytesThenClose(let text):
                _ = connection.write(Array(text.utf8))
                return
            case .endless(let text):
                guard connection.write(Array(text.utf8)) else { return }
                let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 14)
                while connection.write(piece) {}
                return
            case .hang:
                connection.waitForEnd()
                return
            case .close:
                return
            }
        }
    }
}

/// The bytes of one connection, read request by request.
private struct Connection {
    /// Far above what any test sends; a client that runs wild ends here.
    static let maximumBytes = 256 << 20
    let descriptor: Int32
    let number: Int
    private var buffer: [UInt8] = []

    init(descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    /// The next request with its whole body; nil at the end of the connection.
    mutating func next() -> LoopbackServer.Request? {
        var searched = 0
        var end: Int?
        while end == nil {
            end = endOfHead(from: searched)
            searched = max(0, buffer.count - 3)
            if end == nil, !fill() { return nil }
        }
        guard let end else { return nil }
        let head = String(decoding: buffer[..<(end - 2)], as: UTF8.self)
        // A line break of two characters is one Character to Swift.
        let lines = head.split(separator: "\r\n")
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        while buffer.count < end + length { guard fill() else { return nil } }
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3 else { return nil }
        let request = LoopbackServer.Request(
            method: String(words[0]), target: String(words[1]), headers: headers,
            body: Array(buffer[end..<(end + length)]), head: head, connection: number)
        buffer.removeFirst(end + length)
        return request
    }

    /// The offset behind the empty line.
    private func endOfHead(from start: Int) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard buffer.count >= start + 4 else { return nil }
        return (start...(buffer.count - 4)).first { buffer[$0..<($0 + 4)].elementsEqual(mark) }.map { $0 + 4 }
    }

    private mutating func fill() -> Bool {
        guard buffer.count < Self.maximumBytes else { return false }
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: piece[..<count])
        return true
    }

    func waitForEnd() {
        var piece = [UInt8](repeating: 0, count: 1 << 10)
        while recv(descriptor, &piece, piece.count, 0) > 0 {}
    }

    /// Returns false when the client has gone.
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // A broken pipe must not end the tests' process.
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
