package import Diagnostics
package import JSON

/// One declared field that live does not hold.
package struct FieldChange: Hashable, Sendable {
    /// As a user would name it: `apiNodes[http://node-1:12000].graphitePrefix`.
    package let path: String
    package var before: ShownValue
    package let after: ShownValue
    /// Only a new object can hold the new value.
    package let isImmutable: Bool
    /// Where the value is declared.
    package let mark: SourceMark
    /// Who moved: the manifest, the live object, or both.
    package var origin = Origin.manifest
    /// What was last applied, where that is neither of the two.
    package var applied: ShownValue?

    package enum Origin: String, Hashable, Sendable, CaseIterable { case manifest, drift, conflict }

    package init(path: String, before: ShownValue, after: ShownValue, isImmutable: Bool = false, mark: SourceMark) {
        self.path = path
        self.before = before
        self.after = after
        self.isImmutable = isImmutable
        self.mark = mark
    }
}

/// A value as plans and reports may show it: no secret is in it.
package enum ShownValue: Hashable, Sendable {
    case absent
    case value(JSONValue)
    /// A secret, and what is known of it: `set`, `changed`, `unavailable`.
    case secret(String)
}

/// Where a field lies in its document.
struct FieldPath: Sendable {
    enum Part: Hashable, Sendable {
        case name(String)
        /// An element of a keyed list: its key, and its place in the live list where it has one.
        case key(String, Int?)
        case index(Int)

        var isIndex: Bool { if case .index = self { true } else { false } }
    }

    var parts: [Part] = []
    /// Whether texts here may be secrets whatever their names: a list that declares some was reordered, say.
    var hidesText = false

    func appending(_ part: Part) -> FieldPath {
        var result = self
        result.parts.append(part)
        return result
    }

    /// As a user would name it.
    var text: String {
        var result = ""
        for part in parts {
            switch part {
            case .name(let name): result += (result.isEmpty ? "" : ".") + name
            case .key(let key, _): result += "[\(key)]"
            case .index(let index): result += "[\(index)]"
            }
        }
        return result
    }

    /// A deployment's mapping, which plans call `version` or `generations`.
    static let mapping = FieldPath().appending(.name("generationsMapping"))

    var isMapping: Bool { parts == FieldPath.mapping.parts }

    /// Whether a JSON pointer names this field or one that holds it. An element of a keyed list goes by its place or its key.
    func isCovered(by pointer: [String]) -> Bool {
        guard pointer.count <= parts.count else { return false }
        return zip(pointer, parts).allSatisfy { token, part in
            switch part {
            case .name(let name): token == name || token == "*"
            case .key(let key, let index): token == key || token == "*" || index.map { token == "\($0)" } ?? false
            case .index(let index): token == "\(index)" || token == "*"
            }
        }
    }
}

/// The tokens of a JSON pointer (RFC 6901); `*` stands for any one.
package func pointerTokens(_ pointer: String) -> [String] {
    pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { token in
        var result = ""
        var escaped = false
        for character in token {
            if escaped {
                result.append(character == "1" ? "/" : character == "0" ? "~" : character)
                escaped = false
            } else if character == "~" {
                escaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}
