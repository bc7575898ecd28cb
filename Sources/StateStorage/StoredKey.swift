internal import Resources

/// Texts that name rows. They are the user's own, but for four characters that would make two names one, or that a
/// database takes for the end of a text: those are written as in a URL.
enum StoredKey {
    private static let escapes: [(character: UInt8, escape: [UInt8])] = [
        (0x00, Array("%00".utf8)), (UInt8(ascii: "%"), Array("%25".utf8)), (UInt8(ascii: "/"), Array("%2F".utf8)),
        (UInt8(ascii: "@"), Array("%40".utf8)),
    ]

    static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { byte in escapes.contains { $0.character == byte } }) else { return text }
        let bytes = text.utf8.flatMap { byte in escapes.first { $0.character == byte }?.escape ?? [byte] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil where a `%` begins no escape.
    static func unescape(_ text: some StringProtocol) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if byte != UInt8(ascii: "%") {
                bytes.append(byte)
                rest.removeFirst()
            } else if let found = escapes.first(where: { $0.escape.elementsEqual(rest.prefix(3)) }) {
                bytes.append(found.character)
                rest.removeFirst(3)
            } else {
                return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Address {
    /// As `Package/CHURN/scoring@v3`: what it is called everywhere, and read back to the same address whatever is in its
    /// names.
    var storedKey: String {
        kind.rawValue + "/" + path.map(StoredKey.escape).joined(separator: "/")
            + (version.map { "@" + StoredKey.escape($0) } ?? "")
    }

    init(storedKey text: String) throws(MalformedRow) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        let names = parts.dropFirst().compactMap { StoredKey.unescape($0) }
        let version = halves.count > 1 ? StoredKey.unescape(halves[1]) : nil
        guard let kind = Kind(rawValue: String(parts[0])), names.count == parts.count - 1,
            names.count == KindDefinition.of(kind).identity.count, (version != nil) == (halves.count > 1),
            version == nil || kind == .package
        else { throw MalformedRow("'\(text)' is no address") }
        self.init(kind, path: names, version: version)
    }
}

/// A row that no Mooring wrote.
struct MalformedRow: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
