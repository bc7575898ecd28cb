import Files
import HTTP

/// The keys that a request shows: DSS takes one as the Basic user, as the Basic password or as a bearer token.
struct Credentials {
    private let candidates: [[UInt8]]

    init(_ headers: [HTTPHeader]) {
        guard let header = headers["Authorization"] else {
            candidates = []
            return
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        switch (parts.first?.lowercased(), parts.last) {
        case ("basic", let value?):
            let pair = Base64.decode(value) ?? []
            let halves = pair.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            candidates = halves.map { Array($0) }.filter { !$0.isEmpty }
        case ("bearer", let value?): candidates = [Array(value.utf8)]
        default: candidates = []
        }
    }

    var isEmpty: Bool { candidates.isEmpty }

    /// Whether one of the keys is `key`, in UTF-8 or, as the Python client sends it, in Latin-1.
    func show(_ key: String) -> Bool {
        let latin = key.unicodeScalars.allSatisfy { $0.value < 256 } ? key.unicodeScalars.map { UInt8($0.value) } : []
        return !key.isEmpty && candidates.contains { $0.elementsEqual(key.utf8) || $0 == latin }
    }
}

/// Secrets as DSS gives them back: `e:AES:` and hex digits that this sandbox alone can read.
///
/// It emulates the shape, not the strength: whoever has the sandbox's key can undo it.
struct SecretBox: Sendable {
    static let prefix = "e:AES:"
    let key: String

    func seal(_ secret: String) -> String {
        let plain = Array(secret.utf8)
        let check = stableHash(Array(key.utf8) + plain)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: check >> UInt64(56 - 8 * $0)) } + mask(plain, check)
        return SecretBox.prefix
            + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The secret, or nil when this sandbox did not seal it.
    func open(_ sealed: String) -> String? {
        guard sealed.hasPrefix(SecretBox.prefix) else { return nil }
        let digits = Array(sealed.utf8.dropFirst(SecretBox.prefix.utf8.count))
        guard digits.count >= 16, digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        let check = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let plain = mask(Array(bytes.dropFirst(8)), check)
        guard stableHash(Array(key.utf8) + plain) == check else { return nil }
        return String(decoding: plain, as: UTF8.self)
    }

    private func mask(_ bytes: [UInt8], _ seed: UInt64) -> [UInt8] {
        var stream = SplitMix64(state: seed ^ stableHash(key.utf8))
        return bytes.map { $0 ^ UInt8(truncatingIfNeeded: stream.next()) }
    }
}
