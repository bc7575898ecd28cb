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
        case blue = "34"
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

/// How many columns a text takes, one for each character: good enough to align what is mostly ASCII.
func columns(_ text: String) -> Int { text.count }

func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
}

/// `1 change`, `2 changes`.
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
