extension JSONReader {
    /// Reads the string that starts at the current byte.
    mutating func string() throws(Halt) -> YAMLNode {
        let place = place()
        let start = position
        position += 1
        var text: [UInt8] = []
        var run = position
        reading: while true {
            guard let byte = current, byte >= 0x20 else { throw unended(from: start) }
            switch byte {
            case UInt8(ascii: "\""): break reading
            case UInt8(ascii: "\\"):
                text += source.bytes[run..<position]
                try escape(into: &text)
                run = position
            default: position += 1
            }
        }
        text += source.bytes[run..<position]
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
            throw Halt(diagnostic: source.notUTF8(from: start))
        }
        try spend(1 + text.count / 64, at: place)
        let length = source.bytes[start..<position].reduce(into: 0) { if $1 & 0xC0 != 0x80 { $0 += 1 } }
        return node(.scalar(YAMLScalar(text: string)), line: place.line, column: place.column, length: length)
    }

    private mutating func unended(from start: Int) -> Halt {
        guard let byte = current, byte != 0x0A, byte != 0x0D else {
            position = start
            return failure("a text in double quotes does not end on its line")
        }
        let code = "\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
        return failure(
            "a control character stands in a text",
            hint: byte == 0x09 ? "Write a tab as '\\t'." : "Write it as '\(code)'.")
    }

    /// Reads the escape that starts at the current byte.
    private mutating func escape(into text: inout [UInt8]) throws(Halt) {
        let start = position
        position += 2
        guard position <= source.bytes.count else { throw unended(from: start) }
        switch source.bytes[position - 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(source.bytes[position - 1])
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            position = start
            var code = try codeUnit()
            if 0xD800...0xDBFF ~= code, source.bytes[position...].starts(with: [0x5C, 0x75]) {
                let low = try codeUnit()
                if 0xDC00...0xDFFF ~= low { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
            }
            guard let scalar = Unicode.Scalar(code) else {
                position = start
                throw failure(
                    "an escape names half of a character", length: 6,
                    hint: "A character beyond U+FFFF is written as a pair: \\uD83D\\uDE00.")
            }
            text.append(contentsOf: String(scalar).utf8)
        default:
            position = start
            throw failure("an unknown escape", length: 2, hint: "Write a backslash as '\\\\'.")
        }
    }

    /// Reads `\u` and four hexadecimal digits.
    private mutating func codeUnit() throws(Halt) -> UInt32 {
        let digits = source.bytes[position...].dropFirst(2).prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("'\\u' without four hexadecimal digits", length: 2) }
        position += 6
        return code
    }
}
