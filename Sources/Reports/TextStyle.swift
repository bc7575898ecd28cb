internal import Diagnostics

/// How a report is laid out as text.
package struct TextStyle: Sendable {
    package enum Verbosity: Sendable {
        /// One line for each object.
        case summary
        /// What changed, and why.
        case normal
        /// Nothing left out.
        case full
    }

    package var color: Bool
    /// Columns of the screen or page.
    package var width: Int
    package var verbosity: Verbosity

    package init(color: Bool = false, width: Int = 100, verbosity: Verbosity = .normal) {
        self.color = color
        // Narrower, nothing could be read any more.
        self.width = max(width, 40)
        self.verbosity = verbosity
    }

    enum Tint: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    func paint(_ tint: Tint?, _ text: String) -> String {
        guard color, let tint, !text.isEmpty else { return text }
        return "\u{1B}[\(tint.rawValue)m\(text)\u{1B}[0m"
    }

    /// How many lines of one long value, or rows of one list, are shown.
    var rows: Int { verbosity == .full ? .max : 20 }
}

/// User text as a terminal may show it.
func printable(_ text: String) -> String { Diagnostic.printable(text) }

/// How many columns a text takes on a terminal: East Asian characters and pictures take two.
func columns(_ text: String) -> Int {
    text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + columns($1) }
}

private func columns(_ character: Character) -> Int {
    switch character.unicodeScalars.first?.value ?? 0 {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        2
    default: 1
    }
}

/// The text where it is narrower than `width`, else its beginning and `...`.
func cut(_ text: String, below width: Int) -> String {
    guard columns(text) >= width else { return text }
    var result = ""
    var used = 3
    for character in text {
        used += columns(character)
        guard used < width else { break }
        result.append(character)
    }
    return result + "..."
}

func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
}

/// `1 change`, `2 changes`.
package func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
