internal import Diagnostics

/// The diagnostics of one text, as many as its limit allows.
struct Findings {
    private(set) var diagnostics: [Diagnostic] = []
    private let limit: Int
    private var dropped = 0

    init(limit: Int) { self.limit = limit }

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
