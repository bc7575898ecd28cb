internal import Diagnostics
internal import JSON

extension YAMLNode {
    /// Whether this is the key `<<`, unquoted.
    var isMergeKey: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return scalar.isPlain && scalar.tag == nil && scalar.text == "<<"
    }
}

extension YAMLReader {
    /// Whether a node may be a key; says why if not.
    mutating func accepts(key: YAMLNode) -> Bool {
        guard case .scalar(let scalar) = key.content else {
            findings.add(
                key.diagnostic(
                    .error, "not-a-key", "\(key.typeName) cannot be a key",
                    hint: "Quote a text that starts with '{' or '['."))
            return false
        }
        switch scalar.value {
        case .null, .bool:
            let name = scalar.text.isEmpty ? "an empty key" : "the key '\(scalar.text)'"
            findings.add(
                key.diagnostic(
                    .error, "not-a-key", "\(name) is \(scalar.value.typeName), not a string", hint: "Quote it."))
            return false
        default: return true
        }
    }

    /// The members with those that merge keys bring, each group in the place of its merge key.
    ///
    /// A member written in the mapping wins over a merged one, an earlier merged one over a later.
    mutating func merging(_ members: [YAMLNode.Member]) throws(Halt) -> [YAMLNode.Member] {
        var taken = Set(members.lazy.filter { !$0.key.isMergeKey }.map(\.name))
        var result: [YAMLNode.Member] = []
        for member in members {
            guard member.key.isMergeKey else {
                result.append(member)
                continue
            }
            for source in mergeSources(member.value) {
                // A walk of the whole mapping each time: it counts, or a list of aliases would cost more than it shows.
                try spend(expanding: source.count, at: member.key)
                for merged in source where taken.insert(merged.name).inserted { result.append(merged) }
            }
        }
        return result
    }

    private mutating func mergeSources(_ value: YAMLNode) -> [[YAMLNode.Member]] {
        switch value.content {
        case .mapping(let members): return [members]
        case .sequence(let elements):
            return elements.compactMap { element in
                if case .mapping(let members) = element.content { return members }
                findings.add(.badMerge(element))
                return nil
            }
        case .scalar:
            findings.add(.badMerge(value))
            return []
        }
    }
}

extension [YAMLNode.Member] {
    /// Keeps the first member of each key; `report` gets the key of each other one and that of the first.
    mutating func removeRepeatedKeys(report: (_ repeated: YAMLNode, _ first: YAMLNode) -> Void) {
        var first: [String: YAMLNode] = [:]
        removeAll { member in
            guard let earlier = first[member.name] else {
                first[member.name] = member.key
                return false
            }
            report(member.key, earlier)
            return true
        }
    }
}

extension Diagnostic {
    static func duplicateKey(_ key: YAMLNode, first: YAMLNode) -> Diagnostic {
        key.diagnostic(
            .error, "duplicate-key", "the key '\(clipped(key.scalar?.text ?? ""))' is there twice",
            related: [Related(first.mark, "first here")])
    }

    static func badMerge(_ value: YAMLNode) -> Diagnostic {
        value.diagnostic(
            .error, "bad-merge", "'<<' merges a map or a list of maps, not \(value.typeName)",
            hint: "Quote the key if it is meant as text.")
    }
}
