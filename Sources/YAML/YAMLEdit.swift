internal import Diagnostics
package import JSON

/// A change to one value of a text: everything else stays as it is written.
package enum YAMLEdit: Sendable {
    /// Another value in the place of one. Of lists and maps only what differs is written anew.
    case replace(YAMLPath, with: JSONValue)
    /// Another member, with a key of its own, in the place of one.
    case exchange(YAMLPath, key: String, with: JSONValue)
    /// An element or a member, with its key, goes.
    case remove(YAMLPath)
    /// A new last element of a list.
    case append(JSONValue, to: YAMLPath)
    /// A new last member of a map that has none of this key.
    case insert(key: String, JSONValue, into: YAMLPath)
}

extension YAMLEdit {
    /// The value that changes, or goes, or takes a new one in.
    var path: YAMLPath {
        switch self {
        case .replace(let path, _), .exchange(let path, _, _), .remove(let path), .append(_, let path),
            .insert(_, _, let path):
            path
        }
    }

    var removes: Bool { if case .remove = self { true } else { false } }
}

/// Where a value stands in a text.
package struct YAMLPath: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    /// Among those that are not empty, from 0.
    package let document: Int
    package var steps: [Step]

    package init(document: Int = 0, _ steps: [Step] = []) {
        self.document = document
        self.steps = steps
    }

    package func appending(_ step: Step) -> YAMLPath { YAMLPath(document: document, steps + [step]) }
    /// The path of what holds it; nil for a document.
    package var parent: YAMLPath? { steps.isEmpty ? nil : YAMLPath(document: document, Array(steps.dropLast())) }
}

extension YAMLPath {
    /// Whether it stands before another in their lists; of one inside of the other, the outer stands first.
    func comes(before other: YAMLPath) -> Bool {
        if document != other.document { return document < other.document }
        for (left, right) in zip(steps, other.steps) where left != right {
            switch (left, right) {
            case (.index(let left), .index(let right)): return left < right
            case (.key(let left), .key(let right)): return left < right
            case (.key, .index): return true
            case (.index, .key): return false
            }
        }
        return steps.count < other.steps.count
    }
}

/// Why a text was not changed.
package enum YAMLEditError: Error, Hashable, Sendable {
    /// The text is no YAML, or has errors.
    case unreadable
    /// Nothing stands there.
    case noSuchValue
    /// It stands at an alias, or in what an alias repeats: the change would show in other places too.
    case shared(anchor: String)
    /// It is written in a way that cannot be changed without touching something else.
    case tooInvolved
}

/// A text of YAML that can be changed in place.
package struct YAMLText: Sendable {
    package let bytes: [UInt8]
    let source: SourceText
    let outline: YAMLOutline
    private let values: [JSONValue]

    /// Nil when the text has errors.
    package init(_ bytes: [UInt8], file: String) throws(YAMLEditError) {
        let (documents, problems) = readYAML(bytes, file: file)
        let source = SourceText(file: file, bytes: bytes)
        guard !problems.hasErrors, let outline = YAMLOutline(source), outline.documents.count == documents.count else {
            throw .unreadable
        }
        self.bytes = bytes
        self.source = source
        self.outline = outline
        values = documents.map { $0.json() }
    }

    /// The value that stands at a place, as `YAMLNode.mark` tells it; nil when none begins there.
    package func path(line: Int, column: Int) -> YAMLPath? {
        for (index, document) in outline.documents.enumerated() {
            if let steps = YAMLText.steps(to: line, column, in: document) { return YAMLPath(document: index, steps) }
        }
        return nil
    }

    private static func steps(to line: Int, _ column: Int, in node: YAMLOutline.Node) -> [YAMLPath.Step]? {
        if (node.line, node.column) == (line, column) { return [] }
        for (index, child) in node.children.enumerated() {
            guard let rest = steps(to: line, column, in: child.value) else { continue }
            return [child.key.map { .key($0.scalar?.text ?? "") } ?? .index(index)] + rest
        }
        return nil
    }

    /// The value at a path; of a merged map the members that it has itself.
    package func value(at path: YAMLPath) -> JSONValue? {
        guard outline.documents.indices.contains(path.document) else { return nil }
        return path.steps.reduce(values[path.document]) { value, step in
            switch step {
            case .key(let key): return value?[key]
            case .index(let index):
                let elements = value?.array ?? []
                return elements.indices.contains(index) ? elements[index] : nil
            }
        }
    }

    /// The lines, from 0, that the value at a path stands on, from what introduces it to its last one.
    package func lines(of path: YAMLPath) -> Range<Int> {
        guard outline.documents.indices.contains(path.document) else { return 0..<0 }
        var node = outline.documents[path.document]
        var start = node.start
        for step in path.steps {
            guard let index = node.index(of: step) else { return 0..<0 }
            start = node.children[index].start
            node = node.children[index].value
        }
        let breaks = { (place: Int) in bytes[..<place].count { $0 == 0x0A } }
        return breaks(start)..<breaks(node.end) + 1
    }

    /// Why the value at a path cannot be changed for itself, if so.
    package func obstacle(at path: YAMLPath) -> YAMLEditError? {
        guard outline.documents.indices.contains(path.document) else { return .noSuchValue }
        var node = outline.documents[path.document]
        for step in path.steps + [nil] {
            if node.style == .alias || node.isShared { return .shared(anchor: node.name ?? "") }
            guard let step else { break }
            guard let index = node.index(of: step) else { return .noSuchValue }
            node = node.children[index].value
        }
        return nil
    }

    /// The text with all edits made: it reads as the old one with these values changed, and nothing else.
    package func edited(_ edits: [YAMLEdit]) throws(YAMLEditError) -> [UInt8] {
        var expected = values
        // What is removed shifts what stands behind it: last, and from the end.
        let removals = edits.filter(\.removes).sorted { $1.path.comes(before: $0.path) }
        for edit in edits.filter({ !$0.removes }) + removals { try YAMLText.apply(&expected, edit) }
        var editor = YAMLEditor(self)
        // What a block cannot hold in its place may stand in brackets or quotes.
        for isInline in [false, true] {
            editor.isInline = isInline
            guard let result = try editor.result(of: edits) else { continue }
            let (documents, problems) = readYAML(result, file: source.file)
            if !problems.hasErrors, documents.map({ $0.json().canonical }) == expected.map(\.canonical) {
                return result
            }
        }
        throw .tooInvolved
    }

    private static func apply(_ values: inout [JSONValue], _ edit: YAMLEdit) throws(YAMLEditError) {
        let path = edit.path
        guard values.indices.contains(path.document) else { throw .noSuchValue }
        values[path.document] = try changed(values[path.document], path.steps[...], edit)
    }

    private static func changed(
        _ value: JSONValue, _ steps: ArraySlice<YAMLPath.Step>, _ edit: YAMLEdit
    ) throws(YAMLEditError) -> JSONValue {
        guard let step = steps.first else { return try changed(value, edit) }
        let removes = edit.removes && steps.count == 1
        switch (step, value) {
        case (.key(let key), .object(var object)):
            guard let member = object[key] else { throw .noSuchValue }
            if case .exchange(_, let name, let wanted) = edit, steps.count == 1 {
                guard !object.contains(key: name) else { throw .noSuchValue }
                return .object(
                    JSONObject(
                        members: object.map {
                            $0.key == key ? JSONObject.Member(key: name, value: wanted) : $0
                        }))
            }
            object[key] = removes ? nil : try changed(member, steps.dropFirst(), edit)
            return .object(object)
        case (.index(let index), .array(var elements)):
            guard elements.indices.contains(index) else { throw .noSuchValue }
            if removes {
                elements.remove(at: index)
            } else {
                elements[index] = try changed(elements[index], steps.dropFirst(), edit)
            }
            return .array(elements)
        default: throw .noSuchValue
        }
    }

    private static func changed(_ value: JSONValue, _ edit: YAMLEdit) throws(YAMLEditError) -> JSONValue {
        switch (edit, value) {
        case (.replace(_, let wanted), _): return wanted
        case (.append(let element, _), .array(let elements)): return .array(elements + [element])
        case (.insert(let key, let member, _), .object(var object)):
            guard object[key] == nil else { throw .noSuchValue }
            object[key] = member
            return .object(object)
        default: throw .noSuchValue
        }
    }
}
