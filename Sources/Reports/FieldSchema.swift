internal import JSON
internal import Resources

/// JSON Schema, draft 2020-12, of what a user writes, made from the same tables that the reader of manifests follows.
struct FieldSchema {
    enum Use {
        /// `mooring.yaml` and watch files: no variables.
        case settings
        case manifest
        /// Nothing but names is required; `null` removes, `{$replace: …}` replaces a value whole.
        case overlay
    }

    let use: Use

    static let dialect: JSONValue = "https://json-schema.org/draft/2020-12/schema"

    /// What several fields share, for `$defs`.
    var definitions: JSONObject {
        var definitions = JSONObject([("secret", FieldSchema.secret)])
        if use != .settings {
            definitions["variable"] = [
                "description": "The value of the environment's variable, which has the type that is due.",
                "type": "string", "pattern": "^\\$\\{var\\.[A-Za-z0-9_.-]+\\}$",
            ]
            definitions["variables"] = [
                "description": "A text with variables of the environment in it.", "type": "string",
                "pattern": "\\$\\{var\\.[A-Za-z0-9_.-]+\\}",
            ]
        }
        return definitions
    }

    private static let secret: JSONValue = [
        "description": "Where the secret comes from: never the secret itself.",
        "oneOf": [
            source("env", ["type": "string", "minLength": 1], "A variable of the process's environment."),
            source("file", ["type": "string", "minLength": 1], "A file."),
            source(
                "exec", ["type": "array", "items": ["type": ["string", "number"]], "minItems": 1],
                "A command and its arguments; it prints the secret."),
        ],
    ]

    private static func source(_ key: String, _ schema: JSONValue, _ text: String) -> JSONValue {
        closed([key: described(schema, text)], required: [.string(key)])
    }

    /// An object of the fields, and nothing else.
    func object(_ fields: [Field], required: Set<String>? = nil) -> JSONValue {
        let names = fields.filter { field in
            required.map { $0.contains(field.name) } ?? (field.isRequired && use != .overlay)
        }
        return FieldSchema.closed(
            JSONObject(fields.map { ($0.name, schema($0)) }), required: names.map { .string($0.name) })
    }

    static func closed(_ properties: JSONObject, required: [JSONValue]) -> JSONValue {
        var object = JSONObject([
            ("type", "object"), ("properties", .object(properties)), ("additionalProperties", false),
        ])
        if !required.isEmpty { object["required"] = .array(required) }
        return .object(object)
    }

    static func described(_ schema: JSONValue, _ text: String) -> JSONValue {
        guard case .object(let object) = schema else { return schema }
        return .object(JSONObject([("description", .string(text))] + object.map { ($0.key, $0.value) }))
    }

    /// A field's schema, with what `explain` says of it.
    func schema(_ field: Field) -> JSONValue {
        var text = field.text
        if field.isImmutable { text += " A change of it needs the object to be replaced." }
        if let example = field.example { text += " Example: \(example)" }
        guard case .object(var object) = FieldSchema.described(schema(field.type), text) else { return true }
        object["default"] = field.defaultValue
        return .object(object)
    }

    func schema(_ type: FieldType) -> JSONValue {
        switch use {
        case .settings: return plain(type)
        case .manifest: return any([plain(type)] + variable(type))
        case .overlay:
            var forms = [plain(type)] + variable(type)
            switch type {
            case .object, .keyedList, .map:
                // What is replaced whole is written as in a manifest.
                let whole = FieldSchema(use: .manifest).schema(type)
                forms.append(FieldSchema.closed(["$replace": whole], required: ["$replace"]))
            default: break
            }
            if case .open = type { return any(forms) }
            return any(forms + [["type": "null"]])
        }
    }

    /// The form in which a variable stands for a value of the type; none where any text will do.
    private func variable(_ type: FieldType) -> [JSONValue] {
        switch type {
        case .string, .path, .open, .identifier, .text, .either: []
        case .enumeration, .duration, .date, .form: [["$ref": "#/$defs/variables"]]
        default: [["$ref": "#/$defs/variable"]]
        }
    }

    private func any(_ schemas: [JSONValue]) -> JSONValue {
        schemas.count == 1 ? schemas[0] : ["anyOf": .array(schemas)]
    }

    private func plain(_ type: FieldType) -> JSONValue {
        switch type {
        // A plain number stands for its source text.
        case .string: ["type": ["string", "number"]]
        case .path: ["type": ["string", "number"], "minLength": 1]
        case .identifier: ["type": ["string", "number"], "pattern": "^[^/\\x00-\\x1f\\x7f]+$"]
        case .text:
            [
                "anyOf": [
                    ["type": ["string", "number"]],
                    FieldSchema.closed(
                        ["file": ["description": "A file in the workspace.", "type": "string", "minLength": 1]],
                        required: ["file"]),
                ]
            ]
        case .boolean: ["type": "boolean"]
        case .integer(let range):
            [
                "type": "integer", "minimum": .number(JSONNumber(range.lowerBound)),
                "maximum": .number(JSONNumber(range.upperBound)),
            ]
        case .number: ["type": "number"]
        case .duration: ["type": "string", "pattern": "^([0-9]+(ms|s|m|h|d))+$"]
        case .date: ["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?$"]
        case .enumeration(let values): ["enum": .array(values.map(JSONValue.string))]
        case .form(let form): ["type": "string", "pattern": .string(form.pattern)]
        case .secret: ["$ref": "#/$defs/secret"]
        case .open: [:]
        case .openMap: ["type": "object"]
        case .map(let type): ["type": "object", "additionalProperties": schema(type)]
        case .list(let type), .set(let type): ["type": "array", "items": schema(type)]
        case .keyedList(let key, let fields):
            ["type": "array", "items": object(fields, required: required(key, fields))]
        case .object(let fields): object(fields)
        case .either(let types): any(types.map(schema))
        }
    }

    /// An element of an overlay needs no more than its key.
    private func required(_ key: String, _ fields: [Field]) -> Set<String> {
        use == .overlay ? [key] : Set(fields.filter(\.isRequired).map(\.name))
    }
}
