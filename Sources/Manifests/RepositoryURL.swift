/// Where a git repository lies, by the forms that a watch file may name.
struct RepositoryURL {
    enum Transport { case https, http, ssh, path }

    let transport: Transport
    /// The login that stands in it.
    let user: String?
    /// In lower case and without its port; empty of a path.
    let host: String
    /// What follows the host, without a slash at either end and without `.git`.
    let path: String

    /// `flaw` is the end of a sentence.
    struct Flaw: Error {
        let text: String
        let hint: String
        /// Whether the URL may hold a password.
        var isSecret = false
    }

    private static let hint =
        "Write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH, or a path on this machine."

    init(_ text: String) throws(Flaw) {
        if text.isEmpty { throw Flaw(text: "is empty", hint: RepositoryURL.hint) }
        // Whatever follows is handed to a library in C and to the server.
        if text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
            throw Flaw(text: "may not hold spaces or control characters", hint: RepositoryURL.hint)
        }
        if let separator = text.firstRange(of: "://") {
            self = try RepositoryURL(
                scheme: text[..<separator.lowerBound].lowercased(), rest: text[separator.upperBound...])
        } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") {
            let (user, host) = RepositoryURL.login(text[..<colon])
            self = try RepositoryURL(.ssh, user: user, host: host, path: text[text.index(after: colon)...])
        } else {
            transport = .path
            user = nil
            host = ""
            path = RepositoryURL.trimmed(text[...])
        }
    }

    private init(scheme: String, rest: Substring) throws(Flaw) {
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let (user, host) = RepositoryURL.login(authority)
        let path = rest.dropFirst(authority.count)
        switch scheme {
        case "https", "http":
            if user != nil {
                throw Flaw(
                    text: "may not hold a login", hint: "Name it by 'credentials', where secrets are safe.",
                    isSecret: true)
            }
            if let flaw = flaw(inURL: "\(scheme)://\(rest)") { throw Flaw(text: flaw, hint: RepositoryURL.hint) }
            self = try RepositoryURL(scheme == "https" ? .https : .http, user: nil, host: host, path: path)
        case "ssh", "git+ssh", "ssh+git":
            if user?.contains(":") == true {
                throw Flaw(text: "may not hold a password", hint: "Name a key by 'credentials'.", isSecret: true)
            }
            self = try RepositoryURL(.ssh, user: user, host: host, path: path)
        case "git":
            throw Flaw(
                text: "may not begin with git://", hint: "Nobody can tell there who answers. Write https:// or ssh://.")
        case "file":
            throw Flaw(text: "may not begin with file://", hint: "Write the path alone.")
        default:
            throw Flaw(text: "has an unknown scheme '\(scheme)'", hint: RepositoryURL.hint)
        }
    }

    private init(_ transport: Transport, user: String?, host: Substring, path: Substring) throws(Flaw) {
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
        // What begins with a hyphen would be an option to a program.
        guard !name.isEmpty, !name.hasPrefix("-") else { throw Flaw(text: "has no host", hint: RepositoryURL.hint) }
        self.transport = transport
        self.user = user
        self.host = name.lowercased()
        self.path = RepositoryURL.trimmed(path)
        if self.path.isEmpty { throw Flaw(text: "names no repository", hint: RepositoryURL.hint) }
    }

    private static func login(_ authority: Substring) -> (user: String?, host: Substring) {
        guard let at = authority.lastIndex(of: "@") else { return (nil, authority) }
        return (String(authority[..<at]), authority[authority.index(after: at)...])
    }

    private static func trimmed(_ path: Substring) -> String {
        var path = path
        while path.first == "/" { path.removeFirst() }
        while path.last == "/" { path.removeLast() }
        return String(path.hasSuffix(".git") ? path.dropLast(4) : path)
    }
}
