import HTTP

/// What the address of a page asks for beyond its path, or a form for. Of fields with one name the first counts.
struct PageQuery: Sendable {
    private let values: [String: String]

    /// More than any form of ours has.
    private static let mostFields = 32
    /// In bytes, before decoding: the longest is a reason of 500 characters that take four bytes each.
    private static let longestField = 8192

    /// Reads the query of a path that has one.
    init(of path: String) {
        let text = path.utf8.firstIndex(of: UInt8(ascii: "?")).map { path[path.utf8.index(after: $0)...] } ?? ""
        var values: [String: String] = [:]
        for part in text.utf8.split(separator: UInt8(ascii: "&")).prefix(PageQuery.mostFields) {
            guard part.count <= PageQuery.longestField else { continue }
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decoded(halves[0], plusIsSpace: true)
            if values[name] == nil {
                values[name] = halves.count == 2 ? PercentEncoding.decoded(halves[1], plusIsSpace: true) : ""
            }
        }
        self.values = values
    }

    /// Nil where it is absent or empty.
    subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The fields as a query again, `?` included, with some of them set anew, or left out where nil.
    func with(_ changes: [String: String?]) -> String {
        let all = values.merging(changes.compactMapValues { $0 }) { $1 }
        let kept = all.filter { name, value in !value.isEmpty && (changes[name] ?? value) != nil }
        let pairs = kept.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return pairs.isEmpty ? "?" : "?" + PercentEncoding.query(pairs)
    }
}
