import Files
package import HTTP

/// A DSS node as a user connects to it: where, as whom, and how long to wait.
package struct DSSEndpoint: Sendable, Equatable {
    /// Scheme, name, port and perhaps a path; without a slash at the end.
    package let host: String
    /// Starts with a slash and does not end with one. `/public/api` is the other one in use.
    package let basePath: String
    package let credentials: DSSCredentials
    /// Sent with each request. They may hold secrets, so no description shows their values.
    package let headers: [HTTPHeader]
    /// Acts as this login, which needs administrator's rights.
    package let proxyUser: String?
    /// For one whole exchange.
    package let requestTimeout: Duration
    /// For one whole exchange that makes, carries or publishes an archive.
    package let archiveTimeout: Duration
    /// The longest answer that is read into memory.
    package let maximumBodyBytes: Int
    /// The longest archive that is written to a file.
    package let maximumArchiveBytes: Int

    package static let defaultBasePath = "/dip/publicapi"
    /// A list of 10,000 deployments stays below 20 MB; beyond this something else answers.
    package static let defaultMaximumBodyBytes = 64 << 20
    /// Packages hold models; DSS's own upload limit is lower than this.
    package static let defaultMaximumArchiveBytes = 20 << 30

    package init(
        host: String, basePath: String = defaultBasePath, credentials: DSSCredentials, headers: [HTTPHeader] = [],
        proxyUser: String? = nil, requestTimeout: Duration = .seconds(30), archiveTimeout: Duration = .seconds(1800),
        maximumBodyBytes: Int = defaultMaximumBodyBytes, maximumArchiveBytes: Int = defaultMaximumArchiveBytes
    ) {
        self.host = String(host.reversed().drop { $0 == "/" }.reversed())
        let segments = basePath.split(separator: "/")
        self.basePath = segments.map { "/\($0)" }.joined()
        self.credentials = credentials
        self.headers = headers
        self.proxyUser = proxyUser
        self.requestTimeout = requestTimeout
        self.archiveTimeout = archiveTimeout
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumArchiveBytes = maximumArchiveBytes
    }

    /// Scheme, name and port: what errors and logs name. A user name or password in the URL is left out.
    package var origin: String {
        guard let scheme = host.firstRange(of: "://") else { return String(host.prefix { $0 != "/" }) }
        let authority = host[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let server = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return host[..<scheme.upperBound] + String(server)
    }

    /// The headers of each request, as the official client merges them: an API key wins over a header
    /// `Authorization` of the endpoint, a token loses to it.
    func requestHeaders() throws(UnsendableError) -> [HTTPHeader] {
        var result: [HTTPHeader] = []
        let own = try credentials.header()
        var mine: String?
        if let own {
            var isKey = false
            if case .apiKey = credentials { isKey = true }
            if isKey || headers[own.name] == nil {
                result.append(HTTPHeader(own.name, own.value))
                mine = own.name.lowercased()
            }
        }
        if let proxyUser { result.append(HTTPHeader("X-DKU-ProxyUser", proxyUser)) }
        result += headers.filter { $0.name.lowercased() != mine }
        for header in result
        where !(header.name + header.value).unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) {
            throw UnsendableError(reason: "the header '\(header.name)' has a line break or another control character")
        }
        return result
    }
}

extension DSSEndpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { origin + basePath }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["url": description], displayStyle: .struct) }
}

extension DSSEndpoint {
    /// The texts that requests carry as secrets, for taking them out of what a server echoes.
    ///
    /// Very short ones are left alone: hiding each `a` of a message would tell the key and spoil the message.
    var sentSecrets: [String] {
        var texts: [String] = []
        switch credentials {
        case .apiKey(let secret), .internalTicket(let secret), .bearerToken(let secret): texts.append(secret.reveal())
        case .none: break
        }
        if let header = try? credentials.header() { texts.append(header.value) }
        if let value = texts.last, value.hasPrefix("Basic ") { texts.append(String(value.dropFirst(6))) }
        texts += headers.map(\.value)
        return texts.filter { $0.utf8.count >= 8 }.sorted { $0.utf8.count > $1.utf8.count }
    }
}
