package import JSON

/// A scalar as written, and what it stands for.
package struct YAMLScalar: Hashable, Sendable {
    /// The tags that a manifest may use: those that say what a plain scalar would say anyway.
    package enum Tag: String, Sendable {
        case string = "!!str"
        case integer = "!!int"
        case float = "!!float"
        case boolean = "!!bool"
        case null = "!!null"
    }

    /// The text, escapes resolved. For a number this is its source text: `1.10` is "1.10".
    package let text: String
    /// Whether the text stands without quotes, and so may be something else than a string.
    package let isPlain: Bool
    package let tag: Tag?

    package init(text: String, isPlain: Bool = false, tag: Tag? = nil) {
        self.text = text
        self.isPlain = isPlain
        self.tag = tag
    }

    /// What the scalar stands for by YAML 1.2's core schema.
    ///
    /// A number that JSON cannot write, as `.inf`, is its text here; the reader has reported it.
    package var value: JSONValue {
        guard tag != .string, isPlain || tag != nil else { return .string(text) }
        let resolved = CoreSchema.resolve(text).json ?? .string(text)
        switch (tag, resolved) {
        case (nil, _), (.null, .null), (.boolean, .bool), (.integer, .number), (.float, .number): return resolved
        default: return .string(text)
        }
    }

    /// Whether the tag, if there is one, fits the text.
    var fitsTag: Bool {
        switch (tag, value) {
        case (nil, _), (.string, _), (.null, .null), (.boolean, .bool), (.float, .number): true
        case (.integer, .number(let number)): number.text.utf8.allSatisfy { $0 == 0x2D || 0x30...0x39 ~= $0 }
        default: false
        }
    }
}
