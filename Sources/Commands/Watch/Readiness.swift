internal import Glibc

/// Tells the service manager how the process stands, as `sd_notify(3)` describes: a datagram to `NOTIFY_SOCKET`.
struct Readiness: Sendable {
    private let address: String?

    init(_ variables: [String: String]) {
        address = variables["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    }

    func ready() { send("READY=1") }

    func stopping() { send("STOPPING=1") }

    /// Nobody waits for it, and a manager that is away is no reason to end.
    private func send(_ text: String) {
        guard let address else { return }
        var place = sockaddr_un()
        place.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        // An abstract name begins with a zero byte.
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        let room = MemoryLayout.size(ofValue: place.sun_path)
        guard path.count < room else { return }
        withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count + (path[0] == 0 ? 0 : 1))
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
                    pointer, length)
            }
        }
    }
}
