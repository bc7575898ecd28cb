internal import Diagnostics

/// Problems told of one load, whatever its files, documents and environments: who has more has one cause for most of
/// them.
let maximumProblems = 1000

/// What is wrong with the files of one load, each problem once; never much more than is told.
struct Problems {
    private(set) var diagnostics: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []
    private var errors = 0
    private var others = 0

    /// Whether there are more errors than are told: then the rest of the work can be left.
    var isFull: Bool { errors > maximumProblems }

    mutating func add(_ told: some Sequence<Diagnostic>) {
        for diagnostic in told {
            let isError = diagnostic.severity == .error
            guard (isError ? errors : others) <= maximumProblems, seen.insert(diagnostic).inserted else { continue }
            if isError { errors += 1 } else { others += 1 }
            diagnostics.append(diagnostic)
        }
    }
}

extension Diagnostic {
    /// The code of a diagnostic whose line holds a secret.
    static let literalSecretCode = "literal-secret"

    /// Told last, where not all is told. An error only if errors are left out: warnings stop nobody.
    fileprivate static func tooManyProblems(_ severity: Severity) -> Diagnostic {
        Diagnostic(
            severity, "too-many-problems", "there are more than \(maximumProblems) problems; the rest is not told",
            hint: "Most of them may have one cause: mend the first ones and look again.")
    }
}

extension Array where Element == Diagnostic {
    /// The diagnostics, each once and in file order, errors before warnings where there are too many; no line that
    /// holds a literal secret is shown.
    var presentable: [Diagnostic] {
        let line = { (told: Diagnostic) in told.mark.map { SourceMark(file: $0.file, line: $0.line) } }
        let hidden = Set(filter { $0.code == Diagnostic.literalSecretCode }.compactMap(line))
        var seen: Set<Diagnostic> = []
        let distinct = compactMap { told in
            var told = told
            if let place = line(told), hidden.contains(place) { told.excerpt = nil }
            return seen.insert(told).inserted ? told : nil
        }.inFileOrder
        guard distinct.count > maximumProblems else { return distinct }
        let errors = distinct.filter { $0.severity == .error }
        let others = distinct.filter { $0.severity != .error }
        let severity: Diagnostic.Severity = errors.count > maximumProblems ? .error : .warning
        let told = errors.prefix(maximumProblems) + others.prefix(Swift.max(0, maximumProblems - errors.count))
        // The work may have stopped before a literal secret was found: no line is shown that could hold one.
        let bare = told.map { told in
            var told = told
            told.excerpt = nil
            return told
        }
        return bare.inFileOrder + [.tooManyProblems(severity)]
    }
}
