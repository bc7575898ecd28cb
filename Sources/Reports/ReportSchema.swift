package import JSON
internal import Planning
internal import Resources

/// The JSON Schema of a plan: what `plan --json` prints and what a saved plan is.
///
/// Without `digest` and `targets` it tells why there is no plan.
package var planSchemaJSON: JSONValue { ReportSchema.plan }

/// The JSON Schema of a run: what `apply --json` prints.
package var runSchemaJSON: JSONValue { ReportSchema.run }

/// The JSON Schema of a status report: what `status --json` prints.
package var statusSchemaJSON: JSONValue { ReportSchema.status }

/// The JSON Schema of a drift report: what `drift --json` prints.
package var driftSchemaJSON: JSONValue { ReportSchema.drift }

/// The JSON Schema of past runs: what `history --json` prints.
package var historySchemaJSON: JSONValue { ReportSchema.history }

/// The JSON Schema of an environment's lock: what `lock status --json` prints.
package var lockSchemaJSON: JSONValue { ReportSchema.lock }

/// What the schemas of documents that Mooring prints are made of.
enum ReportSchema {
    static func report(_ name: String, _ properties: JSONObject, optional: Set<String>) -> JSONValue {
        var object = JSONObject([
            ("$schema", FieldSchema.dialect), ("$id", .string("urn:mooring:v1:\(name)")),
            ("title", .string("Mooring: \(name)")),
        ])
        for member in strict(properties, optional: optional).object ?? [:] { object[member.key] = member.value }
        object["$defs"] = ["diagnostic": diagnostic, "targets": targets]
        return .object(object)
    }

    static func strict(_ properties: JSONObject, optional: Set<String> = []) -> JSONValue {
        FieldSchema.closed(
            properties, required: properties.keys.filter { !optional.contains($0) }.map(JSONValue.string))
    }

    static func text(_ words: String) -> JSONValue { ["description": .string(words), "type": "string"] }
    static func words(_ values: [String]) -> JSONValue { ["enum": .array(values.map(JSONValue.string))] }
    static func texts(_ words: String) -> JSONValue { list(["type": "string"], words) }
    static func addresses(_ words: String) -> JSONValue { list(address, words) }
    static func diagnostics(_ words: String) -> JSONValue { list(["$ref": "#/$defs/diagnostic"], words) }

    static func list(_ items: JSONValue, _ words: String) -> JSONValue {
        ["description": .string(words), "type": "array", "items": items]
    }

    static func counts(_ keys: [String]) -> JSONValue {
        strict(JSONObject(keys.map { ($0, ["type": "integer", "minimum": 0]) }))
    }

    static var address: JSONValue {
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: "|")
        return ["type": "string", "pattern": .string("^(\(kinds))/[^/]+(/[^/]+)*$")]
    }

    static func moment(_ words: String) -> JSONValue {
        [
            "description": .string(words), "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{3})?Z$",
        ]
    }

    static var place: JSONObject {
        ["file": ["type": "string"], "line": ["type": "integer"], "column": ["type": "integer"]]
    }

    static func placed(_ properties: JSONObject, optional: Set<String> = []) -> JSONValue {
        strict(JSONObject(members: properties.members + place.members), optional: optional)
    }

    static var targets: JSONValue {
        strict(
            [
                "designer": text("The design node."), "deployer": text("The API Deployer."),
                "source": text("The deployer that versions are promoted from."),
            ], optional: ["designer", "source"])
    }

    static var diagnostic: JSONValue {
        placed(
            [
                "severity": words(["error", "warning", "note"]), "code": text("Stable: scripts may match it."),
                "message": text("For people; the words may change."),
                "length": ["description": "How many characters are meant; 1 by default.", "type": "integer"],
                "excerpt": text("The line of the file."), "hint": text("What to do."),
                "address": text("The resource spoken of."),
                "related": list(placed(["message": ["type": "string"]]), "Other places that belong to it."),
            ], optional: ["file", "line", "column", "length", "excerpt", "hint", "address", "related"])
    }

    static var shown: JSONValue {
        strict(
            [
                "value": ["description": "The value, where it is no secret."],
                "secret": text("What is known of a secret value: 'set', 'changed', 'unavailable'."),
            ], optional: ["value", "secret"])
    }

    static var ignored: JSONValue {
        strict(
            [
                "address": address, "path": text("The field."), "pointer": text("The rule's JSON pointer."),
                "reason": text("Why it is left alone."), "until": text("The last day that the rule holds."),
            ], optional: ["reason", "until"])
    }
}
