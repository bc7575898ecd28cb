/// A JSON number as its text, so that `1.0`, `1e2` and 40-digit integers survive a round trip.
package struct JSONNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number as written: it follows JSON's grammar.
    package let text: String

    /// Takes text that already follows JSON's grammar, or nil.
    package init?(text: String) {
        guard JSONNumber.isNumber(text.utf8) else { return nil }
        self.text = text
    }

    /// For the parser, which has checked the grammar.
    init(checked text: String) { self.text = text }

    package init(_ value: some BinaryInteger) { text = String(value) }

    /// The shortest text that reads back as `value`, which must be finite.
    package init(_ value: Double) {
        precondition(value.isFinite, "JSON has no number that is not finite")
        let text = "\(value)"
        self.text = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    package var description: String { text }
    package var double: Double? { Double(text) }

    /// The value as a whole number, if it is one (`10`, `1e1` and `10.0` are) and fits.
    package var integer: Int? {
        if let value = Int(text) { return value }
        guard let value = double, value == value.rounded(), abs(value) < 9e15 else { return nil }
        return Int(value)
    }

    /// Whether both stand for the same number, whatever their form.
    package func isEqual(to other: JSONNumber) -> Bool {
        if text == other.text { return true }
        return canonicalText == other.canonicalText
    }

    /// One text for all forms of a number: digits without trailing zeros, `e`, and the exponent of the last digit.
    package var canonicalText: String {
        var mantissa = text.utf8.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }[...]
        let exponentText = text.utf8.dropFirst(mantissa.count + 1)
        // An exponent beyond this is no number of this world; the text itself then tells numbers apart.
        let plain = exponentText.first == UInt8(ascii: "+") ? exponentText.dropFirst() : exponentText
        guard var exponent = plain.isEmpty ? 0 : Int(String(plain) ?? ""), exponent.magnitude < 1_000_000_000 else {
            return text
        }
        let negative = mantissa.first == UInt8(ascii: "-")
        if negative { mantissa = mantissa.dropFirst() }
        var digits: [UInt8] = []
        var fraction = false
        for byte in mantissa {
            if byte == UInt8(ascii: ".") {
                fraction = true
            } else {
                digits.append(byte)
                if fraction { exponent -= 1 }
            }
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        guard !significant.isEmpty else { return "0" }
        return (negative ? "-" : "") + String(decoding: significant, as: UTF8.self) + "e\(exponent)"
    }

    /// So many zeros are written out; beyond, an exponent reads better.
    private static let mostZeros = 20

    /// The same number as people write it, as `100` for `1e2` and `1.5` for `15e-1`.
    package var plain: JSONNumber {
        let canonical = canonicalText
        let parts = canonical.split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]), exponent.magnitude <= JSONNumber.mostZeros else {
            return JSONNumber(text: canonical) ?? self
        }
        let sign = parts[0].hasPrefix("-") ? "-" : ""
        let digits = parts[0].drop { $0 == "-" }
        if exponent >= 0 { return JSONNumber(checked: sign + digits + String(repeating: "0", count: exponent)) }
        let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
        return JSONNumber(checked: sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent))
    }

    /// Whether `bytes` follow JSON's grammar for a number.
    static func isNumber(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = bytes[...]
        func digits() -> Int {
            let run = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
            rest = rest.dropFirst(run)
            return run
        }
        func take(_ characters: UInt8...) -> Bool {
            guard let first = rest.first, characters.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take(UInt8(ascii: "-"))
        let leadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !leadingZero || whole == 1 else { return false }
        if take(UInt8(ascii: ".")), digits() == 0 { return false }
        if take(UInt8(ascii: "e"), UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }
}
