/// The parts of an absolute URL that we check and name; libcurl reads the rest.
struct URLParts: Hashable {
    let scheme: Substring
    /// Scheme, host and port, without user and password.
    let origin: String
    /// Begins with `/` unless empty; without the query.
    let path: Substring
    /// Whether a user or password stands before the host.
    let hasCredentials: Bool

    /// Nil when `url` is no absolute URL.
    init?(_ url: String) {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else { return nil }
        scheme = url[..<colon]
        let rest = url[url.index(colon, offsetBy: 3)...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest[..<end]
        let at = authority.lastIndex(of: "@")
        let host = at.map { authority[authority.index(after: $0)...] } ?? authority
        guard !host.isEmpty else { return nil }
        hasCredentials = at != nil
        origin = "\(scheme)://\(host)"
        let tail = rest[end...]
        path = tail[..<(tail.firstIndex { $0 == "?" || $0 == "#" } ?? tail.endIndex)]
    }
}
