internal import JSON
internal import Planning

/// The changed fields of one resource as lines, for text and Markdown alike.
struct FieldText {
    /// What stands in front of a line, as in a diff.
    enum Sign: String {
        case added = "+"
        case removed = "-"
        case changed = "~"
        case none = " "

        var tint: TextStyle.Tint? {
            switch self {
            case .added: .green
            case .removed: .red
            case .changed: .yellow
            case .none: nil
            }
        }
    }

    struct Line: Hashable {
        let sign: Sign
        let text: String

        static let blank = Line(sign: .none, text: "")
    }

    let lines: [Line]

    /// `width` bounds a line that holds a field's name and both values; `rows` the lines of one value.
    init(_ fields: [FieldChange], width: Int, rows: Int) {
        // A long name does not push all values to the right.
        let widest = 40
        let names = fields.map { columns(printable($0.path)) }.filter { $0 <= widest }.max() ?? 0
        lines = fields.flatMap { FieldText.lines($0, names: names, width: width, rows: rows) }
    }

    private static func lines(_ field: FieldChange, names: Int, width: Int, rows: Int) -> [Line] {
        let sign = sign(field)
        let path = printable(field.path)
        let mark = remarks(field)
        if case .changed = sign, let texts = difference(field.before, field.after) {
            return [Line(sign: sign, text: path + mark)] + diff(texts.before, texts.after, rows: rows)
        }
        let parts = [field.before, field.after].filter { $0 != .absent }
        if parts.count == 1, let text = block(parts[0]), hasLines(text) {
            let added = sign == .added
            return [Line(sign: sign, text: path + mark)]
                + diff(added ? "" : text, added ? text : "", rows: rows)
        }
        let texts = parts.map(inline)
        let line = padded(path, to: names) + "  " + texts.joined(separator: " -> ") + mark
        if columns(line) <= width || texts.count < 2 { return [Line(sign: sign, text: line)] }
        return [
            Line(sign: sign, text: path + mark), Line(sign: .none, text: "     " + texts[0]),
            Line(sign: .none, text: "  -> " + texts[1]),
        ]
    }

    /// What is said behind the values: why it differs, and what can't be done.
    private static func remarks(_ field: FieldChange) -> String {
        var words: [String] = []
        switch field.origin {
        case .manifest: break
        case .drift: words.append("drift: live was changed")
        case .conflict: words.append("conflict: live was changed too" + (field.applied.map(appliedText) ?? ""))
        }
        if field.isImmutable, field.before != .absent { words.append("can't be changed in place") }
        return words.map { "  (\($0))" }.joined()
    }

    private static func appliedText(_ applied: ShownValue) -> String {
        if applied == .absent { return "; nothing was applied" }
        let text = inline(applied)
        return text.count <= longestInline ? "; \(text) was applied" : "; what was applied is neither"
    }

    private static func sign(_ field: FieldChange) -> Sign {
        switch (field.before, field.after) {
        case (.absent, _): .added
        case (_, .absent), (_, .value(.null)): .removed
        default: .changed
        }
    }

    /// The texts of two values that are better compared line by line; nil for all others.
    static func difference(_ before: ShownValue, _ after: ShownValue) -> (before: String, after: String)? {
        guard let before = block(before), let after = block(after), hasLines(before) || hasLines(after) else {
            return nil
        }
        return (before, after)
    }

    /// By scalars: a line break after a carriage return, as Windows has it, is one character with it.
    private static func hasLines(_ text: String) -> Bool { text.unicodeScalars.contains("\n") }

    static func diff(_ before: String, _ after: String, rows: Int) -> [Line] {
        let lines = LineDiff(before, after).lines.map { line in
            switch line {
            case .same(let text): Line(sign: .none, text: indented(text))
            case .removed(let text): Line(sign: .removed, text: indented(text))
            case .added(let text): Line(sign: .added, text: indented(text))
            case .skipped(let count): Line(sign: .none, text: "    ... \(counted(count, "equal line"))")
            }
        }
        guard lines.count > rows else { return lines }
        return lines.prefix(rows)
            + [Line(sign: .none, text: "    ... \(counted(lines.count - rows, "more line")), not shown")]
    }

    /// A value that is better read over several lines: text with line breaks, and what holds several values.
    private static func block(_ shown: ShownValue) -> String? {
        guard case .value(let value) = shown else { return nil }
        switch value {
        case .string(let text) where text.unicodeScalars.dropLast().contains("\n"): return text
        case .string(let text): return JSONValue.string(text).text()
        case .array, .object:
            let inline = value.text(.compact)
            return inline.count <= longestInline ? inline : value.text(.pretty)
        default: return value.text()
        }
    }

    private static let longestInline = 60
    /// A line of minified code says nothing beyond this.
    private static let longestLine = 500

    /// A value in one line, cut where it is long.
    static func inline(_ shown: ShownValue) -> String {
        switch shown {
        case .absent: ""
        case .secret(let state): "(secret, \(printable(state)))"
        case .value(.string(let text)): shortened(printable(JSONValue.string(text).text()))
        case .value(let value): shortened(printable(value.text(.compact)))
        }
    }

    private static func indented(_ text: some StringProtocol) -> String {
        text.isEmpty ? "" : "    " + shortened(printable(String(text)))
    }

    private static func shortened(_ text: String) -> String {
        guard text.count > longestLine else { return text }
        return text.prefix(longestLine) + "... (\(text.count) characters)"
    }
}
