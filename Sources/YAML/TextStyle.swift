/// How a text is written in YAML on one line.
enum TextStyle {
    case plain(String), singleQuoted(String), doubleQuoted(String)

    init(inline text: String) {
        let isShown = text.unicodeScalars.allSatisfy(TextStyle.isShown)
        if isShown, TextStyle.isSafePlain(text) {
            self = .plain(text)
        } else if isShown, text.unicodeScalars.contains(where: { $0 == "\\" || $0 == "\"" }) {
            self = .singleQuoted(text)
        } else {
            self = .doubleQuoted(text)
        }
    }

    /// A text in single quotes; nil where it holds what these cannot.
    static func singleQuotes(_ text: String) -> String? {
        text.unicodeScalars.allSatisfy(isShown) ? TextStyle.singleQuoted(text).written : nil
    }

    var written: String {
        switch self {
        case .plain(let text): return text
        case .singleQuoted(let text):
            // By scalars: a quote with an accent on it is one Character, and still a quote.
            let quoted = text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }
            return "'" + quoted.joined() + "'"
        case .doubleQuoted(let text):
            var result = "\""
            for scalar in text.unicodeScalars { result += TextStyle.escaped(scalar) }
            return result + "\""
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        case _ where isShown(scalar): return String(scalar)
        default:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let width = scalar.value < 0x100 ? 2 : scalar.value < 0x10000 ? 4 : 8
            let letter = [2: "x", 4: "u", 8: "U"][width] ?? "U"
            return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
        }
    }

    /// Whether a character is written as it is: it is allowed in YAML, is no line break, and shows.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x200A, 0x2010...0x2027, 0x202F...0x205F, 0x2070...0xD7FF, 0xE000...0xFEFE,
            0xFF00...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }

    /// Whether any reader, of YAML 1.1 or 1.2, takes the text for a string when it stands without quotes.
    private static func isSafePlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        // A letter at the start rules out indicators, numbers, dates and sexagesimals at once.
        guard first.properties.isAlphabetic || first == "/" || first == "_" || first == "$", last != " " else {
            return false
        }
        var previous = first
        for scalar in text.unicodeScalars {
            switch scalar {
            case "#" where previous == " ": return false
            case " " where previous == ":": return false
            case ",", "[", "]", "{", "}", "\"", "'", "\\", "`": return false
            default: break
            }
            previous = scalar
        }
        return last != ":" && !words.contains(text.lowercased())
    }

    /// What YAML 1.1 or 1.2 takes for a boolean or a null.
    private static let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

    /// Whether a text is written as a literal block, and comes back from it as it was.
    static func survivesBlock(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        // Of a text that is nothing but line breaks, blocks tell too little.
        guard scalars.contains("\n"), let first = scalars.first(where: { $0 != "\n" }), first != "\t" else {
            return false
        }
        return scalars.allSatisfy { $0 == "\n" || $0 == "\t" || isShown($0) }
    }

    /// The `|` of a literal block and what says how its text begins and ends.
    ///
    /// The first line sets the indent, unless it is empty or starts with a space: then a number does.
    static func blockHeader(of text: String) -> String {
        let scalars = text.unicodeScalars
        let indent = scalars.first == "\n" || scalars.first(where: { $0 != "\n" }) == " " ? "2" : ""
        let ending = scalars.last != "\n" ? "-" : scalars.dropLast().last != "\n" ? "" : "+"
        return "|" + indent + ending
    }
}
