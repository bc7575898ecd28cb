internal import CLibYAML
internal import Diagnostics

extension YAMLReader {
    /// An empty scalar at the place of the current event.
    func place() -> YAMLNode { node(.scalar(YAMLScalar(text: "", isPlain: true))) }

    /// A node at the place of the current event.
    private func node(_ content: consuming YAMLNode.Content) -> YAMLNode {
        let (start, end) = (events.event.pointee.start_mark, events.event.pointee.end_mark)
        // Of a token of several lines the message shows the first; carets end with the line.
        let length = end.line == start.line ? end.column - start.column : end.index - start.index
        return YAMLNode(content, source: source, line: start.line + 1, column: start.column + 1, length: length)
    }

    /// The current scalar event as a node.
    mutating func scalar() -> YAMLNode {
        let scalar = events.event.pointee.data.scalar
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let text = String(decoding: bytes, as: UTF8.self)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        guard let written = scalar.tag else {
            if isPlain, YAMLReader.mayBeUnwritable(bytes) { check(YAMLScalar(text: text, isPlain: true)) }
            return node(.scalar(YAMLScalar(text: text, isPlain: isPlain)))
        }
        let value = YAMLScalar(text: text, isPlain: isPlain, tag: scalarTag(String(cString: written)))
        if value.tag != .string { check(value) }
        return node(.scalar(value))
    }

    /// Whether a plain scalar may be a number that JSON cannot write: a quick look, as nearly none is.
    private static func mayBeUnwritable(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count >= 4 else { return false }
        switch first {
        case UInt8(ascii: "."): return bytes.count == 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return bytes.count == 5
        // 128 bits are 32 hexadecimal digits; leading zeros may make more of them.
        case UInt8(ascii: "0"): return bytes.count > 32
        default: return false
        }
    }

    private mutating func check(_ scalar: YAMLScalar) {
        let node = place()
        if CoreSchema.resolve(scalar.text) == .unwritable, scalar.tag == nil || scalar.tag == .float {
            findings.add(
                node.diagnostic(
                    .error, "not-json-number", "the number '\(clipped(scalar.text))' cannot be written in JSON",
                    hint: "Quote it if it is meant as text."))
        } else if !scalar.fitsTag, let tag = scalar.tag {
            findings.add(
                node.diagnostic(.error, "tag-mismatch", "'\(clipped(scalar.text))' is not a '\(tag.rawValue)'"))
        }
    }

    private mutating func scalarTag(_ tag: String) -> YAMLScalar.Tag? {
        // A lone `!` says "as if quoted".
        if tag == "!" { return .string }
        if let known = YAMLScalar.Tag(rawValue: YAMLReader.shortTag(tag)) { return known }
        let place = place()
        findings.add(.unknownTag(YAMLReader.shortTag(tag), at: place))
        return .string
    }

    mutating func check(collectionTag tag: String, isMapping: Bool) {
        if tag == "!" || YAMLReader.shortTag(tag) == (isMapping ? "!!map" : "!!seq") { return }
        let place = place()
        findings.add(.unknownTag(YAMLReader.shortTag(tag), at: place))
    }

    private static func shortTag(_ tag: String) -> String {
        let prefix = "tag:yaml.org,2002:"
        return tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    }
}

extension Diagnostic {
    fileprivate static func unknownTag(_ tag: String, at place: YAMLNode) -> Diagnostic {
        place.diagnostic(
            .error, "unknown-tag", "unknown tag '\(clipped(tag))'",
            hint: "Remove it; quote the value if '!' is meant as text.")
    }
}
