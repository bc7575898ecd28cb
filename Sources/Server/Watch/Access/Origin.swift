/// Where the page lies, and so which requests come from it.
struct Origin: Sendable {
    /// `https://mooring.example.com`, from the watch file's `url`.
    private let site: String?
    private let siteHost: String?
    private let isLoopback: Bool

    /// `url` is how people reach the page, `host` where we listen.
    init(url: String?, listeningOn host: String) {
        let parts = url.flatMap(Origin.parts)
        site = parts.map { "\($0.scheme)://\($0.authority)" }
        siteHost = parts?.authority
        isLoopback = Origin.isLoopback(host)
    }

    /// Whether a name that leads here may be this one.
    ///
    /// On a loopback address it must be our own or that of the page's address: a page elsewhere can let its own name lead
    /// to 127.0.0.1, and would read what we answer as its own.
    func accepts(host: String?) -> Bool {
        guard isLoopback else { return true }
        guard let host = host?.lowercased() else { return false }
        return host == siteHost || Origin.isLoopback(Origin.name(host))
            || Origin.name(host) == siteHost.map(Origin.name)
    }

    /// Whether a form was sent by a page of ours, as far as the browser tells. The form's own token must be right besides.
    func sentByUs(_ request: WatchRequest) -> Bool {
        if let site = request["Sec-Fetch-Site"], site != "same-origin", site != "none" { return false }
        guard let origin = request["Origin"]?.lowercased() else { return true }
        if origin == site { return true }
        guard let host = request.host?.lowercased(), let parts = Origin.parts(origin) else { return false }
        return parts.authority == host
    }

    /// What a link from elsewhere to a page of ours begins with.
    func address(_ request: WatchRequest) -> String { site ?? "http://\(request.host ?? "localhost")" }

    /// Whether the browser reached us by https: a proxy before us speaks it, as the page's address says.
    func isSecure(_ request: WatchRequest) -> Bool {
        guard site?.hasPrefix("https://") == true else { return false }
        let proto = request["X-Forwarded-Proto"]?.prefix { $0 != "," }.lowercased()
        return proto == "https" || proto == nil && request.host?.lowercased() == siteHost
    }

    private static func parts(_ url: String) -> (scheme: String, authority: String)? {
        let url = url.lowercased()
        guard let range = url.firstRange(of: "://") else { return nil }
        let authority = url[range.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let scheme = url[..<range.lowerBound]
        guard ["http", "https"].contains(scheme), !authority.isEmpty, !authority.contains("@") else { return nil }
        // As browsers have it: without the port that goes without saying.
        let usual = scheme == "https" ? ":443" : ":80"
        return (String(scheme), String(authority.hasSuffix(usual) ? authority.dropLast(usual.count) : authority))
    }

    /// A host without its port.
    private static func name(_ host: String) -> String {
        if host.hasPrefix("[") { return String(host.prefix { $0 != "]" }) + "]" }
        return String(host.prefix { $0 != ":" })
    }

    private static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        return ["localhost", "::1", "[::1]"].contains(host) || isLoopbackNumber(host)
    }

    /// 127.0.0.0/8, as four numbers.
    private static func isLoopbackNumber(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
