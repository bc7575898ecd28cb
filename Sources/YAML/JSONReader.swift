package import Diagnostics
internal import JSON

/// Reads one JSON document into the nodes, marks and diagnostics that a YAML one gets.
///
/// The JSON must be strict (RFC 8259); keys may not repeat. An error of syntax leaves no document. That YAML has JSON
/// in it does not help: libyaml knows no surrogate escapes, and would take comments and single quotes.
package func readJSON(
    _ bytes: [UInt8], file: String, limits: YAMLLimits = YAMLLimits()
) -> (documents: [YAMLNode], diagnostics: [Diagnostic]) {
    let source = SourceText(file: file, bytes: bytes)
    if let refusal = source.refusal(limits: limits) { return ([], [refusal]) }
    var reader = JSONReader(source: source, limits: limits)
    let documents = reader.documents()
    return (documents, reader.findings.all(of: source))
}

struct JSONReader {
    let source: SourceText
    let limits: YAMLLimits
    var findings: Findings
    var position: Int
    private var depth = 0
    private var size = 0
    /// The line of `counted`, and the column that the byte there has; both 1-based.
    private var line = 1
    private var column = 1
    private var counted: Int

    init(source: SourceText, limits: YAMLLimits) {
        self.source = source
        self.limits = limits
        findings = Findings(limit: limits.diagnostics)
        position = source.byteOrderMarkLength
        counted = position
    }

    mutating func documents() -> [YAMLNode] {
        do throws(Halt) {
            skipSpace()
            let document = try value()
            skipSpace()
            if position < source.bytes.count { throw failure("text after the end of the document") }
            return [document]
        } catch {
            findings.add(error.diagnostic)
            return []
        }
    }

    var current: UInt8? { position < source.bytes.count ? source.bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// A node that starts at the current byte, to be given content and length.
    mutating func place() -> YAMLNode {
        let bytes = source.bytes
        while counted < position {
            let length = SourceText.breakLength(at: counted, in: bytes)
            if length > 0 {
                line += 1
                column = 1
            } else if bytes[counted] & 0xC0 != 0x80 {
                column += 1
            }
            counted += max(1, length)
        }
        return node(.sequence([]), line: line, column: column)
    }

    func node(_ content: YAMLNode.Content, line: Int, column: Int, length: Int = 1) -> YAMLNode {
        YAMLNode(content, source: source, line: line, column: column, length: length)
    }

    private mutating func value() throws(Halt) -> YAMLNode {
        let start = position
        var node = place()
        switch current {
        case UInt8(ascii: "{"): node.content = .mapping(try members())
        case UInt8(ascii: "["): node.content = .sequence(try elements())
        case UInt8(ascii: "\""): return try string()
        case nil: throw failure(size == 0 ? "the file is empty" : "the document ends too early")
        default: return try word(from: start, at: node)
        }
        try spend(1, at: node)
        return node
    }

    /// A number, `true`, `false` or `null`.
    private mutating func word(from start: Int, at place: YAMLNode) throws(Halt) -> YAMLNode {
        while let byte = current, JSONReader.isWord(byte) { position += 1 }
        let text = String(decoding: source.bytes[start..<position], as: UTF8.self)
        guard ["true", "false", "null"].contains(text) || JSONNumber(text: text) != nil else {
            position = start
            throw failure(
                text.isEmpty ? "unexpected \(describeCurrent())" : "'\(text.prefix(40))' is no JSON value",
                length: text.utf8.count,
                hint: "JSON has numbers, true, false, null and texts in double quotes; it has no comments.")
        }
        try spend(1 + text.utf8.count / 64, at: place)
        return node(
            .scalar(YAMLScalar(text: text, isPlain: true)), line: place.line, column: place.column,
            length: text.utf8.count)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    private mutating func nest() throws(Halt) {
        depth += 1
        guard depth <= limits.depth else {
            throw Halt(diagnostic: .tooDeep(limits, at: place()))
        }
        position += 1
        skipSpace()
    }

    private mutating func elements() throws(Halt) -> [YAMLNode] {
        try nest()
        var elements: [YAMLNode] = []
        if current != UInt8(ascii: "]") {
            repeat { elements.append(try value()) } while try hasNext(before: "]")
        }
        try close(UInt8(ascii: "]"))
        return elements
    }

    private mutating func members() throws(Halt) -> [YAMLNode.Member] {
        try nest()
        var members: [YAMLNode.Member] = []
        if current != UInt8(ascii: "}") {
            repeat {
                guard current == UInt8(ascii: "\"") else { throw failure("expected a key in double quotes") }
                let key = try string()
                skipSpace()
                guard current == UInt8(ascii: ":") else { throw failure("expected ':' after a key") }
                position += 1
                skipSpace()
                members.append(YAMLNode.Member(key: key, value: try value()))
            } while try hasNext(before: "}")
        }
        try close(UInt8(ascii: "}"))
        members.removeRepeatedKeys { findings.add(.duplicateKey($0, first: $1)) }
        return members
    }

    private mutating func hasNext(before bracket: Character) throws(Halt) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: ",") else { return false }
        let comma = position
        position += 1
        skipSpace()
        if current == bracket.asciiValue {
            position = comma
            throw failure("a ',' before '\(bracket)'", hint: "JSON allows none after the last one.")
        }
        return true
    }

    private mutating func close(_ bracket: UInt8) throws(Halt) {
        guard current == bracket else {
            throw failure("expected ',' or '\(Unicode.Scalar(bracket))', found \(describeCurrent())")
        }
        position += 1
        depth -= 1
    }

    mutating func spend(_ more: Int, at place: YAMLNode) throws(Halt) {
        size += more
        guard size <= limits.size else { throw Halt(diagnostic: .tooLarge(limits, at: place)) }
    }

    private func describeCurrent() -> String {
        guard let byte = current else { return "the end of the file" }
        return 0x21...0x7E ~= byte ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16, uppercase: true))"
    }

    /// A syntax error at the current byte.
    func failure(_ message: String, length: Int = 1, hint: String? = nil) -> Halt {
        Halt(diagnostic: source.diagnostic(at: position, "json-syntax", message, length: length, hint: hint))
    }
}
