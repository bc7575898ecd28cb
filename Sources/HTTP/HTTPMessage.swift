package enum HTTPMethod: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether sending it twice leaves the same state as once (RFC 9110, 9.2.2).
    package var isIdempotent: Bool { self != .post && self != .patch }
}

/// A header field; names compare without regard to case.
package struct HTTPHeader: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension Array where Element == HTTPHeader {
    /// The value of the first field of that name, whatever the case of its letters.
    package subscript(name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// What a request carries.
package enum HTTPBody: Hashable, Sendable {
    /// No body: `Content-Length: 0` on POST, PUT and DELETE.
    case none
    /// The bytes as they are; the content type is a header of the request.
    case bytes([UInt8])
    /// `multipart/form-data` with one part that has no content type, streamed from the file at `path`.
    case multipart(field: String, fileName: String, path: String)
}

/// One request to one absolute URL.
package struct HTTPRequest: Hashable, Sendable {
    package var method: HTTPMethod
    /// Absolute, with every character of path and query already escaped; it is sent as it stands.
    package var url: String
    package var headers: [HTTPHeader]
    package var body: HTTPBody
    /// Where a successful answer's body goes: into memory, or into a new file at this path.
    package var destination: String?
    /// For the whole exchange, name look-up to last byte.
    package var timeout: Duration
    /// How long not a byte may come before the exchange is given up; nil: as long as `timeout`. Whole seconds.
    package var stallTimeout: Duration?
    /// A longer answer fails with `bodyTooLarge`; counts for `destination` too.
    package var maximumBodyBytes: Int
    /// Whether it may be sent again although the first may have arrived. Reads and `PUT`s of whole documents may; a
    /// `POST` may not.
    package var isReplayable: Bool
    /// A text for logs, without any secret: the method and the path.
    package var label: String
    /// The path with its names left out, as counts tell it: one of few.
    package var route: String?

    package init(
        _ method: HTTPMethod, _ url: String, headers: [HTTPHeader] = [], body: HTTPBody = .none,
        destination: String? = nil, timeout: Duration = .seconds(30), stallTimeout: Duration? = nil,
        maximumBodyBytes: Int = 64 << 20, isReplayable: Bool? = nil, label: String? = nil,
        route: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.destination = destination
        self.timeout = timeout
        self.stallTimeout = stallTimeout
        self.maximumBodyBytes = maximumBodyBytes
        self.isReplayable = isReplayable ?? method.isIdempotent
        // Without the query, which may carry what only the server should read.
        self.label = label ?? "\(method.rawValue) \(URLParts(url)?.path ?? "?")"
        self.route = route
    }
}

/// An answer of any status.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    package var headers: [HTTPHeader]
    /// Empty when the body went to a file.
    package var body: [UInt8]
    /// Bytes of the body, wherever it went.
    package var bodyBytes: Int

    package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
        bodyBytes = body.count
    }
}

/// Something that answers requests: libcurl, the sandbox in this process, a recorder in a test.
package protocol Transport: Sendable {
    /// Sends `request` once and returns the answer, whatever its status. Throws when there is no whole answer.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}
