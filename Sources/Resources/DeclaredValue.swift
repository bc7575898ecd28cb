package import Diagnostics
package import JSON

/// A value that a manifest declares: like JSON, but each part knows where it was written, and secrets are references.
package struct DeclaredValue: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case null
        case bool(Bool)
        case number(JSONNumber)
        case string(String)
        case list([DeclaredValue])
        case map([Member])
        case secret(SecretReference)
    }

    package struct Member: Hashable, Sendable {
        package let key: String
        package var value: DeclaredValue

        package init(_ key: String, _ value: DeclaredValue) {
            self.key = key
            self.value = value
        }
    }

    package var content: Content
    package var mark: SourceMark

    package init(_ content: Content, at mark: SourceMark) {
        self.content = content
        self.mark = mark
    }

    /// A value that holds no secret, every part of it at one place.
    package init(_ json: JSONValue, at mark: SourceMark) {
        self.mark = mark
        content =
            switch json {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .number(let number): .number(number)
            case .string(let text): .string(text)
            case .array(let elements): .list(elements.map { DeclaredValue($0, at: mark) })
            case .object(let object): .map(object.map { Member($0.key, DeclaredValue($0.value, at: mark)) })
            }
    }
}

extension DeclaredValue {
    package var members: [Member]? { if case .map(let members) = content { members } else { nil } }
    package var elements: [DeclaredValue]? { if case .list(let elements) = content { elements } else { nil } }
    package var string: String? { if case .string(let text) = content { text } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = content { flag } else { nil } }
    package var number: JSONNumber? { if case .number(let number) = content { number } else { nil } }
    package var secret: SecretReference? { if case .secret(let reference) = content { reference } else { nil } }
    package var isNull: Bool { content == .null }

    /// The member `key` of a map; setting keeps its place or adds it at the end, setting nil removes it.
    package subscript(key: String) -> DeclaredValue? {
        get { members?.first { $0.key == key }?.value }
        set {
            guard case .map(var members) = content else { return }
            if let index = members.firstIndex(where: { $0.key == key }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append(Member(key, newValue))
            }
            content = .map(members)
        }
    }

    /// All secrets in it, in the order written.
    package var secrets: [SecretReference] {
        switch content {
        case .secret(let reference): [reference]
        case .list(let elements): elements.flatMap(\.secrets)
        case .map(let members): members.flatMap(\.value.secrets)
        default: []
        }
    }

    /// Where it names a secret first; nil when it does not.
    package func mark(of secret: SecretReference) -> SourceMark? {
        switch content {
        case .secret(secret): mark
        case .list(let elements): elements.lazy.compactMap { $0.mark(of: secret) }.first
        case .map(let members): members.lazy.compactMap { $0.value.mark(of: secret) }.first
        default: nil
        }
    }

    /// The value as JSON, each secret replaced by what `secret` returns for it.
    package func json<E: Error>(secret: (SecretReference) throws(E) -> JSONValue) throws(E) -> JSONValue {
        switch content {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .number(let number): return .number(number)
        case .string(let text): return .string(text)
        case .secret(let reference): return try secret(reference)
        case .list(let elements):
            var values: [JSONValue] = []
            for element in elements { values.append(try element.json(secret: secret)) }
            return .array(values)
        case .map(let members):
            var object: [JSONObject.Member] = []
            for member in members {
                object.append(JSONObject.Member(key: member.key, value: try member.value.json(secret: secret)))
            }
            return .object(JSONObject(members: object))
        }
    }

    /// The value as JSON with secrets by their reference, as `{"secret": {"env": "NAME"}}`: for digests and saved plans.
    package var referenceJSON: JSONValue { json { $0.json } }
}

extension SecretReference {
    /// As open fields and saved plans spell it: `{"secret": {"env": "NAME"}}`.
    package var json: JSONValue {
        switch self {
        case .environment(let name): ["secret": ["env": .string(name)]]
        case .file(let path): ["secret": ["file": .string(path)]]
        case .command(let words): ["secret": ["exec": .array(words.map(JSONValue.string))]]
        }
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: JSONValue) {
        guard case .object(let outer) = json, outer.count == 1, case .object(let inner)? = outer["secret"],
            inner.count == 1, let member = inner.first
        else { return nil }
        switch (member.key, member.value) {
        case ("env", .string(let name)): self = .environment(name)
        case ("file", .string(let path)): self = .file(path)
        case ("exec", .array(let words)):
            let texts = words.compactMap(\.string)
            guard texts.count == words.count, !texts.isEmpty else { return nil }
            self = .command(texts)
        default: return nil
        }
    }
}

extension DeclaredValue {
    /// Reads what `referenceJSON` wrote, every part at `mark`.
    package init(reference json: JSONValue, at mark: SourceMark) {
        if let secret = SecretReference(json: json) {
            self.init(.secret(secret), at: mark)
            return
        }
        switch json {
        case .array(let elements):
            self.init(.list(elements.map { DeclaredValue(reference: $0, at: mark) }), at: mark)
        case .object(let object):
            self.init(
                .map(object.map { Member($0.key, DeclaredValue(reference: $0.value, at: mark)) }), at: mark)
        default: self.init(json, at: mark)
        }
    }
}
