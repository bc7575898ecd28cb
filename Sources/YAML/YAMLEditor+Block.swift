internal import JSON

/// Blocks: each child on lines of its own.
extension YAMLEditor {
    mutating func writeBlock(
        _ change: YAMLChange, to node: YAMLOutline.Node, _ context: Context
    ) throws(Unwritable) {
        let starts = try starts(node)
        let column = column(starts[0])
        for (index, inner) in change.children.sorted(by: { $0.key < $1.key }) where !change.removed.contains(index) {
            let child = node.children[index]
            writeKey(inner, of: child)
            let place = Context(
                introduction: try introduction(child, start: starts[index]), column: column, isInFlow: false,
                isInSequence: child.key == nil)
            try write(inner, to: child.value, place)
        }
        // What stands behind `- ` on the same line has a neighbour before it that stays.
        let isCompact = !isFirstOnLine(starts[0])
        var removed = change.removed
        if isCompact, removed.contains(0), let kept = node.children.indices.first(where: { !removed.contains($0) }) {
            try moveUp(node, starts, to: kept)
            removed = removed.filter { $0 > kept }
        }
        for index in removed.sorted() {
            guard isFirstOnLine(starts[index]) else { throw Unwritable() }
            let end = max(node.children[index].value.end, starts[index] + 1)
            guard comment(after: end) != nil else { throw Unwritable() }
            patches.append(Patch(range: lineStart(starts[index])..<nextLine(end), text: ""))
        }
        try add(change.added, to: node, starts, column, isCompact: isCompact)
    }

    /// Removes the children before one, which takes the place behind `- ` of the first.
    private mutating func moveUp(_ node: YAMLOutline.Node, _ starts: [Int], to kept: Int) throws(Unwritable) {
        let last = node.children[kept - 1].value.end
        guard comment(after: last) != nil else { throw Unwritable() }
        let hasComments = !text.bytes[nextLine(last)..<starts[kept]].allSatisfy {
            YAMLEditor.isSpace($0) || YAMLEditor.isBreak($0)
        }
        guard hasComments else {
            patches.append(Patch(range: starts[0]..<starts[kept], text: ""))
            return
        }
        // What is said before the next stays before it, so that this keeps its own line.
        var start = starts[0]
        while start > 0, YAMLEditor.isSpace(text.bytes[start - 1]) { start -= 1 }
        patches.append(Patch(range: start..<lineEnd(last), text: ""))
    }

    private mutating func add(
        _ added: [(place: Int, key: String?, value: JSONValue)], to node: YAMLOutline.Node, _ starts: [Int],
        _ column: Int, isCompact: Bool
    ) throws(Unwritable) {
        for (place, key, value) in added {
            let lines = try lines(key, value, column, like: node.children)
            if place == 0 {
                // Before the first: where that stands behind a dash, it moves to a line of its own.
                patches.append(
                    isCompact
                        ? Patch(range: starts[0]..<starts[0], text: lines + "\n" + spaces(column))
                        : Patch(
                            range: lineStart(starts[0])..<lineStart(starts[0]), text: spaces(column) + lines + "\n"))
                continue
            }
            let end = max(node.children[place - 1].value.end, starts[place - 1] + 1)
            guard comment(after: end) != nil else { throw Unwritable() }
            let next = nextLine(end)
            let isLastLine = lineEnd(end) == next
            let text = spaces(column) + lines
            patches.append(Patch(range: next..<next, text: isLastLine ? "\n" + text : text + "\n"))
        }
    }

    /// A new child, without its first indent and its last line break, in the style of its neighbours.
    private func lines(
        _ key: String?, _ value: JSONValue, _ column: Int, like children: [YAMLOutline.Child]
    ) throws(Unwritable) -> String {
        let flows = children.last { $0.value.isCollection && !$0.value.children.isEmpty }?.value.style == .flow
        var writer = YAMLWriter(isFlow: { _ in isInline || flows })
        if let key {
            if isInline { return YAMLWriter.flowMember(key, value) }
            writer.write(JSONObject([(key, value)]), indent: column)
        } else {
            writer.write([value], indent: column)
            if isInline { return "- " + writeFlowYAML(value) }
            if let last = children.last?.value, case .string(let text) = value,
                let quoted = quoted(text, like: last.style)
            {
                return "- " + quoted
            }
        }
        return String(writer.output.dropLast())
    }
}
