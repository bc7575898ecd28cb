import HTTP
import HTTPTypes
import HummingbirdCore

/// What somebody asks of the daemon, without the body.
struct WatchRequest: Sendable {
    /// `GET`, `POST`, …
    let method: String
    /// Path and query as they were sent.
    let target: String
    let headers: HTTPFields
    /// `Host`, as it was sent; nil: HTTP/1.0 needs none.
    let host: String?
    /// The address of whoever holds the other end of the connection: a client, or a proxy before us.
    let peer: String

    init(method: String, target: String, headers: HTTPFields = HTTPFields(), host: String?, peer: String) {
        self.method = method
        self.target = target
        self.headers = headers
        self.host = host
        self.peer = peer
    }

    init(_ request: Request, peer: String) {
        self.init(
            method: request.method.rawValue, target: request.head.path ?? "", headers: request.headers,
            host: request.head.authority, peer: peer)
    }

    /// The value of the first field of that name, whatever the case of its letters.
    subscript(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[values: $0].first }
    }

    /// Still escaped.
    var path: Substring { target.prefix { $0 != "?" } }

    /// Still escaped; empty where there is none.
    var query: Substring { target.dropFirst(path.count + 1) }

    /// The path's parts, decoded; nil where it is no path. Of `/` there are none.
    var segments: [String]? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        let parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count == 1, parts[0].isEmpty { return [] }
        return parts.map { PercentEncoding.decoded($0) }
    }

    /// How long the body is, where that is said; nil for one in chunks, and for a length that is no number.
    var length: Int? { headers[.contentLength].flatMap { Int($0) } }

    var hasBody: Bool { headers[.transferEncoding] != nil || (headers[.contentLength].map { $0 != "0" } ?? false) }

    /// The value of a cookie of that name.
    func cookie(_ name: String) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if halves.count == 2, halves[0].trimmingPrefix(while: { $0 == " " }) == name {
                    return String(halves[1])
                }
            }
        }
        return nil
    }
}
