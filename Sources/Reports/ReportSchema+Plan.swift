internal import JSON
internal import Planning
internal import Resources

extension ReportSchema {
    static var plan: JSONValue {
        let properties: JSONObject = [
            "kind": ["const": "Plan"], "formatVersion": ["const": .number(JSONNumber(planFormatVersion))],
            "mooring": text("The version of Mooring that wrote it."), "environment": text("The environment's name."),
            "targets": ["$ref": "#/$defs/targets"],
            "commit": text("The workspace's commit."),
            "uncommitted": [
                "description": "Files of the workspace differ from the commit. Looked at with '-o' and '--base'.",
                "const": true,
            ],
            "branch": branch,
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
                "description": "The SHA-256 of the canonical text of the rest, without 'uncommitted' and 'branch'.",
                "type": "string",
                "pattern": "^sha256:[0-9a-f]{64}$",
            ],
        ]
        return report("plan", properties, optional: ["targets", "commit", "uncommitted", "branch", "digest"])
    }

    private static var change: JSONValue {
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

    private static var orphan: JSONValue {
        placed(
            [
                "address": address, "ownership": words(Record.Ownership.allCases.map(\.rawValue)),
                "reason": text("Why it is not deleted."),
            ], optional: ["file", "line", "column"])
    }

    private static var held: JSONValue {
        strict([
            "address": address, "reason": text("Why it was rolled back."), "by": text("Who did it."),
            "since": moment("When, in UTC."),
            "manifest": ["description": "The manifest's fields that are passed over.", "type": "object"],
        ])
    }

    private static var resource: JSONValue {
        placed(
            [
                "address": address, "metadata": ["type": "object"],
                "spec": ["description": "As declared; secrets by their reference.", "type": "object"],
                "places": texts("Where each value of 'spec' was written, in the order of the document."),
                "autoVersion": ["description": "The version was written as 'auto'.", "const": true],
            ], optional: ["autoVersion"])
    }

    private static var rollout: JSONValue {
        strict(
            [
                "health": text("DSS's own word."), "messages": texts("DSS's messages."),
                "serviceURLs": texts("Where the service answers."),
                "lastUpdate": words(["not-read", "never", "succeeded", "failed"]),
                "lastUpdateMessage": text("Why it failed."), "problem": ["$ref": "#/$defs/diagnostic"],
            ], optional: ["health", "lastUpdateMessage", "problem"])
    }
}
