internal import Diagnostics

extension EventParser.Problem {
    /// The complaint in our words, with a hint where its cause is known.
    func diagnostic(in source: SourceText) -> Diagnostic {
        isEncoding ? encoding(in: source) : syntax(in: source)
    }

    private func encoding(in source: SourceText) -> Diagnostic {
        let place = source.place(of: offset + source.byteOrderMarkLength)
        let isControl = text.hasPrefix("control")
        let code = String(max(value, 0), radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: max(0, (isControl ? 4 : 2) - code.count)) + code
        let message =
            isControl
            ? "the character U+\(digits) is not allowed in YAML"
            : "the file is not UTF-8: \(text)" + (value >= 0 ? " (byte 0x\(digits))" : "")
        let hint =
            isControl && value != 0
            ? "Write it as an escape in double quotes: \"\\u\(digits)\"." : "Save the file as text in UTF-8."
        return Diagnostic(
            .error, isControl ? "yaml-syntax" : "not-utf8", message,
            at: SourceMark(file: source.file, line: place.line, column: place.column),
            excerpt: source.line(place.line), hint: hint)
    }

    private func syntax(in source: SourceText) -> Diagnostic {
        let line = source.line(line)
        let character = line.flatMap { line in
            line.unicodeScalars.dropFirst(column - 1).first
        }
        let (message, hint) = words(at: character)
        var related: [Diagnostic.Related] = []
        if let context, contextLine != self.line || contextColumn != column {
            related.append(
                Diagnostic.Related(
                    SourceMark(file: source.file, line: contextLine, column: contextColumn), context + ", from here"))
        }
        return Diagnostic(
            .error, "yaml-syntax", message, at: SourceMark(file: source.file, line: self.line, column: column),
            excerpt: line, hint: hint, related: related)
    }

    private func words(at character: Unicode.Scalar?) -> (message: String, hint: String?) {
        switch text {
        case "found character that cannot start any token" where character == "\t":
            return ("a tab cannot be used for indentation", "Indent with spaces.")
        case "found character that cannot start any token":
            let shown = character.map { "'\($0)'" } ?? "this character"
            return ("a plain value cannot start with \(shown)", "Quote the value.")
        case "mapping values are not allowed in this context":
            return (
                "a ':' is not allowed here",
                "Quote a value that contains ': ', or check how this line is indented."
            )
        case "could not find expected ':'":
            return (
                "a key without a ':' after it", "A line of a map is 'key: value'; a text of several lines is indented."
            )
        case "did not find expected key", "did not find expected '-' indicator":
            return (text, "Check how this line is indented against the lines before it.")
        case "did not find expected <document start>":
            return ("text after the end of the document", "Separate documents by a line '---'.")
        case "did not find expected alphabetic or numeric character":
            return ("a name must follow '*' and '&'", "Quote a value that starts with '*' or '&'.")
        case "found unknown escape character":
            return (text, "In double quotes a backslash starts an escape; single quotes take it as it is.")
        case "found unexpected end of stream":
            return ("a quoted text does not end", nil)
        default: return (text, nil)
        }
    }
}
