internal import Files
internal import Resources

/// Keyed digests of secrets: they tell that one changed, and nothing else.
struct SecretPrints: Sendable {
    private let key: [UInt8]
    /// Begins each digest, so that those of another key are told apart.
    private let name: String

    init?(_ key: Secret?) {
        guard let key else { return nil }
        self.key = Array(key.reveal().utf8)
        name = String(sha256(self.key).prefix(SecretPrints.nameLength)) + ":"
    }

    /// Enough to tell a workspace's keys apart, and too little to find one.
    private static let nameLength = 8

    /// The digest of the secrets that one field takes. Their order does not count: a set has none.
    func print(_ address: Address, _ path: String, _ secrets: [Secret]) -> String {
        let parts = [address.description, path] + secrets.map { $0.reveal() }.sorted()
        let bytes = Array(parts.map { Array($0.utf8) }.joined(separator: [0]))
        return name + hexadecimal(hmacSHA256(key: key, bytes))
    }
}
