internal import CLibYAML

/// Where each part of a text begins and ends, so that one can be changed and all else left as it stands.
///
/// Made of a text that `readYAML` has read without an error. Aliases stay aliases, merge keys stay keys.
struct YAMLOutline: Sendable {
    enum Style: Sendable { case plain, singleQuoted, doubleQuoted, literal, folded, flow, block, alias }

    struct Node: Sendable {
        let style: Style
        /// Offsets of bytes: where it begins, with its anchor and tag, and past its last character. A block ends with
        /// its last line, without the line break.
        let start: Int
        var end: Int
        /// 1-based; the column in Unicode scalars.
        let line: Int
        let column: Int
        var scalar: YAMLScalar?
        var isMapping = false
        var children: [Child] = []
        /// Of an anchor or an alias.
        var name: String?
        /// Whether an anchor or a tag stands before it.
        var hasProperties = false
        /// Whether an alias names it.
        var isShared = false

        var isCollection: Bool { style == .flow || style == .block }
    }

    struct Child: Sendable {
        /// Nil in a sequence.
        var key: Node?
        var value: Node

        var start: Int { key?.start ?? value.start }
    }

    /// Those that are not empty, as `readYAML` returns them.
    private(set) var documents: [Node] = []

    /// Nil when libyaml does not understand the text.
    init?(_ source: SourceText) {
        let made = source.bytes.withUnsafeBufferPointer { text -> [Node]? in
            let mark = source.byteOrderMarkLength
            let body = UnsafeBufferPointer(rebasing: text.dropFirst(mark))
            var reader = OutlineReader(text: body, offset: mark)
            return reader.documents()
        }
        guard let made else { return nil }
        documents = made
    }
}

/// Composes libyaml's events into an outline.
private struct OutlineReader: ~Copyable {
    private let events: EventParser
    private let text: UnsafeBufferPointer<UInt8>
    private let offset: Int
    /// The last place that was found: libyaml counts characters, and the next place is near.
    private var cursor = (characters: 0, bytes: 0)
    /// The anchors that aliases of this document name.
    private var used: Set<String> = []

    init(text: UnsafeBufferPointer<UInt8>, offset: Int) {
        events = EventParser(text)
        self.text = text
        self.offset = offset
    }

    private var type: yaml_event_type_t { events.event.pointee.type }

    mutating func documents() -> [YAMLOutline.Node]? {
        var documents: [YAMLOutline.Node] = []
        while true {
            guard events.next() else { return nil }
            if type == YAML_STREAM_END_EVENT { return documents }
            guard type == YAML_DOCUMENT_START_EVENT else { continue }
            guard events.next() else { return nil }
            used = []
            guard var node = node(), events.next() else { return nil }
            let isEmpty = node.style == .plain && node.scalar?.text.isEmpty == true && !node.hasProperties
            share(&node)
            if !isEmpty { documents.append(node) }
        }
    }

    /// Notes at the anchors which of them an alias names. An anchor that is set twice counts each time.
    private func share(_ node: inout YAMLOutline.Node) {
        if node.style != .alias, let name = node.name, used.contains(name) { node.isShared = true }
        for index in node.children.indices {
            if var key = node.children[index].key {
                share(&key)
                node.children[index].key = key
            }
            share(&node.children[index].value)
        }
    }

    /// The byte at which a character begins.
    private mutating func bytes(_ characters: Int) -> Int {
        while characters < cursor.characters, cursor.bytes > 0 {
            cursor.bytes -= 1
            while cursor.bytes > 0, text[cursor.bytes] & 0xC0 == 0x80 { cursor.bytes -= 1 }
            cursor.characters -= 1
        }
        while cursor.characters < characters, cursor.bytes < text.count {
            cursor.bytes += 1
            while cursor.bytes < text.count, text[cursor.bytes] & 0xC0 == 0x80 { cursor.bytes += 1 }
            cursor.characters += 1
        }
        return cursor.bytes
    }

    /// The node that starts with the current event; nil when the text ends in an error.
    private mutating func node() -> YAMLOutline.Node? {
        let event = events.event.pointee
        let start = bytes(event.start_mark.index)
        switch type {
        case YAML_ALIAS_EVENT:
            var node = made(.alias, event, start, end: event.end_mark.index)
            node.name = event.data.alias.anchor.map { String(cString: $0) }
            if let name = node.name { used.insert(name) }
            return node
        case YAML_SCALAR_EVENT: return scalar(event, start)
        case YAML_SEQUENCE_START_EVENT:
            let isFlow = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
            var node = made(isFlow ? .flow : .block, event, start, end: event.end_mark.index)
            node.name = event.data.sequence_start.anchor.map { String(cString: $0) }
            node.hasProperties = node.name != nil || event.data.sequence_start.tag != nil
            return collection(node)
        case YAML_MAPPING_START_EVENT:
            let isFlow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
            var node = made(isFlow ? .flow : .block, event, start, end: event.end_mark.index)
            node.name = event.data.mapping_start.anchor.map { String(cString: $0) }
            node.hasProperties = node.name != nil || event.data.mapping_start.tag != nil
            node.isMapping = true
            return collection(node)
        default: return nil
        }
    }

    private mutating func made(
        _ style: YAMLOutline.Style, _ event: yaml_event_t, _ start: Int, end: Int
    ) -> YAMLOutline.Node {
        YAMLOutline.Node(
            style: style, start: start + offset, end: bytes(end) + offset, line: event.start_mark.line + 1,
            column: event.start_mark.column + 1)
    }

    private mutating func scalar(_ event: yaml_event_t, _ start: Int) -> YAMLOutline.Node {
        let scalar = event.data.scalar
        let style: YAMLOutline.Style =
            switch scalar.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        var node = made(style, event, start, end: event.end_mark.index)
        let content = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        let tag = scalar.tag.map { String(cString: $0) }.flatMap(OutlineReader.tag)
        node.scalar = YAMLScalar(text: content, isPlain: style == .plain, tag: tag)
        node.name = scalar.anchor.map { String(cString: $0) }
        node.hasProperties = node.name != nil || scalar.tag != nil
        if style == .literal || style == .folded { node.end = blockEnd(node) }
        return node
    }

    private static func tag(_ text: String) -> YAMLScalar.Tag? {
        let prefix = "tag:yaml.org,2002:"
        return text == "!"
            ? .string : YAMLScalar.Tag(rawValue: text.hasPrefix(prefix) ? "!!" + text.dropFirst(prefix.count) : text)
    }

    /// Where a block scalar's last line ends: empty lines after it belong to it only when it keeps them.
    private func blockEnd(_ node: YAMLOutline.Node) -> Int {
        let isBreak = { (byte: UInt8) in byte == 0x0A || byte == 0x0D }
        var end = node.end - offset
        let start = node.start - offset
        var header = start
        while header < end, !isBreak(text[header]) { header += 1 }
        let comment = text[start..<header].firstIndex(of: UInt8(ascii: "#")) ?? header
        if text[start..<comment].contains(UInt8(ascii: "+")) {
            if end > header, text[end - 1] == 0x0A { end -= 1 }
            if end > header, text[end - 1] == 0x0D { end -= 1 }
        } else {
            while end > header, isBreak(text[end - 1]) { end -= 1 }
        }
        return end + offset
    }

    private mutating func collection(_ start: YAMLOutline.Node) -> YAMLOutline.Node? {
        var node = start
        while true {
            guard events.next() else { return nil }
            if type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT { break }
            guard let first = self.node() else { return nil }
            guard node.isMapping else {
                node.children.append(YAMLOutline.Child(key: nil, value: first))
                continue
            }
            guard events.next(), let value = self.node() else { return nil }
            node.children.append(YAMLOutline.Child(key: first, value: value))
        }
        if node.style == .flow {
            node.end = bytes(events.event.pointee.end_mark.index) + offset
        } else if let last = node.children.last {
            // The event stands where the next token does: beyond comments and empty lines.
            node.end = max(last.value.end, last.key?.end ?? 0)
        }
        return node
    }
}
