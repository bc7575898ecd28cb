/// An HMAC-SHA-256 of bytes that come piece by piece.
package struct HMACSHA256: ~Copyable {
    private var inner: SHA256
    private let outerKey: [UInt8]

    /// SHA-256 works on blocks of as many bytes, and so does the key (RFC 2104).
    private static let blockBytes = 64

    package init(key: [UInt8]) {
        var block = key
        if block.count > HMACSHA256.blockBytes {
            var digest = SHA256()
            digest.update(key)
            block = digest.finish()
        }
        block += Array(repeating: 0, count: HMACSHA256.blockBytes - block.count)
        outerKey = block.map { $0 ^ 0x5C }
        inner = SHA256()
        inner.update(block.map { $0 ^ 0x36 })
    }

    package mutating func update(_ bytes: some Collection<UInt8>) { inner.update(bytes) }

    /// The code, 32 bytes.
    package consuming func finish() -> [UInt8] {
        let key = outerKey
        let digest = inner.finish()
        var outer = SHA256()
        outer.update(key)
        outer.update(digest)
        return outer.finish()
    }
}
