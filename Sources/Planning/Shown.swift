internal import JSON
internal import Resources

/// How values become what a plan may show. Secrets have no printable form, declared or live.
extension Comparison {
    func shown(_ declared: DeclaredValue, _ path: FieldPath) -> ShownValue {
        .value(declared.json { _ in .string("(secret)") })
    }

    func shown(_ live: JSONValue?, _ path: FieldPath, _ type: FieldType) -> ShownValue {
        guard let live else { return .absent }
        if case .secret = type { return .secret("set") }
        if case .name(let name)? = path.parts.last, Comparison.looksSecret(name) { return .secret("not shown") }
        return .value(Comparison.redacted(live))
    }

    /// A live value cut down to what is declared beside it: what is not declared may hold secrets.
    func project(_ live: JSONValue, onto declared: DeclaredValue) -> JSONValue {
        switch (live, declared.content) {
        case (.array(let elements), .list(let wanted)):
            let keys = Set(wanted.flatMap { $0.members?.map(\.key) ?? [] })
            return .array(
                elements.map { element in
                    guard case .object(let object) = element else { return Comparison.redacted(element) }
                    return Comparison.redacted(
                        .object(JSONObject(members: object.members.filter { keys.contains($0.key) })))
                })
        default: return Comparison.redacted(live)
        }
    }

    /// Whether a field of that name may hold a secret: then a live value is not shown.
    static func looksSecret(_ name: String) -> Bool {
        let lowered = name.lowercased()
        return ["password", "passwd", "secret", "apikey", "token", "credential", "privatekey", "querykeys"].contains {
            lowered.contains($0)
        }
    }

    /// The value without what may be secret: ciphertext, and members whose names say so.
    static func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text) where text.hasPrefix("e:"): return .string("(encrypted)")
        case .array(let elements): return .array(elements.map(redacted))
        case .object(let object):
            return .object(
                JSONObject(
                    members: object.members.map {
                        JSONObject.Member(
                            key: $0.key,
                            value: looksSecret($0.key) && !$0.value.isNull ? .string("(secret)") : redacted($0.value))
                    }))
        default: return value
        }
    }
}
