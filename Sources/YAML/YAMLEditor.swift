internal import JSON

/// Writes the changes of a text into it.
struct YAMLEditor {
    let text: YAMLText
    /// Whether new values stand in brackets and quotes even where lines of their own would be nicer.
    var isInline = false
    /// What takes the place of which bytes.
    var patches: [Patch] = []
    /// How this text ends its lines.
    let lineBreak: String

    struct Patch {
        let range: Range<Int>
        let text: String
    }

    /// What a value stands in.
    struct Context {
        /// Past the `:` or the `-` before the value; nil for a document.
        let introduction: Int?
        /// The column of the keys or dashes around it, from 0; -1 for a document.
        let column: Int
        let isInFlow: Bool
        let isInSequence: Bool
    }

    /// It can't be written so; another way may do.
    struct Unwritable: Error {}

    init(_ text: YAMLText) {
        self.text = text
        let first = text.bytes.firstIndex(of: 0x0A) ?? 0
        lineBreak = first > 0 && text.bytes[first - 1] == 0x0D ? "\r\n" : "\n"
    }

    /// The new text; nil when it cannot be written this way.
    func result(of edits: [YAMLEdit]) throws(YAMLEditError) -> [UInt8]? {
        var editor = self
        var changes: [Int: YAMLChange] = [:]
        for edit in edits {
            let path = edit.path
            guard text.outline.documents.indices.contains(path.document) else { throw .noSuchValue }
            try editor.note(
                edit, path.steps[...], in: text.outline.documents[path.document],
                &changes[path.document, default: YAMLChange()])
        }
        do {
            for (document, change) in changes.sorted(by: { $0.key < $1.key }) {
                let context = Context(introduction: nil, column: -1, isInFlow: false, isInSequence: false)
                try editor.write(change, to: text.outline.documents[document], context)
            }
        } catch {
            return nil
        }
        return editor.patched()
    }

    private func note(
        _ edit: YAMLEdit, _ steps: ArraySlice<YAMLPath.Step>, in node: YAMLOutline.Node, _ change: inout YAMLChange
    ) throws(YAMLEditError) {
        if node.style == .alias || node.isShared { throw .shared(anchor: node.name ?? "") }
        guard let step = steps.first else {
            switch edit {
            case .replace(_, let wanted): change = YAMLChange(node, into: wanted, values: value)
            case .append(let element, _): change.added.append((node.children.count, nil, element))
            case .insert(let key, let member, _): change.added.append((node.children.count, key, member))
            case .exchange(_, let key, let wanted):
                change.replacement = wanted
                change.key = key
            case .remove: throw .noSuchValue
            }
            return
        }
        guard let index = node.index(of: step) else { throw .noSuchValue }
        if edit.removes, steps.count == 1 {
            if let shared = YAMLEditor.shared(in: node.children[index].value) { throw .shared(anchor: shared) }
            change.removed.insert(index)
            return
        }
        try note(
            edit, steps.dropFirst(), in: node.children[index].value, &change.children[index, default: YAMLChange()])
    }

    /// The anchor in a node that an alias names, if there is one: an alias elsewhere would lose what it names.
    static func shared(in node: YAMLOutline.Node) -> String? {
        if node.style != .alias, node.isShared { return node.name ?? "" }
        for child in node.children {
            if let name = child.key.flatMap(shared) ?? shared(in: child.value) { return name }
        }
        return nil
    }

    /// What a node stands for; aliases as what they name.
    func value(_ node: YAMLOutline.Node) -> JSONValue {
        if let scalar = node.scalar { return scalar.value }
        // An alias is told from every value: what differs from it is written anew.
        if node.style == .alias { return ["*": .string(node.name ?? "")] }
        guard node.isMapping else { return .array(node.children.map { value($0.value) }) }
        return .object(
            JSONObject(
                members: node.children.map {
                    JSONObject.Member(key: $0.key?.scalar?.text ?? "", value: value($0.value))
                }))
    }

    private func patched() -> [UInt8]? {
        let sorted = patches.enumerated().sorted { left, right in
            (left.element.range.lowerBound, left.element.range.upperBound, left.offset)
                < (right.element.range.lowerBound, right.element.range.upperBound, right.offset)
        }.map(\.element)
        var result: [UInt8] = []
        var place = 0
        for patch in sorted {
            guard patch.range.lowerBound >= place else { return nil }
            result += text.bytes[place..<patch.range.lowerBound]
            let written = lineBreak == "\n" ? patch.text : patch.text.replacing("\n", with: lineBreak)
            result += Array(written.utf8)
            place = patch.range.upperBound
        }
        return result + text.bytes[place...]
    }

    /// Writes the key of a member that changes with its value.
    mutating func writeKey(_ change: YAMLChange, of child: YAMLOutline.Child) {
        guard let name = change.key, let key = child.key else { return }
        patches.append(Patch(range: key.start..<key.end, text: TextStyle(inline: name).written))
    }

    /// Writes a change of one node.
    mutating func write(
        _ change: YAMLChange, to node: YAMLOutline.Node, _ context: Context
    ) throws(Unwritable) {
        guard !change.isEmpty else { return }
        if let replacement = change.replacement {
            try replace(node, with: replacement, context)
        } else if change.removed.count == node.children.count || node.children.isEmpty {
            // Nothing of it stays.
            if YAMLEditor.shared(in: node) != nil { throw Unwritable() }
            try replace(node, with: YAMLEditor.collection(change.added, isMapping: node.isMapping), context)
        } else if node.style == .flow {
            try writeFlow(change, to: node)
        } else {
            try writeBlock(change, to: node, context)
        }
    }

    private static func collection(
        _ added: [(place: Int, key: String?, value: JSONValue)], isMapping: Bool
    ) -> JSONValue {
        isMapping
            ? .object(JSONObject(added.map { ($0.key ?? "", $0.value) })) : .array(added.map(\.value))
    }
}
