package import JSON

/// Returns a value as it stands inside of brackets, on one line: `{group: ops, read: true}`.
///
/// Nil when it does not fit there: a key of more than 1,000 characters.
package func writeFlowYAML(_ value: JSONValue) -> String? {
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .number(let number): return number.text
    case .string(let text): return TextStyle(inline: text).written
    case .array(let elements):
        var parts: [String] = []
        for element in elements {
            guard let text = writeFlowYAML(element) else { return nil }
            parts.append(text)
        }
        return "[" + parts.joined(separator: ", ") + "]"
    case .object(let object):
        let last = Dictionary(object.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { $1 })
        var parts: [String] = []
        for (index, member) in object.enumerated() where last[member.key] == index {
            guard let text = writeFlowYAML(member.value), let key = YAMLWriter.flowKey(member.key) else { return nil }
            parts.append(key + ": " + text)
        }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}

extension YAMLWriter {
    /// A key as it stands before a colon; nil when it is too long to stand there.
    static func flowKey(_ key: String) -> String? {
        let text = TextStyle(inline: key).written
        return text.unicodeScalars.count > YAMLWriter.longestKey ? nil : text
    }
}
