import Foundation
import Glibc
import Synchronization
import TestSupport

/// Stands between a client and the server's socket, and cuts the connection at one of the client's requests.
///
/// It listens on 127.0.0.1, and speaks PostgreSQL's protocol as far as it takes to tell messages apart.
final class CuttingProxy: Sendable {
    enum Cut: Hashable, Sendable {
        /// The server never sees the request.
        case before
        /// The server has carried it out, and its answer is lost.
        case after
    }

    struct Plan {
        /// Requests to let through before the cut; nil: no cut.
        var left: Int?
        var cut = Cut.before
        /// Whether new connections are taken afterwards.
        var isGoneThen = false
        var isGone = false
        var cuts = 0
    }

    let port: Int
    private let listener: Int32
    private let target: String
    private let plan = Mutex(Plan())

    /// `target` is the path of the server's socket.
    init(to target: String) throws {
        self.target = target
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard isBound else { throw ShellFailure(description: "no port") }
        port = Int(UInt16(bigEndian: address.sin_port))
        detachThread { [self] in accept() }
    }

    func stop() {
        plan.withLock { $0.isGone = true }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Lets `count` requests through from now on, and cuts at the next.
    func arm(_ count: Int, _ cut: Cut, isGoneThen: Bool = false) {
        plan.withLock { plan in
            plan.left = count
            plan.cut = cut
            plan.isGoneThen = isGoneThen
        }
    }

    /// Ends the cutting, takes connections again, and returns whether there was a cut.
    func disarm() -> Bool {
        plan.withLock { plan in
            defer { plan = Plan() }
            return plan.cuts > 0
        }
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            var on: Int32 = 1
            setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            guard !plan.withLock({ $0.isGone }), let server = connectTarget() else {
                close(client)
                continue
            }
            let pair = Pair(client: client, server: server)
            detachThread { [self] in forward(pair) }
            detachThread { pair.answer() }
        }
        close(listener)
    }

    private func connectTarget() -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(target.utf8)) }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if !isConnected { close(descriptor) }
        return isConnected ? descriptor : nil
    }

    /// Takes the client's messages one by one: the first has no letter in front of its length.
    private func forward(_ pair: Pair) {
        defer { pair.end() }
        var isFirst = true
        while let message = readMessage(pair.client, hasLetter: !isFirst) {
            // A query, or the end of the messages that make up one: what the server then answers.
            let isCounted = !isFirst && [UInt8(ascii: "Q"), UInt8(ascii: "S")].contains(message[0])
            isFirst = false
            let cut = isCounted ? nextCut() : nil
            if cut == .before { return }
            if cut == .after { pair.lose() }
            guard sendAll(pair.server, message) else { return }
            if cut == .after {
                pair.waitUntilReady()
                return
            }
        }
    }

    private func nextCut() -> Cut? {
        plan.withLock { plan in
            guard let left = plan.left else { return nil }
            plan.left = left - 1
            guard left == 0 else { return nil }
            plan.left = nil
            plan.cuts += 1
            plan.isGone = plan.isGoneThen
            return plan.cut
        }
    }
}

/// The two ends of one connection.
private final class Pair: Sendable {
    let client: Int32
    let server: Int32
    private struct State {
        var isLost = false
        var ended = 0
    }
    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    func lose() { state.withLock { $0.isLost = true } }

    func waitUntilReady() { ready.wait() }

    /// Takes the server's messages to the client, or to nowhere.
    func answer() {
        defer {
            ready.signal()
            end()
        }
        while let message = readMessage(server, hasLetter: true) {
            if state.withLock({ $0.isLost }) {
                if message[0] == UInt8(ascii: "Z") { return }
            } else if !sendAll(client, message) {
                return
            }
        }
    }

    /// The second to come closes both.
    func end() {
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
        if state.withLock({ state in
            state.ended += 1
            return state.ended == 2
        }) {
            close(client)
            close(server)
        }
    }
}

private func readMessage(_ descriptor: Int32, hasLetter: Bool) -> [UInt8]? {
    let head = hasLetter ? 5 : 4
    guard var message = readAll(descriptor, head) else { return nil }
    let length = message[(head - 4)...].reduce(0) { $0 << 8 | Int($1) } - 4
    guard let body = readAll(descriptor, length) else { return nil }
    message += body
    return message
}

private func readAll(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var offset = 0
    while offset < count {
        let read = bytes.withUnsafeMutableBytes {
            recv(descriptor, $0.baseAddress?.advanced(by: offset), count - offset, 0)
        }
        guard read > 0 else { return nil }
        offset += read
    }
    return bytes
}

private func sendAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
    }
    return true
}
