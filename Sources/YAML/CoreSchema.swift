internal import JSON

/// YAML 1.2's core schema: what a plain scalar stands for.
enum CoreSchema {
    enum Resolution: Equatable {
        case string, null, bool(Bool), number(JSONNumber)
        /// A number of the schema that JSON cannot write: an infinity, no number, or a hexadecimal beyond 128 bits.
        case unwritable

        /// Nil for what stays a string.
        var json: JSONValue? {
            switch self {
            case .string, .unwritable: nil
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .number(let number): .number(number)
            }
        }
    }

    static func resolve(_ text: String) -> Resolution {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text)
        case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "~"):
            return ["null", "Null", "NULL", "~"].contains(text) ? .null : .string
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            return ["true", "True", "TRUE"].contains(text) ? .bool(true) : .string
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            return ["false", "False", "FALSE"].contains(text) ? .bool(false) : .string
        default: return .string
        }
    }

    private static func number(_ text: String) -> Resolution {
        if let number = JSONNumber(text: text) { return .number(number) }
        if text.hasPrefix("0x") { return whole(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return whole(text.dropFirst(2), radix: 8) }
        var rest = text.utf8[...]
        var sign = ""
        if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            if first == UInt8(ascii: "-") { sign = "-" }
            rest = rest.dropFirst()
        }
        switch String(decoding: rest, as: UTF8.self) {
        case ".inf", ".Inf", ".INF": return .unwritable
        case ".nan", ".NaN", ".NAN": return rest.count == text.utf8.count ? .unwritable : .string
        default: break
        }
        let isDigit = { (byte: UInt8) in 0x30...0x39 ~= byte }
        let digits = rest.prefix(while: isDigit)
        rest = rest.dropFirst(digits.count)
        var fraction = rest.prefix(0)
        let hasPoint = rest.first == UInt8(ascii: ".")
        if hasPoint {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard digits.count + fraction.count > 0 else { return .string }
        // JSON wants a digit on both sides of the point, no plus and no leading zeros.
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        var json = sign + (significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self))
        if hasPoint { json += "." + (fraction.isEmpty ? "0" : String(decoding: fraction, as: UTF8.self)) }
        return JSONNumber(text: json + String(decoding: rest, as: UTF8.self)).map { .number($0) } ?? .string
    }

    private static func whole(_ digits: Substring, radix: Int) -> Resolution {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ isDigit($0, radix: radix) }) else { return .string }
        return UInt128(digits, radix: radix).map { .number(JSONNumber($0)) } ?? .unwritable
    }

    private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < radix } ?? false
    }
}
