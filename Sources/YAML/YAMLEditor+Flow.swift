internal import JSON

/// Lists and maps in brackets.
extension YAMLEditor {
    mutating func writeFlow(_ change: YAMLChange, to node: YAMLOutline.Node) throws(Unwritable) {
        let inner = Context(introduction: nil, column: 0, isInFlow: true, isInSequence: !node.isMapping)
        for (index, part) in change.children.sorted(by: { $0.key < $1.key }) where !change.removed.contains(index) {
            writeKey(part, of: node.children[index])
            try write(part, to: node.children[index].value, inner)
        }
        try removeFlow(change.removed, of: node)
        for (place, key, value) in change.added {
            let text = flow(key, value, like: node.children)
            if place < node.children.count, !change.removed.contains(place) {
                let start = node.children[place].start
                patches.append(Patch(range: start..<start, text: text + ", "))
            } else {
                try appendFlow(text, to: node, removed: change.removed)
            }
        }
    }

    private func end(_ child: YAMLOutline.Child) -> Int { max(child.value.end, child.key?.end ?? 0) }

    /// Each goes with the comma behind it; the last with that before it.
    private mutating func removeFlow(_ removed: Set<Int>, of node: YAMLOutline.Node) throws(Unwritable) {
        let children = node.children
        let lastKept = children.indices.last { !removed.contains($0) } ?? 0
        for index in removed.sorted() where index < lastKept {
            patches.append(Patch(range: children[index].start..<children[index + 1].start, text: ""))
        }
        guard lastKept + 1 < children.count else { return }
        let (from, to) = (end(children[lastKept]), end(children[children.count - 1]))
        // A comment between them belongs to the one that stays.
        guard !text.bytes[from..<children[lastKept + 1].start].contains(UInt8(ascii: "#")) else {
            let comma = try past(",", from: from) - 1
            patches.append(Patch(range: comma..<comma + 1, text: ""))
            let start = children[lastKept + 1].start
            patches.append(
                Patch(range: (isFirstOnLine(start) ? lineStart(start) : start)..<nextLine(to), text: ""))
            return
        }
        patches.append(Patch(range: from..<to, text: ""))
    }

    private mutating func appendFlow(
        _ text: String, to node: YAMLOutline.Node, removed: Set<Int>
    ) throws(Unwritable) {
        guard let last = node.children.indices.last(where: { !removed.contains($0) }) else { throw Unwritable() }
        let child = node.children[last]
        let place = end(child)
        guard isFirstOnLine(child.start), last == node.children.count - 1 else {
            patches.append(Patch(range: place..<place, text: ", " + text))
            return
        }
        // One on each line: the new one too, behind the comment of the last.
        let hasComma = (try? past(",", from: place)) != nil
        if !hasComma { patches.append(Patch(range: place..<place, text: ",")) }
        let comma = hasComma ? try past(",", from: place) : place
        guard comment(after: comma) != nil else { throw Unwritable() }
        let lineEnd = lineEnd(comma)
        patches.append(Patch(range: lineEnd..<lineEnd, text: "\n" + spaces(column(child.start)) + text))
    }

    private func flow(_ key: String?, _ value: JSONValue, like children: [YAMLOutline.Child]) -> String {
        if let key { return YAMLWriter.flowMember(key, value) }
        if case .string(let text) = value, let last = children.last?.value, let quoted = quoted(text, like: last.style)
        {
            return quoted
        }
        return writeFlowYAML(value)
    }
}
