import Diagnostics

/// The beginning of an answer, fit for a message: printable, bounded, and without secrets.
enum Excerpt {
    /// The first characters of a body.
    ///
    /// Of JSON the strings that are values are left out: a broken settings document may hold keys of API nodes.
    static func of(_ body: [UInt8], limit: Int, hiding secrets: [String]) -> String {
        // A string may be cut out of the text, but never more than this is looked at.
        let start = body.prefix(64 * limit)
        let first = start.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
        let isJSON = first.map { [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\"")].contains($0) } ?? false
        let shown = isJSON ? withoutStrings(start) : Array(start)
        let text = hiding(secrets, in: String(decoding: shown, as: UTF8.self))
        return bounded(text.split(whereSeparator: \.isWhitespace).joined(separator: " "), limit)
    }

    /// `text` with control characters escaped, cut at `limit` characters.
    static func bounded(_ text: String, _ limit: Int) -> String {
        let printable = Diagnostic.printable(String(text.prefix(limit + 1)))
        return printable.count > limit ? printable.prefix(limit) + "…" : printable
    }

    static func hiding(_ secrets: [String], in text: String) -> String {
        secrets.reduce(text) { text, secret in
            guard !secret.isEmpty, text.contains(secret) else { return text }
            return text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "(secret)")
        }
    }

    /// JSON text with `…` for each string that no colon follows.
    private static func withoutStrings(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var position = bytes.startIndex
        while position < bytes.endIndex {
            guard bytes[position] == UInt8(ascii: "\"") else {
                output.append(bytes[position])
                position += 1
                continue
            }
            var end = position + 1
            while end < bytes.endIndex, bytes[end] != UInt8(ascii: "\"") {
                end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            end = min(end + 1, bytes.endIndex)
            let isKey = bytes[end...].first { $0 > 0x20 } == UInt8(ascii: ":")
            output += isKey ? Array(bytes[position..<end]) : Array("\"…\"".utf8)
            position = end
        }
        return output
    }
}
