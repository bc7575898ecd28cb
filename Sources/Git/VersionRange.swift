/// A range of versions: `>=1.2 <2`, `^1.2`, `~1.2`, `1.x`, `*`; several with `||` between them.
///
/// Read as npm reads it. A prerelease belongs to it only where one of its parts names a prerelease of the same three
/// numbers: nobody gets a release candidate who did not ask for one.
struct VersionRange: Hashable {
    private struct Part: Hashable {
        /// Included; nil: from the first.
        var from: SemanticVersion?
        /// Not included; nil: without an end.
        var below: SemanticVersion?
        /// Whether it holds nothing.
        var isEmpty = false
        /// The version that was named with a prerelease.
        var named: SemanticVersion?
    }

    private let alternatives: [[Part]]

    /// Nil when the text is no range.
    init?(_ text: String) {
        var alternatives: [[Part]] = []
        for alternative in VersionRange.alternatives(text) {
            guard let parts = VersionRange.parts(alternative) else { return nil }
            alternatives.append(parts)
        }
        self.alternatives = alternatives
    }

    func contains(_ version: SemanticVersion) -> Bool {
        alternatives.contains { parts in
            let lies = parts.allSatisfy { part in
                !part.isEmpty && part.from.map { $0 <= version } ?? true && part.below.map { version < $0 } ?? true
            }
            guard lies, !version.prerelease.isEmpty else { return lies }
            return parts.contains { $0.named?.numbers == version.numbers }
        }
    }

    private static func alternatives(_ text: String) -> [Substring] {
        var found: [Substring] = []
        var rest = text[...]
        while let first = rest.indices.first(where: { rest[$0...].hasPrefix("||") }) {
            found.append(rest[..<first])
            rest = rest[rest.index(first, offsetBy: 2)...]
        }
        return found + [rest]
    }

    private static func parts(_ text: Substring) -> [Part]? {
        var parts: [Part] = []
        var words = text.split { $0 == " " || $0 == "," || $0 == "\t" }[...]
        guard !words.isEmpty else { return nil }
        while var word = words.popFirst() {
            // `1.2 - 1.4`, both included.
            if words.first == "-" {
                guard words.count >= 2, let from = version(word), let upTo = version(words[words.startIndex + 1]) else {
                    return nil
                }
                words = words.dropFirst(2)
                parts.append(comparison(">=", from))
                parts.append(comparison("<=", upTo))
                continue
            }
            let sign = word.prefix { "<>=^~!".contains($0) }
            word = word.dropFirst(sign.count)
            // `>= 1.2`
            if word.isEmpty, let next = words.popFirst() { word = next }
            guard ["", "=", "==", ">", ">=", "<", "<=", "^", "~"].contains(sign), let version = version(word) else {
                return nil
            }
            parts.append(comparison(sign, version))
        }
        return parts
    }

    private static func version(_ text: Substring) -> PartialVersion? {
        PartialVersion(text.hasPrefix("v") ? text.dropFirst() : text)
    }

    private static func comparison(_ sign: Substring, _ version: PartialVersion) -> Part {
        let lowest = version.lowest
        let count = version.numbers.count
        let named = version.prerelease.isEmpty ? nil : lowest
        // What `1.2` or `1.2.3` stands for as a whole ends here; of a prerelease there is only the one.
        let end = named == nil ? version.after(count) : nil
        switch sign {
        case ">=": return Part(from: lowest, named: named)
        case ">":
            if count == 0 { return Part(isEmpty: true) }
            return Part(from: end ?? after(lowest), named: named)
        case "<":
            if count == 0 { return Part(isEmpty: true) }
            return Part(below: lowest, named: named)
        case "<=": return Part(below: end ?? (count == 0 ? nil : after(lowest)), named: named)
        case "^":
            // The first number that is not zero stays; of `^0.0` both do.
            let kept = version.numbers.firstIndex { $0 != 0 }.map { $0 + 1 } ?? count
            return Part(from: lowest, below: version.after(kept), named: named)
        case "~": return Part(from: lowest, below: version.after(min(count, 2)), named: named)
        default:
            return Part(from: lowest, below: end ?? (count == 0 ? nil : after(lowest)), named: named)
        }
    }

    /// The next version of all: one more part of its prerelease, or, of a release, the next patch's first prerelease.
    private static func after(_ version: SemanticVersion) -> SemanticVersion {
        SemanticVersion(
            version.numbers[0], version.numbers[1], version.numbers[2], prerelease: version.prerelease + [.number(0)])
    }
}
