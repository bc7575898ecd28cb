package import JSON

/// Returns a value as a YAML document that `readYAML` reads back the same, ending with a line break.
///
/// Keys stay in order; of a repeated key the last value counts, as everywhere. Texts that some reader might take for
/// something else are quoted, those of several lines are literal blocks where they survive it. `isFlow` names the lists
/// and maps that stand on one line, in brackets.
package func writeYAML(_ value: JSONValue, isFlow: @escaping (JSONValue) -> Bool = { _ in false }) -> String {
    // By hand, since libyaml's emitter folds lines and leaves to its caller the one hard question: what must be quoted.
    var writer = YAMLWriter(isFlow: isFlow)
    switch value {
    case .array(let elements) where writer.isBlock(value): writer.write(elements, indent: 0)
    case .object(let object) where writer.isBlock(value): writer.write(object, indent: 0)
    default: writer.writeInline(value, indent: 0)
    }
    return writer.output
}

struct YAMLWriter {
    var output = ""
    var isFlow: (JSONValue) -> Bool = { _ in false }

    /// YAML ends the search for a key's colon after 1,024 characters, unless a '?' announces the key.
    static let longestKey = 1000

    /// Whether a value is a list or a map that takes lines of its own.
    func isBlock(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let elements): !elements.isEmpty && !isFlow(value)
        case .object(let object): !object.isEmpty && !isFlow(value)
        default: false
        }
    }

    /// Each element on lines of its own; the cursor stands at the column `indent`, behind whatever leads there.
    mutating func write(_ elements: [JSONValue], indent: Int) {
        for (index, element) in elements.enumerated() {
            if index > 0 { pad(indent) }
            output += "-"
            switch element {
            case .array(let inner) where isBlock(element):
                output += " "
                write(inner, indent: indent + 2)
            case .object(let inner) where isBlock(element):
                output += " "
                write(inner, indent: indent + 2)
            default:
                output += " "
                writeInline(element, indent: indent + 2)
            }
        }
    }

    mutating func write(_ object: JSONObject, indent: Int) {
        let last = Dictionary(object.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { $1 })
        var isFirst = true
        for (index, member) in object.enumerated() where last[member.key] == index {
            if !isFirst { pad(indent) }
            isFirst = false
            write(key: member.key, indent: indent)
            switch member.value {
            case .array(let inner) where isBlock(member.value):
                output += "\n"
                pad(indent + 2)
                write(inner, indent: indent + 2)
            case .object(let inner) where isBlock(member.value):
                output += "\n"
                pad(indent + 2)
                write(inner, indent: indent + 2)
            default:
                output += " "
                writeInline(member.value, indent: indent + 2)
            }
        }
    }

    private mutating func write(key: String, indent: Int) {
        let text = TextStyle(inline: key).written
        if text.unicodeScalars.count > YAMLWriter.longestKey {
            output += "? " + text + "\n"
            pad(indent)
        } else {
            output += text
        }
        output += ":"
    }

    /// A value that starts on this line, and the line's end. A block's lines stand at `indent`.
    mutating func writeInline(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: output += "null"
        case .bool(let flag): output += flag ? "true" : "false"
        case .number(let number): output += number.text
        case .array, .object: output += writeFlowYAML(value)
        case .string(let text):
            if TextStyle.survivesBlock(text) {
                writeBlock(text, indent: max(indent, 2))
                return
            }
            output += TextStyle(inline: text).written
        }
        output += "\n"
    }

    /// A literal block, from its `|` on; `indent` is two more than that of what holds it.
    mutating func writeBlock(_ text: String, indent: Int) {
        output += TextStyle.blockHeader(of: text) + "\n"
        writeBlockLines(text, indent: indent)
    }

    mutating func writeBlockLines(_ text: String, indent: Int) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        for line in lines {
            if !line.isEmpty { pad(indent) }
            output += line + "\n"
        }
    }

    private mutating func pad(_ count: Int) { output += String(repeating: " ", count: count) }
}
