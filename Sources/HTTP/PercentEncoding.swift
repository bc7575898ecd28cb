/// How texts stand in a URL.
package enum PercentEncoding {
    /// Escapes `text` as one path segment: only RFC 3986's unreserved characters stay, so `/` becomes `%2F`.
    ///
    /// A segment `.` or `..` stays as it is; the transport sends paths unchanged.
    package static func segment(_ text: String) -> String { escape(text, space: "%20") }

    /// Escapes `pairs` as Python's `urlencode` does: letters, digits and `_.-~` stay, a space becomes `+`.
    ///
    /// Their order is kept, names may repeat; without pairs it is empty, and there is no leading `?`.
    package static func query(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(escape($0, space: "+"))=\(escape($1, space: "+"))" }.joined(separator: "&")
    }

    /// What `%41` stands for, and `+` where it is a space; a sign that starts no number stands for itself.
    package static func decoded(_ text: some Sequence<UInt8>, plusIsSpace: Bool = false) -> String {
        let bytes = Array(text)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                let low = digit(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(plusIsSpace && bytes[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func escape(_ text: String, space: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "):
                result += space
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 0x10 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}
