package import JSON
package import Resources

/// The JSON Schema of a kind's documents.
package func schemaJSON(for kind: Kind) -> JSONValue {
    let schema = FieldSchema(use: .manifest)
    return document(named: kind.rawValue, schema, body: kindSchema(kind, schema))
}

/// The JSON Schema of `mooring.yaml`.
package var workspaceSchemaJSON: JSONValue {
    settingsSchema("Workspace", WorkspaceDefinition.text, name: "The workspace's name.", WorkspaceDefinition.fields)
}

/// The JSON Schema of a watch file.
package var watchSchemaJSON: JSONValue {
    settingsSchema("Watch", WatchDefinition.text, name: "The daemon's name.", WatchDefinition.fields)
}

/// Of a document that declares nothing live.
private func settingsSchema(_ kind: String, _ text: String, name: String, _ fields: [Field]) -> JSONValue {
    let schema = FieldSchema(use: .settings)
    let metadata = FieldSchema.closed(
        ["name": FieldSchema.described(schema.schema(.identifier), name)], required: ["name"])
    let body = envelope(
        kind: kind, text: text, metadata: metadata, spec: schema.object(fields), specText: "What it says.",
        required: ["apiVersion", "kind", "metadata", "spec"])
    return document(named: kind.lowercased(), schema, body: .object(body))
}

/// One JSON Schema for all manifests: what an editor is given for a folder of them.
package var manifestSchemaJSON: JSONValue { combined("manifest", FieldSchema(use: .manifest)) }

/// One JSON Schema for all overlays: as manifests, but little is required, and `null` and `$replace` have a meaning.
package var overlaySchemaJSON: JSONValue { combined("overlay", FieldSchema(use: .overlay)) }

/// By the kind that a document names, so that an editor complains of its fields and not of all other kinds'.
private func combined(_ name: String, _ schema: FieldSchema) -> JSONValue {
    let cases: [JSONValue] = Kind.allCases.map { kind in
        [
            "if": ["properties": ["kind": ["const": .string(kind.rawValue)]], "required": ["kind"]],
            "then": ["$ref": .string("#/$defs/\(kind.rawValue)")],
        ]
    }
    let body: JSONValue = [
        "type": "object",
        "properties": [
            "apiVersion": ["const": "mooring/v1"],
            "kind": ["enum": .array(Kind.allCases.map { .string($0.rawValue) })],
        ],
        "required": ["apiVersion", "kind", "metadata"], "allOf": .array(cases),
    ]
    let kinds = JSONObject(Kind.allCases.map { ($0.rawValue, kindSchema($0, schema)) })
    return document(named: name, schema, body: body, definitions: kinds)
}

private func kindSchema(_ kind: Kind, _ schema: FieldSchema) -> JSONValue {
    let definition = KindDefinition.of(kind)
    let metadata = schema.object(
        definition.identity + MetadataDefinition.fields, required: Set(definition.identity.map(\.name)))
    var body = envelope(
        kind: kind.rawValue, text: definition.text, metadata: metadata, spec: schema.object(definition.fields),
        required: ["apiVersion", "kind", "metadata"])
    if schema.use == .manifest {
        // What is external is only referred to.
        body["if"] = [
            "properties": ["metadata": ["properties": ["external": ["const": true]], "required": ["external"]]],
            "required": ["metadata"],
        ]
        body["then"] = ["properties": ["spec": false]]
        body["else"] = ["required": ["spec"]]
    }
    return .object(body)
}

private func envelope(
    kind: String, text: String, metadata: JSONValue, spec: JSONValue,
    specText: String = "What should be live. What is omitted is not managed.", required: [JSONValue]
) -> JSONObject {
    JSONObject([
        ("description", .string(text)), ("type", "object"),
        (
            "properties",
            [
                "apiVersion": ["description": "The version of the form of manifests.", "const": "mooring/v1"],
                "kind": ["description": "The type of the object.", "const": .string(kind)],
                "metadata": FieldSchema.described(metadata, "Names, and what is said about the object."),
                "spec": FieldSchema.described(spec, specText),
            ]
        ), ("required", .array(required)), ("additionalProperties", false),
    ])
}

/// A whole schema file.
func document(named name: String, _ schema: FieldSchema, body: JSONValue, definitions: JSONObject = [:]) -> JSONValue {
    var object = JSONObject([
        ("$schema", FieldSchema.dialect), ("$id", .string("urn:mooring:v1:\(name)")),
        ("title", .string("Mooring: \(name)")),
    ])
    for member in body.object ?? [:] { object[member.key] = member.value }
    object["$defs"] = .object(JSONObject(members: schema.definitions.members + definitions.members))
    return .object(object)
}
