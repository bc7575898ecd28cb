internal import Files

/// What a repository's address means.
enum RepositoryPlace: Hashable {
    /// An absolute path.
    case folder(String)
    /// `https://…` or `http://…`
    case http(String)
    case ssh(SSHAddress)

    init(_ url: String) throws(GitError) {
        if url.hasPrefix("/") {
            self = .folder(url)
        } else if let path = url.droppingPrefix("file://") {
            guard path.hasPrefix("/"), let decoded = path.percentDecoded else { throw .unknownAddress(url) }
            self = .folder(decoded)
        } else if url.hasPrefix("https://") || url.hasPrefix("http://") {
            guard !url.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" }) else {
                throw .unknownAddress(url)
            }
            guard withoutLogin(url) == url else {
                throw GitError(
                    .unsupported, "'\(withoutLogin(url))' is given with a login in it",
                    hint: "Take it out of 'url', and give a 'token' under 'credentials'.")
            }
            self = .http(url.hasSuffix("/") ? String(url.dropLast()) : url)
        } else if let address = SSHAddress(url) {
            self = .ssh(address)
        } else {
            throw .unknownAddress(url)
        }
    }
}

/// Where a repository lies that is had by SSH.
struct SSHAddress: Hashable {
    /// Nil: as the credentials say.
    let user: String?
    let host: String
    let port: Int?
    /// As the server reads it: absolute, from the user's home (`~/…`), or relative to it.
    let path: String

    /// `ssh://git@host:22/path` or `git@host:path`; nil when it is neither.
    init?(_ url: String) {
        if let rest = url.droppingPrefix("ssh://") {
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            var authority = rest[..<slash]
            let user = authority.lastIndex(of: "@").map { authority[..<$0] }
            if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
            var port: Int?
            let colon = authority.lastIndex(of: ":")
            if let colon, !authority[colon...].contains("]") {
                guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
                    return nil
                }
                port = number
                authority = authority[..<colon]
            }
            if authority.hasPrefix("["), authority.hasSuffix("]") { authority = authority.dropFirst().dropLast() }
            guard let path = rest[slash...].percentDecoded else { return nil }
            self.init(
                user: user.map(String.init), host: String(authority), port: port,
                // As git reads it: '/~ann/x' is below ann's home.
                path: path.hasPrefix("/~") ? String(path.dropFirst()) : path)
        } else {
            guard let colon = url.firstIndex(of: ":"), !url[..<colon].contains("/"), !url[colon...].hasPrefix("://")
            else { return nil }
            let authority = url[..<colon]
            let at = authority.lastIndex(of: "@")
            self.init(
                user: at.map { String(authority[..<$0]) },
                host: String(at.map { authority[authority.index(after: $0)...] } ?? authority), port: nil,
                path: String(url[url.index(after: colon)...]))
        }
    }

    private init?(user: String?, host: String, port: Int?, path: String) {
        // What starts with a hyphen would be read as an option.
        let isPlain: (String) -> Bool = { text in
            !text.isEmpty && !text.hasPrefix("-")
                && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !Array("'\"\\;&|<>()$`*?{}".utf8).contains($0) }
        }
        guard isPlain(host), user.map(isPlain) ?? true, !path.isEmpty, !path.hasPrefix("-"),
            !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f })
        else { return nil }
        (self.user, self.host, self.port, self.path) = (user, host, port, path)
    }
}

extension GitError {
    fileprivate static func unknownAddress(_ url: String) -> GitError {
        GitError(
            .unsupported, "'\(withoutLogin(url))' is no address of a repository",
            hint: "Give a path, or a URL as 'https://host/path', 'ssh://git@host/path' or 'git@host:path'.")
    }
}

/// An address as messages show it: without what stands before the host.
func withoutLogin(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    guard let at = rest[..<end].lastIndex(of: "@") else { return url }
    return url[..<scheme.upperBound] + String(rest[rest.index(after: at)...])
}

extension StringProtocol {
    fileprivate func droppingPrefix(_ prefix: String) -> SubSequence? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }

    /// Nil where a percent sign is followed by anything but two hexadecimal digits, or what comes out is not UTF-8.
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                value != 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
