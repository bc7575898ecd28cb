package import Files

/// Who we are on a DSS node.
package enum DSSCredentials: Sendable, Equatable {
    /// HTTP Basic with the key as user name and an empty password, as the official client sends it.
    case apiKey(Secret)
    /// The header `X-DKU-APITicket`, for code that runs inside DSS.
    case internalTicket(Secret)
    /// `Authorization: Bearer`, for a JWT.
    case bearerToken(Secret)
    /// Nothing is sent: for nodes behind a proxy that authenticates, by the endpoint's own headers.
    case none

    /// The header that carries them, or why they cannot be sent. The reason never quotes the secret.
    func header() throws(UnsendableError) -> (name: String, value: String)? {
        switch self {
        case .none: return nil
        case .apiKey(let key):
            // Latin-1, as the official client encodes it.
            var bytes: [UInt8] = []
            for scalar in (key.reveal() + ":").unicodeScalars {
                guard let byte = UInt8(exactly: scalar.value) else {
                    throw UnsendableError(reason: "the API key has a character beyond Latin-1")
                }
                bytes.append(byte)
            }
            try Self.check(key, "API key")
            return ("Authorization", "Basic " + Base64.encode(bytes))
        case .internalTicket(let ticket):
            try Self.check(ticket, "ticket")
            return ("X-DKU-APITicket", ticket.reveal())
        case .bearerToken(let token):
            try Self.check(token, "bearer token")
            return ("Authorization", "Bearer " + token.reveal())
        }
    }

    private static func check(_ secret: Secret, _ name: String) throws(UnsendableError) {
        guard secret.reveal().unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw UnsendableError(reason: "the \(name) has a line break or another control character")
        }
    }
}

/// Why something cannot be put into a request.
struct UnsendableError: Error, Hashable {
    let reason: String
}
