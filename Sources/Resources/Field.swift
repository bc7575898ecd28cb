package import JSON

/// One field of a document: it drives parsing, JSON Schema, comparison, `explain` and the field reference.
package struct Field: Sendable {
    package let name: String
    package let type: FieldType
    /// What it means, in one or two plain sentences.
    package let text: String
    /// Where the fact comes from: `client 15.2.0`, `docs`, `sample`, `inferred`; `mooring` for what we made up.
    package let origin: String
    package let isRequired: Bool
    /// A change of it needs the object to be replaced.
    package let isImmutable: Bool
    /// Used only when Mooring creates the object and the field is omitted.
    package let defaultValue: JSONValue?
    /// The field's path on the wire where it is not `name`; `-` for a field that is never sent.
    package let wire: String?
    /// A value as one would write it, in YAML.
    package let example: String?

    package init(
        _ name: String, _ type: FieldType, _ text: String, origin: String, required: Bool = false,
        immutable: Bool = false, default defaultValue: JSONValue? = nil, wire: String? = nil, example: String? = nil
    ) {
        self.name = name
        self.type = type
        self.text = text
        self.origin = origin
        isRequired = required
        isImmutable = immutable
        self.defaultValue = defaultValue
        self.wire = wire
        self.example = example
    }
}

/// What a field may hold, and how two values of it compare.
package indirect enum FieldType: Sendable {
    /// A plain number stands for its source text; a boolean or null is an error ("quote it").
    case string
    /// An id of an object in DSS: a string that is not empty, without slashes and control characters.
    case identifier
    /// Text, or `{file: PATH}` for the contents of a file in the workspace.
    case text
    case boolean
    case integer(ClosedRange<Int>)
    case number
    /// As `30s`, `5m`, `1h30m`.
    case duration
    /// A day (`2026-12-31`) or an instant (RFC 3339).
    case date
    case enumeration([String])
    /// A string that is read further.
    case form(TextForm)
    /// Never a literal: `{env: NAME}`, `{file: PATH}` or `{exec: [COMMAND, ARG]}`.
    case secret
    /// Anything; secrets as `{secret: {env: NAME}}`. Inside, only declared keys are managed.
    case open
    /// As `open`, but a map.
    case openMap
    /// A map from any name to values of one type.
    case map(FieldType)
    /// The order counts, and the list is whole.
    case list(FieldType)
    /// The order does not count, nor do repetitions; the set is whole.
    case set(FieldType)
    /// Objects told apart by one field; the list is whole, inside an element only declared fields are managed.
    case keyedList(key: String, [Field])
    case object([Field])
    /// One of several forms; the first that fits the shape of the value.
    case either([FieldType])
    /// A path of a file in the workspace.
    case path
}

extension FieldType {
    /// The word for the type, as a message to the user and the field reference name it.
    package var name: String {
        switch self {
        case .string: "a string"
        case .identifier: "an id"
        case .text: "a text or {file: PATH}"
        case .boolean: "a boolean"
        case .integer: "a whole number"
        case .number: "a number"
        case .duration: "a duration, as 30s"
        case .date: "a date, as 2026-12-31"
        case .enumeration(let values): "one of " + values.joined(separator: ", ")
        case .form(let form): form.name
        case .secret: "a secret: {env: NAME}, {file: PATH} or {exec: [COMMAND]}"
        case .open: "anything"
        case .openMap: "a map"
        case .map(let type): "a map of values, each \(type.name)"
        case .list(let type): "a list, each \(type.name)"
        case .set(let type): "a set, each \(type.name)"
        case .keyedList(let key, _): "a list of maps, keyed by \(key)"
        case .object: "a map"
        case .either(let types): types.map(\.name).joined(separator: " or ")
        case .path: "a path"
        }
    }

    /// The fields of the maps that this type holds, its own or its elements'.
    package var fields: [Field]? {
        switch self {
        case .object(let fields), .keyedList(_, let fields): fields
        case .list(let type), .set(let type), .map(let type): type.fields
        case .either(let types): types.lazy.compactMap(\.fields).first
        default: nil
        }
    }
}
