internal import JSON
internal import Resources

extension Resource {
    /// The declared fields in one form: specs that mean the same have the same. Secrets stand by their reference.
    var canonicalSpec: JSONValue { FieldType.object(definition.fields).canonical(spec.referenceJSON).canonical }
}

extension FieldType {
    /// A value of this type without what makes no difference to DSS: the order of sets and of keyed lists.
    fileprivate func canonical(_ value: JSONValue) -> JSONValue {
        switch (self, value) {
        case (.object(let fields), .object(let object)): canonical(object, fields)
        case (.map(let type), .object(let object)):
            .object(JSONObject(members: object.map { .init(key: $0.key, value: type.canonical($0.value)) }))
        case (.list(let type), .array(let elements)): .array(elements.map(type.canonical))
        case (.set(let type), .array(let elements)):
            .array(FieldType.sorted(elements.map(type.canonical)) { $0.canonical.text() })
        case (.keyedList(let key, let fields), .array(let elements)):
            .array(FieldType.sorted(elements.map(FieldType.object(fields).canonical)) { $0[key]?.string ?? "" })
        default: value
        }
    }

    private func canonical(_ object: JSONObject, _ fields: [Field]) -> JSONValue {
        let members = object.map { member in
            let type = fields.first { $0.name == member.key }?.type
            return JSONObject.Member(key: member.key, value: type?.canonical(member.value) ?? member.value)
        }
        return .object(JSONObject(members: members))
    }

    private static func sorted(_ elements: [JSONValue], by text: (JSONValue) -> String) -> [JSONValue] {
        elements.map { (text($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
