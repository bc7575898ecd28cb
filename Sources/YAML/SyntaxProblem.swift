internal import Diagnostics

extension EventParser.Problem {
    /// The complaint in our words, with a hint where its cause is known.
    func diagnostic(in source: SourceText) -> Diagnostic {
        guard isEncoding else { return syntax(in: source) }
        return text.hasPrefix("control") ? controlCharacter(in: source) : source.notUTF8()
    }

    private func controlCharacter(in source: SourceText) -> Diagnostic {
        let digits = String(max(value, 0), radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let hint = value == 0 ? "Save the file as text in UTF-8." : "Write it in double quotes, as \"\\u\(code)\"."
        return source.diagnostic(
            at: offset + source.byteOrderMarkLength, "yaml-syntax", "the character U+\(code) is not allowed in YAML",
            hint: hint)
    }

    private func syntax(in source: SourceText) -> Diagnostic {
        // What never ends is found at the end of the file; its start is what helps.
        let isAtStart =
            context != nil && ["found unexpected end of stream", "could not find expected ':'"].contains(text)
        let (line, column) = isAtStart ? (contextLine, contextColumn) : (self.line, self.column)
        let excerpt = source.line(line)
        var (message, hint) = words(at: column, of: excerpt ?? "")
        if let excerpt, ["<<<<<<<", "=======", ">>>>>>>"].contains(where: { excerpt.hasPrefix($0) }) {
            hint = "This looks like a merge conflict of git that was not resolved."
        }
        var related: [Diagnostic.Related] = []
        if let context, (contextLine, contextColumn) != (line, column) {
            let start = SourceMark(file: source.file, line: contextLine, column: contextColumn)
            related.append(Diagnostic.Related(start, Self.starts[context] ?? context + ", from here"))
        }
        return Diagnostic(
            .error, "yaml-syntax", message, at: SourceMark(file: source.file, line: line, column: column),
            excerpt: excerpt, hint: hint, related: related)
    }

    /// What libyaml was at, in the words for the place where that started.
    private static let starts = [
        "while parsing a block mapping": "the map starts here",
        "while parsing a flow mapping": "the map starts here",
        "while parsing a block collection": "the list starts here",
        "while parsing a flow sequence": "the list starts here",
        "while parsing a quoted scalar": "the text starts here",
        "while scanning a quoted scalar": "the text starts here",
        "while scanning a plain scalar": "the text starts here",
        "while scanning a block scalar": "the text starts here",
        "while scanning a simple key": "the key starts here",
    ]

    private func words(at column: Int, of line: String) -> (message: String, hint: String?) {
        let before = line.unicodeScalars.prefix(column - 1)
        let character = line.unicodeScalars.dropFirst(column - 1).first
        switch text {
        case "found character that cannot start any token" where character != "\t":
            let shown = character.map { "'\($0)'" } ?? "this character"
            return ("a value cannot start with \(shown)", "Quote the value.")
        case "did not find expected key", "did not find expected '-' indicator":
            return before.allSatisfy { $0 == " " }
                ? ("this line does not fit those before it", "Check how it is indented.")
                : ("text after the end of a value", "Quote the whole value.")
        default: return Self.words[text] ?? (text, nil)
        }
    }

    private static let words: [String: (message: String, hint: String?)] = [
        "found character that cannot start any token": ("a tab cannot be used for indentation", "Indent with spaces."),
        "found a tab character that violates indentation":
            ("a tab cannot be used for indentation", "Indent with spaces."),
        "found a tab character where an indentation space is expected":
            ("a tab cannot be used for indentation", "Indent with spaces."),
        "mapping values are not allowed in this context":
            ("a ':' is not allowed here", "Quote a value that contains ': ', or check how this line is indented."),
        "block sequence entries are not allowed in this context":
            ("a list cannot start here", "Put '- ' on the next line, or quote a text that starts with '- '."),
        "could not find expected ':'":
            ("a key without a ':' after it", "A line of a map is 'key: value'; a text of several lines is indented."),
        "did not find expected ',' or ']'": ("expected ',' or ']'", nil),
        "did not find expected ',' or '}'": ("expected ',' or '}'", "Quote a text that contains '{'."),
        "did not find expected node content": ("expected a value", nil),
        "did not find expected <document start>":
            ("text after the end of the document", "Separate documents by a line '---'."),
        "did not find expected alphabetic or numeric character":
            ("a name must follow '*' and '&'", "Quote a value that starts with '*' or '&'."),
        "found unknown escape character":
            (
                "an unknown escape",
                "In double quotes a backslash starts an escape; single quotes take it as it is."
            ),
        "found invalid Unicode character escape code":
            ("an escape that names no character", "Write a character beyond U+FFFF as '\\U0001F600'."),
        "found unexpected end of stream": ("a quoted text does not end", nil),
        "found undefined tag handle": ("unknown tag", "Remove it; quote the value if '!' is meant as text."),
        "found incompatible YAML document": ("this version of YAML is not known", "Remove the line."),
    ]
}
