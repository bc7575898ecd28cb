internal import JSON
internal import Resources

/// How values become what a plan may show. Secrets have no printable form, declared or live.
extension Comparison {
    func shown(_ declared: DeclaredValue, _ path: FieldPath) -> ShownValue {
        if path.looksSecret, Comparison.mayHoldSecret(declared.referenceJSON) { return .secret("set") }
        return .value(declared.json { _ in .string("(secret)") })
    }

    /// A live value, cut down to what is declared beside it.
    func shown(_ live: JSONValue?, beside declared: DeclaredValue, _ path: FieldPath) -> ShownValue {
        guard let live else { return .absent }
        if path.looksSecret, Comparison.mayHoldSecret(live) { return .secret("not shown") }
        return .value(Comparison.part(of: live, beside: declared.content))
    }

    /// A live element that nothing is declared beside: its key, and the form of the rest, which may hold secrets of others.
    func shown(departing element: JSONValue, key: String, _ path: FieldPath) -> ShownValue {
        guard let members = element.object?.members else { return .value([:]) }
        return .value(
            .object(
                JSONObject(
                    members: members.filter { $0.key == key || !path.looksSecret }.map { member in
                        let isName = member.key == key && Comparison.keyText(member.value) != nil
                        return JSONObject.Member(
                            key: member.key, value: isName ? member.value : Comparison.outline(member.value))
                    })))
    }

    /// A whole declared value: secrets, and texts of fields that may hold some, have no printable form.
    static func shownPart(of declared: DeclaredValue) -> JSONValue {
        switch declared.content {
        case .secret: return "(secret)"
        case .list(let elements): return .array(elements.map(shownPart))
        case .map(let members):
            return .object(
                JSONObject(
                    members: members.map { member in
                        let isHidden = looksSecret(member.key) && mayHoldSecret(member.value.referenceJSON)
                        return JSONObject.Member(
                            key: member.key, value: isHidden ? "(secret)" : shownPart(of: member.value))
                    }))
        case .null, .bool, .number, .string: return declared.referenceJSON
        }
    }

    /// The part of a live document that is declared.
    static func shownPart(of live: JSONValue, beside declared: DeclaredValue) -> JSONValue {
        part(of: live, beside: declared.content)
    }

    /// Numbers and booleans are no secrets.
    static func mayHoldSecret(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number: false
        case .string, .array, .object: true
        }
    }

    /// What is not declared may hold secrets of any name, so only its form is shown.
    private static func part(of live: JSONValue, beside declared: DeclaredValue.Content) -> JSONValue {
        switch (live, declared) {
        case (.null, _), (.bool, _), (.number, _): return live
        case (_, .secret): return "(secret)"
        case (.string, .map), (.string, .list): return "(not shown)"
        case (.string(let text), _): return text.hasPrefix("e:") ? "(encrypted)" : live
        case (.object(let object), .map(let members)):
            return .object(
                JSONObject(
                    members: object.members.compactMap { member in
                        guard let model = members.first(where: { $0.key == member.key })?.value else { return nil }
                        let isHidden = looksSecret(member.key) && mayHoldSecret(member.value)
                        return JSONObject.Member(
                            key: member.key,
                            value: isHidden ? "(secret)" : part(of: member.value, beside: model.content))
                    }))
        case (.array(let elements), .list(let wanted)): return parts(of: elements, beside: wanted)
        default: return outline(live)
        }
    }

    /// Elements of lists of different lengths do not pair up: each is shown as all that is declared allows.
    private static func parts(of live: [JSONValue], beside declared: [DeclaredValue]) -> JSONValue {
        if live.count == declared.count {
            return .array(zip(live, declared).map { part(of: $0, beside: $1.content) })
        }
        var members: [DeclaredValue.Member] = []
        for member in declared.flatMap({ $0.members ?? [] }) where !members.contains(where: { $0.key == member.key }) {
            members.append(member)
        }
        return .array(live.map { $0.object == nil ? part(of: $0, beside: .null) : part(of: $0, beside: .map(members)) })
    }

    /// The form of a value: names, numbers and booleans, but no text.
    private static func outline(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: value
        case .string: "(not shown)"
        case .array(let elements): .array(elements.map(outline))
        case .object(let object):
            .object(
                JSONObject(members: object.members.map { JSONObject.Member(key: $0.key, value: outline($0.value)) }))
        }
    }
}

extension FieldPath {
    /// Whether what lies there may be a secret, by a name on the way.
    var looksSecret: Bool {
        hidesText
            || parts.contains { part in
                if case .name(let name) = part { Resources.looksSecret(name) } else { false }
            }
    }
}
