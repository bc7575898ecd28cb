/// What is wrong with a JSON text, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String
    /// 1-based.
    package let line: Int
    /// 1-based, in bytes of the line.
    package let column: Int

    package var description: String { "\(message) at line \(line), column \(column)" }
}

extension JSONValue {
    /// How deep a document may nest. DSS's own documents stay below 30; the bound keeps hostile ones off the stack.
    package static let maximumDepth = 256

    /// Reads one JSON text (RFC 8259, UTF-8), all of it.
    ///
    /// A lone surrogate escape is refused: it has no Swift text, so it could not be written back as it was.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw failure("text after the end of the value") }
        return value
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        guard let byte = current else { throw failure("unexpected end of the text") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw failure("unexpected \(describe(byte))")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for expected in "\(word)".utf8 {
            guard current == expected else { throw failure("expected '\(word)'") }
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        scan: while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                position += 1
            default: break scan
            }
        }
        guard JSONNumber.isNumber(bytes[start..<position]) else {
            position = start
            throw failure("this is no JSON number")
        }
        return JSONNumber(checked: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func nest() throws(JSONError) {
        depth += 1
        guard depth <= JSONValue.maximumDepth else {
            throw failure("nested deeper than \(JSONValue.maximumDepth) levels")
        }
        position += 1
        skipSpace()
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        try nest()
        var elements: [JSONValue] = []
        if current != UInt8(ascii: "]") {
            while true {
                elements.append(try value())
                skipSpace()
                guard current == UInt8(ascii: ",") else { break }
                position += 1
                skipSpace()
            }
        }
        try close(UInt8(ascii: "]"))
        return elements
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try nest()
        var members: [JSONObject.Member] = []
        if current != UInt8(ascii: "}") {
            while true {
                guard current == UInt8(ascii: "\"") else { throw failure("expected a key in double quotes") }
                let key = try string()
                skipSpace()
                guard current == UInt8(ascii: ":") else { throw failure("expected ':' after a key") }
                position += 1
                skipSpace()
                members.append(JSONObject.Member(key: key, value: try value()))
                skipSpace()
                guard current == UInt8(ascii: ",") else { break }
                position += 1
                skipSpace()
            }
        }
        try close(UInt8(ascii: "}"))
        return JSONObject(members: members)
    }

    private mutating func close(_ bracket: UInt8) throws(JSONError) {
        guard current == bracket else { throw failure("expected ',' or \(describe(bracket))") }
        position += 1
        depth -= 1
    }

    private mutating func string() throws(JSONError) -> String {
        let start = position + 1
        position = start
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return try text(bytes[start..<position])
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw failure("a control character in a string must be escaped")
            default: position += 1
            }
        }
        throw failure("this string does not end")
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var buffer = Array(bytes[start..<position])
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return try text(buffer[...])
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &buffer)
            case 0..<0x20: throw failure("a control character in a string must be escaped")
            default:
                buffer.append(byte)
                position += 1
            }
        }
        throw failure("this string does not end")
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw failure("this string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try hexadecimal())
            if 0xD800...0xDBFF ~= code, current == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = UInt32(try hexadecimal())
                guard 0xDC00...0xDFFF ~= low else { throw failure("an escape names half of a character") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("an escape names half of a character") }
            buffer.append(contentsOf: String(Character(scalar)).utf8)
        default:
            position -= 1
            throw failure("unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("expected four hexadecimal digits")
            }
            code = code << 4 | UInt16(digit)
            position += 1
        }
        return code
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure("this string is not UTF-8")
        }
        return text
    }

    private func describe(_ byte: UInt8) -> String {
        0x21...0x7E ~= byte ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }

    private func failure(_ message: String) -> JSONError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.reduce(into: 1) { if $1 == 0x0A { $0 += 1 } }
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONError(message: message, line: line, column: before.count - lineStart + 1)
    }
}
