/// One thing that we tell the user: what, where, and what to do.
///
/// The `code` is stable and may be matched by scripts; the words are not. A message names what it speaks of in
/// single quotes and ends without a full stop; a hint is a sentence or two.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable { case error, warning, note }

    package var severity: Severity
    /// Lower case with hyphens, as `unknown-field`.
    package var code: String
    package var message: String
    package var mark: SourceMark?
    /// The source line at `mark`, without its line break. Nil where the text is not at hand.
    package var excerpt: String?
    /// How many characters from `mark` on the caret underlines; at least 1.
    package var length: Int
    package var hint: String?
    /// The address of the resource spoken of, as `Deployment/scoring-on-prod`.
    package var address: String?
    /// Other places that belong to it, each with a word: "declared here first".
    package var related: [Related]

    package struct Related: Hashable, Sendable {
        package let mark: SourceMark
        package let message: String

        package init(_ mark: SourceMark, _ message: String) {
            self.mark = mark
            self.message = message
        }
    }

    package init(
        _ severity: Severity, _ code: String, _ message: String, at mark: SourceMark? = nil, excerpt: String? = nil,
        length: Int = 1, hint: String? = nil, address: String? = nil, related: [Related] = []
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.mark = mark
        self.excerpt = excerpt
        self.length = length
        self.hint = hint
        self.address = address
        self.related = related
    }
}

/// An error that knows how to tell itself to a user.
package protocol DiagnosableError: Error {
    var diagnostic: Diagnostic { get }
}

extension Array where Element == Diagnostic {
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// In the order of files and lines; those without a place come first, in the order given.
    package var inFileOrder: [Diagnostic] {
        enumerated().sorted { left, right in
            switch (left.element.mark, right.element.mark) {
            case (let a?, let b?) where a != b: a < b
            case (nil, _?): true
            case (_?, nil): false
            default: left.offset < right.offset
            }
        }.map(\.element)
    }
}
