package import Files

/// What a mail server must know besides the message.
package struct MailEnvelope: Sendable {
    /// `smtp://host:587` or `smtps://host:465`.
    package var server: String
    package var user: String?
    package var password: Secret?
    /// An address alone, as `mooring@example.com`.
    package var from: String
    package var to: [String]
    /// PEM file with the authorities to trust instead of the system's.
    package var caFile: String?
    /// For the whole conversation.
    package var timeout: Duration

    package init(
        server: String, user: String? = nil, password: Secret? = nil, from: String, to: [String],
        caFile: String? = nil, timeout: Duration = .seconds(60)
    ) {
        self.server = server
        self.user = user
        self.password = password
        self.from = from
        self.to = to
        self.caFile = caFile
        self.timeout = timeout
    }

    /// Whether the server is this machine, so that nobody can listen on the way.
    package var isLocal: Bool {
        guard let parts = URLParts(server) else { return false }
        let authority = parts.origin.dropFirst(parts.scheme.count + 3)
        let host =
            authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        let isLoopback = numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
        return isLoopback || host == "localhost" || host == "::1"
    }

    /// Whether `address` can stand in a command of SMTP: one word, ASCII, and nothing that ends the command early.
    package static func isAddress(_ address: String) -> Bool {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && address.utf8.count <= 254
            && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !#"<>()[],;:\""#.utf8.contains($0) }
    }
}
