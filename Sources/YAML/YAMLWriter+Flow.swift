package import JSON

/// Returns a value as it stands inside of brackets, on one line: `{group: ops, read: true}`.
package func writeFlowYAML(_ value: JSONValue) -> String {
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .number(let number): return number.text
    case .string(let text): return TextStyle(inline: text).written
    case .array(let elements): return "[" + elements.map(writeFlowYAML).joined(separator: ", ") + "]"
    case .object(let object):
        let last = Dictionary(object.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { $1 })
        let members = object.enumerated().filter { last[$1.key] == $0 }
        return "{" + members.map { YAMLWriter.flowMember($1.key, $1.value) }.joined(separator: ", ") + "}"
    }
}

extension YAMLWriter {
    /// A member of a map as it stands inside of brackets.
    static func flowMember(_ key: String, _ value: JSONValue) -> String {
        let text = TextStyle(inline: key).written
        let isLong = text.unicodeScalars.count > YAMLWriter.longestKey
        return (isLong ? "? \(text) : " : text + ": ") + writeFlowYAML(value)
    }
}
