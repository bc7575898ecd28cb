/// How ids and values become parts of a URL.
enum PercentEncoding {
    /// One path segment: only the unreserved characters of RFC 3986 stay.
    ///
    /// The official client pastes ids as they are, so that `?` or `..` in one changes the request; we do not copy that.
    static func segment(_ text: String) -> String { encode(text, spaceAsPlus: false) }

    /// A name or value of a query as Python's `urlencode` writes it: a space becomes `+`.
    static func query(_ text: String) -> String { encode(text, spaceAsPlus: true) }

    private static func encode(_ text: String, spaceAsPlus: Bool) -> String {
        var output: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.append(byte)
            case UInt8(ascii: " ") where spaceAsPlus: output.append(UInt8(ascii: "+"))
            default:
                output.append(UInt8(ascii: "%"))
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
