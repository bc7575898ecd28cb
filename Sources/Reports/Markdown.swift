internal import Diagnostics

/// What all comments on a pull request are made of.
///
/// Nothing in them that users wrote can end a block, make a link or call somebody's name.
enum Markdown {
    /// Of each list.
    static let mostRows = 20
    /// In bytes; a block that is longer is cut.
    static let longestBlock = 12_000
    /// In bytes, escapes counted: names and messages, twenty in each list, leave room for the blocks.
    private static let longestWord = 400
    /// In characters: a line of minified code says nothing beyond this.
    private static let longestLine = 1000

    /// As many rows as fit into `room` bytes, and the count of the rest.
    static func list(_ title: String, _ rows: [String], room: Int) -> String {
        guard !rows.isEmpty else { return "" }
        var text = "\n\(title)\n\n"
        var shown = 0
        while shown < min(rows.count, mostRows) {
            let row = "- \(code(rows[shown]))\n"
            guard text.utf8.count + row.utf8.count <= room else { break }
            text += row
            shown += 1
        }
        return text + (rows.count > shown ? "- \(rows.count - shown) more\n" : "")
    }

    /// A part that is folded, or can be: its summary is Markdown already, the lines are shown as they are.
    static func folded(_ summary: String, _ lines: [String], isOpen: Bool = false) -> String {
        let body = cut(lines)
        let fence = fence(around: body)
        return "\n<details\(isOpen ? " open" : "")><summary>\(summary)</summary>\n\n"
            + "\(fence)diff\n\(body)\n\(fence)\n\n</details>\n"
    }

    /// What is wrong and what to know, a row for each; notes are left out. It has no empty line around it.
    static func told(_ diagnostics: [Diagnostic]) -> String {
        let told = diagnostics.filter { $0.severity != .note }
        var text = ""
        for diagnostic in told.prefix(mostRows) {
            let place = diagnostic.mark.flatMap(placeText).map { " " + code($0) } ?? ""
            text += "- \(diagnostic.severity.rawValue): \(code(diagnostic.message))\(place)\n"
        }
        return text + (told.count > mostRows ? "- \(told.count - mostRows) more\n" : "")
    }

    /// A link, where the address is one of the web that needs no escapes; else the words alone.
    static func link(_ words: String, to url: String?) -> String {
        guard let url, isPlain(url) else { return words }
        return "[\(words)](\(url))"
    }

    /// Whether a URL can stand in a link as it is: nothing in it ends the link or the line.
    private static func isPlain(_ url: String) -> Bool {
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.utf8.count <= longestWord else { return false }
        return url.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~:/?#@=&%+,;".utf8.contains(byte)
            }
        }
    }

    /// The lines that fit into a block.
    private static func cut(_ lines: [String]) -> String {
        var text = ""
        for (index, line) in lines.enumerated() {
            let line = line.count > longestLine ? line.prefix(longestLine) + "..." : line
            guard text.utf8.count + line.utf8.count < longestBlock else {
                return text + "\n# \(counted(lines.count - index, "more line")) not shown"
            }
            text += (text.isEmpty ? "" : "\n") + line
        }
        return text
    }

    /// User text in line, as code: inside it hosts look neither for names nor for links.
    ///
    /// Every character that Markdown or HTML could read is written as an entity, which neither reads as its own.
    static func code(_ text: String) -> String {
        var result = ""
        for scalar in printable(text).unicodeScalars {
            guard result.utf8.count < longestWord else {
                result += "..."
                break
            }
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", "/", "-", ":": result.unicodeScalars.append(scalar)
            case _ where scalar.isASCII: result += "&#\(scalar.value);"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "<code>\(result)</code>"
    }

    /// A fence longer than any run of backticks in the text, so that no line of it ends the block.
    private static func fence(around text: String) -> String {
        var (longest, run) = (2, 0)
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return String(repeating: "`", count: longest + 1)
    }
}
