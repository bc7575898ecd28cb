internal import JSON

/// One value in the place of another.
extension YAMLEditor {
    /// Bytes of a text of several lines that stays in its quotes.
    private static let longestQuoted = 80

    mutating func replace(
        _ node: YAMLOutline.Node, with value: JSONValue, _ context: Context
    ) throws(Unwritable) {
        if node.style == .alias || YAMLEditor.shared(in: node) != nil { throw Unwritable() }
        if context.isInFlow {
            let text = inline(value, like: node)
            // Nothing may stand between a colon and what was an empty value.
            patches.append(Patch(range: node.start..<node.end, text: node.start == node.end ? " " + text : text))
            return
        }
        guard let introduction = context.introduction else { return try replaceDocument(node, with: value) }
        let startsBelow = !isOnOneLine(introduction..<node.start)
        if case .string(let text) = value, !isInline, TextStyle.survivesBlock(text), !startsBelow,
            node.style != .doubleQuoted || text.utf8.count > YAMLEditor.longestQuoted
        {
            try replaceByBlock(node, with: text, context)
        } else if isBlock(value, inPlaceOf: node) {
            try replaceByLines(node, with: value, context, introduction, startsBelow: startsBelow)
        } else {
            try replaceByWords(node, with: value, introduction, startsBelow: startsBelow)
        }
    }

    /// Whether a list or map takes lines of its own.
    private func isBlock(_ value: JSONValue, inPlaceOf node: YAMLOutline.Node) -> Bool {
        guard !isInline, value.array?.isEmpty == false || value.object?.isEmpty == false else { return false }
        return node.style != .flow
    }

    private mutating func replaceByWords(
        _ node: YAMLOutline.Node, with value: JSONValue, _ introduction: Int, startsBelow: Bool
    ) throws(Unwritable) {
        let words = inline(value, like: node)
        if startsBelow, node.style == .block {
            guard comment(after: node.end) != nil else { throw Unwritable() }
            patches.append(Patch(range: introduction..<introduction, text: " " + words))
            patches.append(Patch(range: lineStart(node.start)..<nextLine(node.end), text: ""))
        } else if node.style == .literal || node.style == .folded {
            patches.append(Patch(range: node.start..<node.end, text: words + headerComment(node)))
        } else {
            let gap = node.start == introduction ? " " : ""
            patches.append(Patch(range: node.start..<node.end, text: gap + words))
        }
    }

    /// A text of several lines as a literal block.
    private mutating func replaceByBlock(
        _ node: YAMLOutline.Node, with text: String, _ context: Context
    ) throws(Unwritable) {
        let header = TextStyle.blockHeader(of: text)
        let isBlock = node.style == .literal || node.style == .folded
        let rest = isBlock ? headerComment(node) : comment(after: node.end)
        guard let rest else { throw Unwritable() }
        var indent = max(context.column, 0) + 2
        // The indent that the block has, unless a number in its header must tell it.
        if isBlock, !header.contains("2"), let old = bodyIndent(node) { indent = old }
        var writer = YAMLWriter()
        writer.writeBlockLines(text, indent: indent)
        let gap = node.start == context.introduction ? " " : ""
        let end = isBlock ? node.end : lineEnd(node.end)
        patches.append(
            Patch(range: node.start..<end, text: gap + header + rest + "\n" + String(writer.output.dropLast())))
    }

    /// A list or a map on lines of its own.
    private mutating func replaceByLines(
        _ node: YAMLOutline.Node, with value: JSONValue, _ context: Context, _ introduction: Int, startsBelow: Bool
    ) throws(Unwritable) {
        guard let rest = node.isBlockScalar ? headerComment(node) : comment(after: node.end) else { throw Unwritable() }
        let end = node.isBlockScalar ? node.end : lineEnd(node.end)
        if startsBelow {
            let column = max(column(node.start), context.column + (context.isInSequence ? 2 : 1))
            patches.append(Patch(range: lineStart(node.start)..<end, text: spaces(column) + block(value, column)))
        } else if context.isInSequence, rest.isEmpty || node.style == .block {
            let gap = node.start == introduction ? " " : ""
            let column = column(node.start) + gap.utf8.count
            patches.append(Patch(range: node.start..<end, text: gap + block(value, column)))
        } else {
            let column = context.column + 2
            patches.append(
                Patch(range: introduction..<end, text: rest + "\n" + spaces(column) + block(value, column)))
        }
    }

    private mutating func replaceDocument(_ node: YAMLOutline.Node, with value: JSONValue) throws(Unwritable) {
        guard let rest = node.isBlockScalar ? "" : comment(after: node.end) else { throw Unwritable() }
        let end = node.isBlockScalar ? node.end : lineEnd(node.end)
        let isBlock = isBlock(value, inPlaceOf: node)
        let words = isBlock ? block(value, 0) : inline(value, like: node)
        let gap = isBlock && !isFirstOnLine(node.start) ? "\n" : ""
        patches.append(Patch(range: node.start..<end, text: gap + words + (isBlock ? "" : rest)))
    }

    /// A list or map that is not empty, whose first line begins at a column, without the last line break.
    private func block(_ value: JSONValue, _ column: Int) -> String {
        var writer = YAMLWriter()
        switch value {
        case .array(let elements): writer.write(elements, indent: column)
        case .object(let object): writer.write(object, indent: column)
        default: preconditionFailure("only lists and maps have lines of their own")
        }
        return String(writer.output.dropLast())
    }

    /// A value on one line.
    func inline(_ value: JSONValue, like node: YAMLOutline.Node) -> String {
        if case .string(let text) = value, let quoted = quoted(text, like: node.style) { return quoted }
        return writeFlowYAML(value)
    }

    /// A text in the quotes of its neighbour or of what stood there; nil where those do not hold it.
    func quoted(_ text: String, like style: YAMLOutline.Style) -> String? {
        switch style {
        case .singleQuoted: TextStyle.singleQuotes(text)
        case .doubleQuoted: TextStyle.doubleQuoted(text).written
        default: nil
        }
    }

    /// The comment on the line of a block scalar's `|`, with the spaces before it.
    private func headerComment(_ node: YAMLOutline.Node) -> String {
        let line = text.bytes[node.start..<min(lineEnd(node.start), max(node.end, node.start))]
        guard let hash = line.firstIndex(of: UInt8(ascii: "#")) else { return "" }
        var start = hash
        while start > node.start, YAMLEditor.isSpace(text.bytes[start - 1]) { start -= 1 }
        return String(decoding: text.bytes[start..<line.endIndex], as: UTF8.self)
    }

    /// The indent of a block scalar's first line that is not empty; nil where its header names one.
    private func bodyIndent(_ node: YAMLOutline.Node) -> Int? {
        var place = nextLine(node.start)
        while place < node.end {
            let end = lineEnd(place)
            let indent = text.bytes[place..<end].prefix { $0 == 0x20 }.count
            if place + indent < end { return indent }
            place = nextLine(place)
        }
        return nil
    }
}

extension YAMLOutline.Node {
    var isBlockScalar: Bool { style == .literal || style == .folded }
}
