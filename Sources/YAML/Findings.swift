internal import Diagnostics

/// The diagnostics of one text, as many as its limit allows.
struct Findings {
    private(set) var diagnostics: [Diagnostic] = []
    private let limit: Int
    private var dropped = 0

    init(limit: Int) { self.limit = limit }

    /// Makes the diagnostic only while there is room for it.

    mutating func add(_ diagnostic: @autoclosure () -> Diagnostic) {
        if diagnostics.count < limit { diagnostics.append(diagnostic()) } else { dropped += 1 }
    }

    /// In file order; with a note at the end when some were dropped.
    func all(of source: SourceText) -> [Diagnostic] {
        let sorted = diagnostics.inFileOrder
        guard dropped > 0 else { return sorted }
        let file = Diagnostic.printable(source.file)
        return sorted + [Diagnostic(.note, "more-problems", "\(dropped) more problems of '\(file)' are not shown")]
    }
}

/// Thrown where reading a text cannot go on; the diagnostic says why.
struct Halt: Error {
    let diagnostic: Diagnostic
}

/// The start of a text that a message names: a scalar may be the whole file.
func clipped(_ text: String) -> String {
    let longest = 80
    let scalars = text.unicodeScalars.prefix(longest)
    return scalars.endIndex == text.endIndex ? text : String(scalars) + "…"
}
