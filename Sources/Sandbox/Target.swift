/// A request's path and query, taken apart as the wire reference says: split first, then decoded.
struct Target {
    /// The path's segments, decoded; runs of slashes and a slash at the end do not count.
    let segments: [String]
    let query: Query
    /// The path as sent, without the query: what logs and globs see.
    let path: String

    init(_ raw: String) {
        var text = Substring(raw)
        if let end = text.firstIndex(of: "#") { text = text[..<end] }
        // The absolute form (RFC 9112, 3.2.2) names scheme and authority before the path.
        if !text.hasPrefix("/"), let scheme = text.firstRange(ofText: "://") {
            let rest = text[scheme...].dropFirst(3)
            text = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        let mark = text.firstIndex(of: "?")
        let rawPath = text[..<(mark ?? text.endIndex)]
        path = String(rawPath)
        segments = rawPath.split(separator: "/", omittingEmptySubsequences: true).map {
            Target.decode($0.utf8, plusIsSpace: false)
        }
        query = Query(mark.map { text[text.index(after: $0)...] } ?? "")
    }

    /// Percent-decodes; an escape that is none stays as it is.
    static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String {
        var output: [UInt8] = []
        var position = text.startIndex
        while position < text.endIndex {
            let byte = text[position]
            text.formIndex(after: &position)
            if byte == UInt8(ascii: "%"), let high = text[position...].first.flatMap(Target.digit),
                let low = text[position...].dropFirst().first.flatMap(Target.digit)
            {
                output.append(high << 4 | low)
                position = text.index(position, offsetBy: 2)
            } else {
                output.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// A request's query parameters in the order sent.
struct Query {
    let items: [(name: String, value: String)]

    init(_ text: Substring) {
        items = text.split(separator: "&", omittingEmptySubsequences: true).map { pair in
            let mark = pair.firstIndex(of: "=") ?? pair.endIndex
            let value = pair[mark...].dropFirst()
            return (
                Target.decode(pair[..<mark].utf8, plusIsSpace: true), Target.decode(value.utf8, plusIsSpace: true)
            )
        }
    }

    subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// Python sends `True`, others `true`: letter case does not count.
    func flag(_ name: String, default value: Bool) -> Bool {
        switch self[name]?.lowercased() {
        case "true": true
        case "false": false
        default: value
        }
    }
}

extension Substring {
    /// Where `text` first begins; the standard library's own search needs Foundation or a regex.
    func firstRange(ofText text: String) -> Index? {
        indices.first { self[$0...].hasPrefix(text) }
    }
}
