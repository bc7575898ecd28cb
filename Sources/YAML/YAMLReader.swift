internal import CLibYAML
package import Diagnostics

/// Reads all documents of a YAML text; empty ones are skipped.
///
/// Never fails: what is wrong is told beside what could be read. After a syntax error these are the documents before
/// it; after any other error the document is there, with what is wrong left out.
package func readYAML(
    _ bytes: [UInt8], file: String, limits: YAMLLimits = YAMLLimits()
) -> (documents: [YAMLNode], diagnostics: [Diagnostic]) {
    let source = SourceText(file: file, bytes: bytes)
    if let refusal = source.refusal(limits: limits) { return ([], [refusal]) }
    // The reader, and with it libyaml, lives only inside this scope, in which the text does not move.
    return source.bytes.withUnsafeBufferPointer { text in
        let body = UnsafeBufferPointer(rebasing: text.dropFirst(source.byteOrderMarkLength))
        if let place = excessDirective(in: body) {
            let offset = place + source.byteOrderMarkLength
            return ([], [source.diagnostic(at: offset, "too-large", "too many lines that start with '%'")])
        }
        var reader = YAMLReader(text: body, source: source, limits: limits)
        let documents = reader.documents()
        return (documents, reader.findings.all(of: source))
    }
}

extension SourceText {
    /// Why the text is not looked at, if it is not.
    func refusal(limits: YAMLLimits) -> Diagnostic? {
        let start = SourceMark(file: file)
        if bytes.count > limits.bytes {
            return Diagnostic(
                .error, "file-too-large", "the file has \(bytes.count) bytes; the most is \(limits.bytes)", at: start,
                hint: "Split it into several files.")
        }
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        guard isUTF16 else { return nil }
        return Diagnostic(
            .error, "not-utf8", "the file is UTF-16 or UTF-32, not UTF-8", at: start, hint: "Save it as UTF-8.")
    }
}

/// Composes libyaml's events into nodes.
struct YAMLReader: ~Copyable {
    let events: EventParser
    let source: SourceText
    let limits: YAMLLimits
    var findings: Findings
    var anchors: [String: Anchor] = [:]
    /// The anchors whose node is being read, innermost last.
    var openAnchors: [String] = []
    private var elements = Scratch<YAMLNode>()
    private var members = Scratch<YAMLNode.Member>()
    private var keyDigests = KeyDigests()
    /// The size of what is written, of what aliases brought in, and the deepest level reached since last reset.
    var writtenSize = 0
    var expandedSize = 0
    var deepest = 0

    /// A node that aliases may name.
    struct Anchor {
        let node: YAMLNode
        let size: Int
        /// How many levels the node has, itself included; 0 for a scalar.
        let height: Int
    }

    init(text: UnsafeBufferPointer<UInt8>, source: SourceText, limits: YAMLLimits) {
        events = EventParser(text)
        self.source = source
        self.limits = limits
        findings = Findings(limit: limits.diagnostics)
    }

    var type: yaml_event_type_t { events.event.pointee.type }

    mutating func documents() -> [YAMLNode] {
        var documents: [YAMLNode] = []
        do throws(Halt) {
            while true {
                try advance()
                guard type != YAML_STREAM_END_EVENT else { break }
                guard type == YAML_DOCUMENT_START_EVENT else { continue }
                try advance()
                let isEmpty = isAbsent
                let node = try node(depth: 0)
                // The end of the document is where libyaml may find that more text follows.
                try advance()
                if !isEmpty { documents.append(node) }
                anchors.removeAll()
            }
        } catch {
            findings.add(error.diagnostic)
        }
        return documents
    }

    /// Whether the current event is a scalar of which nothing is written.
    private var isAbsent: Bool {
        guard type == YAML_SCALAR_EVENT else { return false }
        let scalar = events.event.pointee.data.scalar
        return scalar.length == 0 && scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
            && scalar.anchor == nil
    }

    private mutating func advance() throws(Halt) {
        guard events.next() else { throw Halt(diagnostic: events.problem.diagnostic(in: source)) }
    }

    /// Reads the node that starts with the current event.
    private mutating func node(depth: Int) throws(Halt) -> YAMLNode {
        switch type {
        case YAML_SCALAR_EVENT:
            try spend(1 + events.event.pointee.data.scalar.length / 64)
            guard let name = events.event.pointee.data.scalar.anchor else { return scalar() }
            let node = scalar()
            try spend(YAMLLimits.anchorSize)
            let size = 1 + events.event.pointee.data.scalar.length / 64
            anchors[String(cString: name)] = Anchor(node: node, size: size, height: 0)
            return node
        case YAML_ALIAS_EVENT: return try alias(depth: depth)
        default: return try collection(depth: depth + 1)
        }
    }

    private mutating func collection(depth: Int) throws(Halt) -> YAMLNode {
        let event = events.event.pointee
        let isMapping = event.type == YAML_MAPPING_START_EVENT
        let (anchor, tag) =
            isMapping
            ? (event.data.mapping_start.anchor, event.data.mapping_start.tag)
            : (event.data.sequence_start.anchor, event.data.sequence_start.tag)
        if let tag { check(collectionTag: String(cString: tag), isMapping: isMapping) }
        guard depth <= limits.depth else { throw Halt(diagnostic: .tooDeep(limits, at: place())) }
        deepest = max(deepest, depth)
        try spend(1)
        guard let anchor else { return try content(of: event, isMapping: isMapping, depth: depth) }
        let name = String(cString: anchor)
        let before = (size: writtenSize + expandedSize, deepest: deepest)
        deepest = depth
        openAnchors.append(name)
        let node = try content(of: event, isMapping: isMapping, depth: depth)
        openAnchors.removeLast()
        anchors[name] = Anchor(
            node: node, size: 1 + writtenSize + expandedSize - before.size, height: deepest - depth + 1)
        try spend(YAMLLimits.anchorSize)
        deepest = max(deepest, before.deepest)
        return node
    }

    /// Reads the collection that `event` has started.
    private mutating func content(of event: yaml_event_t, isMapping: Bool, depth: Int) throws(Halt) -> YAMLNode {
        let (line, column) = (event.start_mark.line + 1, event.start_mark.column + 1)
        var length = event.end_mark.index - event.start_mark.index
        guard isMapping else {
            let elements = try sequence(depth: depth)
            return YAMLNode(.sequence(elements), source: source, line: line, column: column, length: length)
        }
        let members = try mapping(depth: depth)
        // A block mapping has no token of its own: its first key stands for it.
        if length == 0, let first = members.first?.key.length { length = first }
        return YAMLNode(.mapping(members), source: source, line: line, column: column, length: length)
    }

    private mutating func sequence(depth: Int) throws(Halt) -> [YAMLNode] {
        let start = elements.count
        try advance()
        while type != YAML_SEQUENCE_END_EVENT {
            elements.push(try node(depth: depth))
            try advance()
        }
        return elements.pop(from: start)
    }

    private mutating func mapping(depth: Int) throws(Halt) -> [YAMLNode.Member] {
        let start = members.count
        let outer = keyDigests.open()
        var hasMergeKeys = false
        try advance()
        while type != YAML_MAPPING_END_EVENT {
            let isUsual = noteKey()
            let key = try node(depth: depth)
            try advance()
            let value = try node(depth: depth)
            try advance()
            if !isUsual {
                guard accepts(key: key) else { continue }
                if key.isMergeKey { hasMergeKeys = true }
            }
            members.push(YAMLNode.Member(key: consume key, value: consume value))
        }
        var result = members.pop(from: start)
        if keyDigests.close(outer) {
            result.removeRepeatedKeys { findings.add(.duplicateKey($0, first: $1)) }
        }
        return hasMergeKeys ? try merging(result) : result
    }

    /// Adds the key that is the current event to the digests. False when it takes a closer look at it as a node.
    private mutating func noteKey() -> Bool {
        guard type == YAML_SCALAR_EVENT else {
            keyDigests.addUnknown()
            return false
        }
        let scalar = events.event.pointee.data.scalar
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        keyDigests.add(bytes)
        guard scalar.style == YAML_PLAIN_SCALAR_STYLE else { return true }
        // The first letters of booleans, nulls and merge keys.
        switch bytes.first {
        case nil, UInt8(ascii: "<"), UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
            return bytes.count > 5
        default: return true
        }
    }

    private mutating func alias(depth: Int) throws(Halt) -> YAMLNode {
        let name = events.event.pointee.data.alias.anchor.map { String(cString: $0) } ?? ""
        let place = place()
        try spend(1)
        guard let anchor = anchors[name] else {
            let (open, known) = (openAnchors, anchors)
            findings.add(.unknownAlias(name, at: place, open: open, known: known.keys))
            return place
        }
        guard depth + anchor.height <= limits.depth else { throw Halt(diagnostic: .tooDeep(limits, at: place)) }
        deepest = max(deepest, depth + anchor.height)
        try spend(expanding: anchor.size, at: place)
        return anchor.node.moved(to: place)
    }
}
