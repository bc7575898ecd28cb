/// Whether a text is well-formed markup, as far as what we write goes: elements that close in order, quoted attributes, known
/// entities, no stray sign. An independent parser reads the snapshots in Tests/Schemas.
enum XMLCheck {
    private static let entities: Set<Substring> = ["amp", "lt", "gt", "quot", "#39"]

    /// What is wrong first; nil when nothing is.
    static func problem(in text: String) -> String? {
        var rest = Substring(text)
        var open: [Substring] = []
        while let sign = rest.firstIndex(where: { "<>&".contains($0) }) {
            if rest[sign] == ">" {
                if open.last != "style" { return "a stray '>'" }
                rest = rest[rest.index(after: sign)...]
                continue
            }
            let end: Character = rest[sign] == "&" ? ";" : ">"
            let body = rest[rest.index(after: sign)...]
            guard let stop = body.firstIndex(of: end) else { return "no '\(end)' after '\(body.prefix(20))'" }
            let content = body[..<stop]
            rest = body[body.index(after: stop)...]
            if end == ";" {
                guard entities.contains(content) else { return "the entity '\(content.prefix(20))'" }
            } else if content.hasPrefix("?") || content.hasPrefix("!") {
                continue
            } else if content.hasPrefix("/") {
                guard let last = open.popLast(), last == content.dropFirst() else { return "</\(content.prefix(20))>" }
            } else {
                guard attributesAreQuoted(content) else { return "the attributes of '\(content.prefix(60))'" }
                if !content.hasSuffix("/") { open.append(content.prefix { $0 != " " }) }
            }
        }
        return open.isEmpty ? nil : "'\(open)' are not closed"
    }

    /// `name a="…" b="…"`, with no quote or sign inside that ends a value.
    private static func attributesAreQuoted(_ tag: Substring) -> Bool {
        let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count % 2 == 1 else { return false }
        return parts.enumerated().allSatisfy { index, part in
            if index % 2 == 1 { return !part.contains("<") }
            if index == parts.count - 1 { return ["", "/"].contains(part) || parts.count == 1 }
            return part.hasSuffix("=")
        }
    }
}
