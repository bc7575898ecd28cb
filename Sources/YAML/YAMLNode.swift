package import Diagnostics
package import JSON

/// A value in a text that a user wrote, with its place.
///
/// What stands at an alias has the alias's place; what lies below it has the places of the original. Below a
/// mapping all keys are scalars, none is there twice, and merge keys are resolved.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([Member])
    }

    package struct Member: Sendable {
        package let key: YAMLNode
        package var value: YAMLNode

        package init(key: YAMLNode, value: YAMLNode) {
            self.key = key
            self.value = value
        }

        /// The text of the key.
        package var name: String { key.scalar?.text ?? "" }
    }

    // The order of the fields keeps a node at 40 bytes: there are many of them.
    package var content: Content
    private let shownLength: UInt16
    package let source: SourceText
    private let shortLine: UInt32
    private let shortColumn: UInt32

    /// `line` and `column` are 1-based, the column and the length in Unicode scalars.
    package init(_ content: Content, source: SourceText, line: Int, column: Int, length: Int = 1) {
        self.content = content
        self.source = source
        shortLine = UInt32(clamping: line)
        shortColumn = UInt32(clamping: column)
        shownLength = UInt16(clamping: max(1, length))
    }
}

extension YAMLNode {
    /// 1-based.
    package var line: Int { Int(shortLine) }
    /// 1-based, in Unicode scalars.
    package var column: Int { Int(shortColumn) }
    /// How many characters the token has at which the node starts; at least 1.
    package var length: Int { Int(shownLength) }

    package var mark: SourceMark { SourceMark(file: source.file, line: line, column: column) }

    /// A diagnostic that points at this node and shows its line.
    package func diagnostic(
        _ severity: Diagnostic.Severity, _ code: String, _ message: String, hint: String? = nil,
        related: [Diagnostic.Related] = []
    ) -> Diagnostic {
        Diagnostic(
            severity, code, message, at: mark, excerpt: source.line(line), length: length, hint: hint, related: related)
    }

    package var scalar: YAMLScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
    package var sequence: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }
    package var mapping: [Member]? { if case .mapping(let members) = content { members } else { nil } }

    /// The value of a member, or nil when there is none or this is no mapping.
    package subscript(key: String) -> YAMLNode? { mapping?.first { $0.name == key }?.value }

    /// The keys of a mapping in their order; none when this is no mapping.
    package var keys: [String] { mapping?.map(\.name) ?? [] }

    /// The word for this node's type, as a message to a user names it.
    package var typeName: String {
        switch content {
        case .scalar(let scalar): scalar.value.typeName
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }

    /// The node and all below it as JSON; scalars by YAML's core schema.
    package func json() -> JSONValue {
        switch content {
        case .scalar(let scalar): scalar.value
        case .sequence(let elements): .array(elements.map { $0.json() })
        case .mapping(let members):
            .object(JSONObject(members: members.map { JSONObject.Member(key: $0.name, value: $0.value.json()) }))
        }
    }

    /// The same value at another place.
    func moved(to place: YAMLNode) -> YAMLNode {
        YAMLNode(content, source: place.source, line: place.line, column: place.column, length: place.length)
    }
}
