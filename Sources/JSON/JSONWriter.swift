/// How a JSON value is laid out as text.
package enum JSONLayout: Sendable {
    /// No space at all: `{"a":1}`.
    case compact
    /// As Python's `json.dumps` does by default, and so as the official client sends it: ASCII, `{"a": 1}`.
    case python
    /// Two spaces an indent, one member a line, for people and for version control.
    case pretty
}

extension JSONValue {
    /// The value as UTF-8 text.
    package func bytes(_ layout: JSONLayout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.write(self, indent: 0)
        return writer.output
    }

    /// The same piece by piece, so that the text of a large value is never whole in memory.
    package func forEachPiece(_ layout: JSONLayout, _ body: ([UInt8]) -> Void) {
        var writer = JSONWriter(layout: layout)
        withoutActuallyEscaping(body) { writer.write(self, indent: 0, $0) }
        body(writer.output)
    }

    package func text(_ layout: JSONLayout = .compact) -> String {
        String(decoding: bytes(layout), as: UTF8.self)
    }

    /// The text of `canonical`, without making the value: what digests are over.
    package var canonicalBytes: [UInt8] {
        var result: [UInt8] = []
        forEachCanonicalPiece { result += $0 }
        return result
    }

    /// The same piece by piece, so that the text of a large value is never whole in memory.
    package func forEachCanonicalPiece(_ body: ([UInt8]) -> Void) {
        var writer = JSONWriter(layout: .compact)
        writer.writeCanonically(self, body)
        body(writer.output)
    }

    /// The same value with the keys of all objects sorted and numbers in one form: equal texts mean equal values.
    package var canonical: JSONValue {
        switch self {
        case .array(let elements): return .array(elements.map(\.canonical))
        case .object(let object):
            let members = object.canonicalOrder.map { index in
                JSONObject.Member(key: object[index].key, value: object[index].value.canonical)
            }
            return .object(JSONObject(members: members))
        case .number(let number): return .number(number.canonical)
        default: return self
        }
    }
}

extension JSONNumber {
    fileprivate var canonical: JSONNumber { JSONNumber(text: canonicalText) ?? self }
}

extension JSONObject {
    /// The places of the members in the order of their keys; of a repeated key only the last, which is what counts for a reader.
    fileprivate var canonicalOrder: [Int] {
        // The sort keeps the order of equal keys.
        let sorted = members.indices.sorted { JSONObject.precedes(members[$0].key, members[$1].key) }
        guard sorted.count > 1 else { return sorted }
        var order: [Int] = []
        order.reserveCapacity(sorted.count)
        for index in sorted {
            if let last = order.last, members[last].isNamed(members[index].key) { order.removeLast() }
            order.append(index)
        }
        return order
    }

    /// By the bytes where Swift takes two keys for the same.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left != right ? left < right : left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

struct JSONWriter {
    let layout: JSONLayout
    var output: [UInt8] = []

    init(layout: JSONLayout) { self.layout = layout }

    /// With `body`, hands over what is written so far whenever it is a piece.
    mutating func write(_ value: JSONValue, indent: Int, _ body: (([UInt8]) -> Void)? = nil) {
        if let body { handOver(body) }
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .number(let number): append(number.text)
        case .string(let text): write(text)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for index in elements.indices {
                separate(index, indent)
                write(elements[index], indent: indent + 1, body)
            }
            if layout == .pretty, !elements.isEmpty { newLine(indent) }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for index in object.members.indices {
                separate(index, indent)
                write(object.members[index].key)
                output.append(UInt8(ascii: ":"))
                if layout != .compact { output.append(UInt8(ascii: " ")) }
                write(object.members[index].value, indent: indent + 1, body)
            }
            if layout == .pretty, !object.isEmpty { newLine(indent) }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Pieces are handed on when they are longer.
    private static let pieceBytes = 1 << 16

    private mutating func handOver(_ flush: ([UInt8]) -> Void) {
        guard output.count > JSONWriter.pieceBytes else { return }
        flush(output)
        output.removeAll(keepingCapacity: true)
    }

    /// In the compact layout, what `canonical` would be; `flush` takes all but the last piece.
    mutating func writeCanonically(_ value: JSONValue, _ flush: ([UInt8]) -> Void) {
        handOver(flush)
        switch value {
        case .number(let number): append(number.canonical.text)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for index in elements.indices {
                separate(index, 0)
                writeCanonically(elements[index], flush)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (place, index) in object.canonicalOrder.enumerated() {
                separate(place, 0)
                write(object.members[index].key)
                output.append(UInt8(ascii: ":"))
                writeCanonically(object.members[index].value, flush)
            }
            output.append(UInt8(ascii: "}"))
        case .null, .bool, .string: write(value, indent: 0)
        }
    }

    /// What stands in front of an element of a list or an object.
    private mutating func separate(_ index: Int, _ indent: Int) {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        if layout == .pretty { newLine(indent + 1) } else if layout == .python, index > 0 { output.append(0x20) }
    }

    private mutating func newLine(_ indent: Int) {
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: indent * 2))
    }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        // Most text needs no escape: it is copied whole.
        if !JSONWriter.needsEscape(text.utf8.span, isASCII: layout == .python) {
            output.append(contentsOf: text.utf8)
            output.append(UInt8(ascii: "\""))
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: append("\\\"")
            case 0x5C: append("\\\\")
            case 0x08: append("\\b")
            case 0x0C: append("\\f")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20: escape(UInt16(scalar.value))
            case 0x20...0x7F: output.append(UInt8(scalar.value))
            case _ where layout == .python: String(scalar).utf16.forEach { escape($0) }
            default: output.append(contentsOf: String(scalar).utf8)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Without a way out before the end, so that many bytes are looked at in one step.
    private static func needsEscape(_ bytes: Span<UInt8>, isASCII: Bool) -> Bool {
        var hasSpecial = false
        var all: UInt8 = 0
        for index in bytes.indices {
            let byte = bytes[index]
            hasSpecial = hasSpecial || byte < 0x20 || byte == 0x22 || byte == 0x5C
            all |= byte
        }
        return hasSpecial || isASCII && all >= 0x80
    }

    private mutating func escape(_ unit: UInt16) {
        let digits = String(unit, radix: 16)
        append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
    }
}
