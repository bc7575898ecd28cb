internal import HTTP
internal import Synchronization

/// One HTTP client for all repositories that trust the same servers: each has a thread of its own.
enum SharedTransports {
    private static let all = Mutex<[TransportConfiguration: Weak]>([:])

    private struct Weak {
        weak var transport: CurlTransport?
    }

    /// It lives as long as somebody holds it.
    static func transport(_ configuration: TransportConfiguration) -> CurlTransport {
        all.withLock { all in
            if let known = all[configuration]?.transport { return known }
            all = all.filter { $0.value.transport != nil }
            let transport = CurlTransport(configuration)
            all[configuration] = Weak(transport: transport)
            return transport
        }
    }
}
