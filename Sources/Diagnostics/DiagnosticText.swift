extension Diagnostic {
    /// The diagnostic as text for a person, several lines, the last one ended.
    ///
    ///     error: unknown field 'modelref' [unknown-field]
    ///       --> services/scoring.yaml:9:7
    ///        |
    ///      9 |       modelref: aBcD1234
    ///        |       ^^^^^^^^
    ///        = Did you mean 'modelRef'?
    ///
    /// Control characters in user text are shown escaped, so that a manifest cannot drive the terminal.
    package func text(color: Bool = false) -> String {
        let paint = { (code: String, text: String) in color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
        let tint =
            switch severity {
            case .error: "1;31"
            case .warning: "1;33"
            case .note: "1;36"
            }
        var lines = [
            paint(tint, severity.rawValue) + paint("1", ": \(Diagnostic.printable(message))") + " [\(code)]"
        ]
        let number = mark.map { String($0.line) } ?? ""
        let gutter = String(repeating: " ", count: max(number.count, 2))
        if let mark { lines.append("\(gutter)\(paint("34", "-->")) \(Diagnostic.printable("\(mark)"))") }
        if let mark, let excerpt {
            let (source, caret) = Diagnostic.window(excerpt, column: mark.column, length: length)
            lines.append("\(gutter) \(paint("34", "|"))")
            lines.append(
                paint("34", String(repeating: " ", count: gutter.count - number.count) + number + " |") + " \(source)")
            lines.append("\(gutter) \(paint("34", "|")) \(paint(tint, caret))")
        }
        if let address { lines.append("\(gutter) \(paint("34", "=")) in \(Diagnostic.printable(address))") }
        for place in related {
            lines.append("\(gutter) \(paint("34", "=")) \(Diagnostic.printable("\(place.message): \(place.mark)"))")
        }
        if let hint { lines.append("\(gutter) \(paint("34", "=")) \(Diagnostic.printable(hint))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `text` with control characters, bidirectional overrides and line breaks shown as escapes.
    package static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09: result.append(" ")
            case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF:
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The part of a long line around the place, and the carets below it.
    private static func window(_ line: String, column: Int, length: Int) -> (source: String, caret: String) {
        let widest = 100
        let scalars = Array(line.unicodeScalars)
        let place = min(max(column - 1, 0), scalars.count)
        let start = place > widest - 20 ? place - 20 : 0
        let end = min(scalars.count, start + widest)
        var source = start > 0 ? "…" : ""
        var offset = 0
        for index in start..<max(start, end) {
            if index == place { offset = source.unicodeScalars.count }
            source += printable(String(scalars[index]))
        }
        if place >= end { offset = source.unicodeScalars.count }
        if end < scalars.count { source += "…" }
        let carets = max(1, min(length, max(1, end - place)))
        return (source, String(repeating: " ", count: offset) + String(repeating: "^", count: carets))
    }
}
