package import JSON
internal import Planning
internal import Resources

/// The JSON Schema of a plan: what `plan --json` prints and what a saved plan is.
///
/// Without `digest` and `targets` it tells why there is no plan.
package var planSchemaJSON: JSONValue {
    let properties: JSONObject = [
        "kind": ["const": "Plan"], "formatVersion": ["const": .number(JSONNumber(planFormatVersion))],
        "mooring": text("The version of Mooring that wrote it."), "environment": text("The environment's name."),
        "targets": ["$ref": "#/$defs/targets"],
        "commit": text("The workspace's commit; with '+changes' where it was not clean."),
        "purpose": words(PlanPurpose.allCases.map(\.rawValue)),
        "summary": counts(Action.allCases.map(\.key) + ["adopt", "orphaned", "forget"]),
        "changes": list(change, "In the order of their addresses."),
        "unchanged": addresses("Resources that are as declared."),
        "adopted": addresses("As declared, and recorded by an apply, which writes nothing to them."),
        "rerecorded": addresses(
            "As declared, remembered otherwise, and recorded anew by an apply, which writes nothing."),
        "orphaned": list(orphan, "Remembered, declared by no manifest, and left as they are."),
        "forgotten": addresses("Remembered no longer once the plan is applied; nothing is deleted."),
        "released": list(
            strict(["address": address, "path": text("The field.")]),
            "Fields that manifests name no longer: their live values stay."),
        "held": list(held, "Rolled back, and passed over until their manifests change."),
        "ignored": list(ignored, "Differences that are left alone by rule."),
        "unmanaged": addresses("Live objects that no manifest names."),
        "external": addresses("Resources that are only referred to."),
        "fingerprints": [
            "description": "For each live object read, by address: the SHA-256 of its settings, or 'absent'.",
            "type": "object", "additionalProperties": ["type": "string"],
        ],
        "rollouts": [
            "description": "How the declared deployments run, by address.", "type": "object",
            "additionalProperties": rollout,
        ],
        "refusals": diagnostics("Why an apply will refuse."),
        "diagnostics": diagnostics("What to know; errors among it."),
        "uncheckedSecrets": list(
            strict(["address": address, "path": text("The field.")]), "Declared secrets that were not compared."),
        "checkedHealth": ["description": "Whether the running state was read.", "type": "boolean"],
        "digest": [
            "description": "The SHA-256 of the canonical text of all the rest.", "type": "string",
            "pattern": "^sha256:[0-9a-f]{64}$",
        ],
    ]
    return report("plan", properties, optional: ["targets", "commit", "digest"])
}

/// The JSON Schema of a run: what `apply --json` prints.
package var runSchemaJSON: JSONValue {
    let results = Outcome.Result.allCases
    let outcome = strict(
        [
            "address": address, "action": words(Action.allCases.map(\.rawValue)),
            "result": words(results.map(\.rawValue)), "milliseconds": ["type": "integer", "minimum": 0],
            "health": text("DSS's word for the health that a deployment ended in."),
            "serviceURLs": texts("Where a deployment's service answers."),
            "diagnostics": diagnostics("Why it failed or was left out; warnings of what was applied."),
        ], optional: ["health"])
    let properties: JSONObject = [
        "kind": ["const": "Run"], "formatVersion": ["const": .number(JSONNumber(runFormatVersion))],
        "mooring": text("The version of Mooring that wrote it."), "environment": text("The environment's name."),
        "run": ["description": "Its number in the history.", "type": "integer", "minimum": 1],
        "plan": text("The digest of the plan that was applied."),
        "end": words(["finished", "stopped-after-failures", "interrupted", "not-started"]),
        "signal": ["description": "The signal that interrupted it.", "type": "integer"],
        "summary": counts(results.map(\.key)),
        "outcomes": list(outcome, "One for each change, in the order of the plan."),
        "diagnostics": diagnostics("What to know of the run as a whole."),
    ]
    return report("run", properties, optional: ["run", "plan", "signal"])
}

/// The JSON Schema of a status report: what `status --json` prints.
package var statusSchemaJSON: JSONValue {
    let row = strict(
        [
            "address": address, "sync": words(["Synced", "OutOfSync", "Unknown"]),
            "health": words(["Healthy", "Progressing", "Degraded", "Missing", "Unknown"]),
            "version": text("The version that is live; several by weight as 'v1 90% / v2 10%'."),
            "declaredVersion": text("The version that is declared, where it differs."),
            "infra": text("The infrastructure that it runs on."), "details": texts("Why it is so."),
            "serviceURLs": texts("Where a deployment's service answers."),
        ], optional: ["version", "declaredVersion", "infra"])
    let properties: JSONObject = [
        "kind": ["const": "Status"], "formatVersion": ["const": .number(JSONNumber(runFormatVersion))],
        "mooring": text("The version of Mooring that wrote it."), "environment": text("The environment's name."),
        "targets": ["$ref": "#/$defs/targets"], "resources": list(row, "In the order of their addresses."),
        "diagnostics": diagnostics("What to know; errors among it."),
    ]
    return report("status", properties, optional: ["targets"])
}

private func report(_ name: String, _ properties: JSONObject, optional: Set<String>) -> JSONValue {
    var object = JSONObject([
        ("$schema", FieldSchema.dialect), ("$id", .string("urn:mooring:v1:\(name)")),
        ("title", .string("Mooring: \(name)")),
    ])
    for member in strict(properties, optional: optional).object ?? [:] { object[member.key] = member.value }
    object["$defs"] = ["diagnostic": diagnostic, "targets": targets]
    return .object(object)
}

private func strict(_ properties: JSONObject, optional: Set<String> = []) -> JSONValue {
    FieldSchema.closed(properties, required: properties.keys.filter { !optional.contains($0) }.map(JSONValue.string))
}

private func text(_ words: String) -> JSONValue { ["description": .string(words), "type": "string"] }
private func words(_ values: [String]) -> JSONValue { ["enum": .array(values.map(JSONValue.string))] }
private func texts(_ words: String) -> JSONValue { list(["type": "string"], words) }
private func addresses(_ words: String) -> JSONValue { list(address, words) }
private func diagnostics(_ words: String) -> JSONValue { list(["$ref": "#/$defs/diagnostic"], words) }

private func list(_ items: JSONValue, _ words: String) -> JSONValue {
    ["description": .string(words), "type": "array", "items": items]
}

private func counts(_ keys: [String]) -> JSONValue {
    strict(JSONObject(keys.map { ($0, ["type": "integer", "minimum": 0]) }))
}

private var address: JSONValue {
    let kinds = Kind.allCases.map(\.rawValue).joined(separator: "|")
    return ["type": "string", "pattern": .string("^(\(kinds))/[^/]+(/[^/]+)*$")]
}

private func moment(_ words: String) -> JSONValue {
    [
        "description": .string(words), "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{3})?Z$",
    ]
}

private var place: JSONObject {
    ["file": ["type": "string"], "line": ["type": "integer"], "column": ["type": "integer"]]
}

private func placed(_ properties: JSONObject, optional: Set<String> = []) -> JSONValue {
    strict(JSONObject(members: properties.members + place.members), optional: optional)
}

private var targets: JSONValue {
    strict(
        [
            "designer": text("The design node."), "deployer": text("The API Deployer."),
            "source": text("The deployer that versions are promoted from."),
        ], optional: ["designer", "source"])
}

private var diagnostic: JSONValue {
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

private var change: JSONValue {
    let secret = strict(
        ["before": ["type": "string"], "after": ["type": "string"]], optional: ["before", "after"])
    let field = placed(
        [
            "path": text("As 'apiNodes[URL].graphitePrefix'."), "before": ["description": "The live value."],
            "after": ["description": "The declared value."],
            "secret": FieldSchema.described(
                secret, "What is known of a secret value: 'set', 'changed', 'unavailable'."),
            "immutable": ["description": "Only a new object can hold the new value.", "const": true],
            "origin": FieldSchema.described(
                words(FieldChange.Origin.allCases.map(\.rawValue)),
                "Who moved: the manifest (the default), the live object, or both."),
            "applied": FieldSchema.described(
                shown, "What was last applied, where that is neither of the two; empty for nothing."),
        ], optional: ["before", "after", "secret", "immutable", "origin", "applied"])
    let step = strict(
        [
            "kind": text("What the call does."), "call": text("Method and path."),
            "node": words(["designer", "deployer"]),
            "subject": text("What it is about beyond the resource."),
        ], optional: ["subject"])
    let cause = placed(
        [
            "kind": words(Cause.Kind.allCases.map(\.rawValue)),
            "text": text("Why, where the place does not tell."),
        ],
        optional: ["text"])
    return strict(
        [
            "address": address, "action": words(Action.allCases.map(\.rawValue)),
            "fields": list(field, "What differs."), "cause": cause,
            "steps": list(step, "In the order in which they are sent."),
            "waitsFor": addresses("The changes that must be done before."), "notes": texts("What else to know."),
            "adoptsExisting": ["description": "The object is there, and was not made by Mooring.", "const": true],
            "resource": resource,
        ], optional: ["adoptsExisting"])
}

private var shown: JSONValue {
    strict(
        [
            "value": ["description": "The value, where it is no secret."],
            "secret": text("What is known of a secret value: 'set', 'changed', 'unavailable'."),
        ], optional: ["value", "secret"])
}

private var orphan: JSONValue {
    placed(
        [
            "address": address, "ownership": words(Record.Ownership.allCases.map(\.rawValue)),
            "reason": text("Why it is not deleted."),
        ], optional: ["file", "line", "column"])
}

private var held: JSONValue {
    strict([
        "address": address, "reason": text("Why it was rolled back."), "by": text("Who did it."),
        "since": moment("When, in UTC."),
        "manifest": ["description": "The manifest's fields that are passed over.", "type": "object"],
    ])
}

private var ignored: JSONValue {
    strict(
        [
            "address": address, "path": text("The field."), "pointer": text("The rule's JSON pointer."),
            "reason": text("Why it is left alone."), "until": text("The last day that the rule holds."),
        ], optional: ["reason", "until"])
}

private var resource: JSONValue {
    placed(
        [
            "address": address, "metadata": ["type": "object"],
            "spec": ["description": "As declared; secrets by their reference.", "type": "object"],
            "places": texts("Where each value of 'spec' was written, in the order of the document."),
            "autoVersion": ["description": "The version was written as 'auto'.", "const": true],
        ], optional: ["autoVersion"])
}

private var rollout: JSONValue {
    strict(
        [
            "health": text("DSS's own word."), "messages": texts("DSS's messages."),
            "serviceURLs": texts("Where the service answers."),
            "lastUpdate": words(["not-read", "never", "succeeded", "failed"]),
            "lastUpdateMessage": text("Why it failed."), "problem": ["$ref": "#/$defs/diagnostic"],
        ], optional: ["health", "lastUpdateMessage", "problem"])
}
