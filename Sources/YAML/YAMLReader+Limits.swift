internal import Diagnostics

extension YAMLReader {
    /// Counts what is written.
    mutating func spend(_ size: Int) throws(Halt) {
        writtenSize += size
        guard writtenSize + expandedSize <= limits.size else {
            throw Halt(diagnostic: .tooLarge(limits, at: place()))
        }
    }

    /// Counts what an alias brings in.
    mutating func spend(expanding size: Int, at place: YAMLNode) throws(Halt) {
        expandedSize += size
        let most = min(limits.size - writtenSize, max(limits.freeExpansion, limits.expansion * writtenSize))
        guard expandedSize <= most else {
            throw Halt(
                diagnostic: place.diagnostic(
                    .error, "alias-bomb", "the aliases up to here stand for more than \(most) values",
                    hint: "Aliases inside aliases multiply; write less through them."))
        }
    }

    func unknownAlias(_ name: String, at place: YAMLNode) -> Diagnostic {
        if openAnchors.contains(name) {
            return place.diagnostic(
                .error, "unknown-alias", "the alias '*\(name)' stands inside the value that it names")
        }
        let hint = closest(to: name, among: anchors.keys).map { "Did you mean '*\($0)'?" }
        return place.diagnostic(
            .error, "unknown-alias", "no anchor '&\(name)' stands before this alias in its document",
            hint: hint ?? "Quote a text that starts with '*'.")
    }
}

extension Diagnostic {
    static func tooDeep(_ limits: YAMLLimits, at place: YAMLNode) -> Diagnostic {
        place.diagnostic(.error, "too-deep", "nested deeper than \(limits.depth) levels")
    }

    static func tooLarge(_ limits: YAMLLimits, at place: YAMLNode) -> Diagnostic {
        place.diagnostic(
            .error, "too-large", "the file holds more than \(limits.size) values", hint: "Split it into several files.")
    }
}
