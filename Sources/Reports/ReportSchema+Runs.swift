internal import JSON
internal import Planning
internal import Resources

extension ReportSchema {
    static var run: JSONValue {
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

    static var status: JSONValue {
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

    static var drift: JSONValue {
        let field = placed(
            [
                "path": text("As 'apiNodes[URL].graphitePrefix'."),
                "origin": FieldSchema.described(
                    words(FieldChange.Origin.allCases.map(\.rawValue)),
                    "Who moved: the manifest, the live object, or both."),
                "desired": FieldSchema.described(shown, "What git says; empty for nothing."),
                "applied": FieldSchema.described(shown, "What was last applied; empty for nothing."),
                "live": FieldSchema.described(shown, "What is live; empty for nothing."),
            ], optional: ["file", "line", "column"])
        let author = strict(
            ["login": text("Who, as DSS has it."), "when": moment("When, in UTC.")], optional: ["login", "when"])
        let row = placed(
            [
                "address": address, "verdict": words(DriftReport.Verdict.inOrder.map(\.rawValue)),
                "layers": list(words(DriftReport.Layer.allCases.map(\.rawValue)), "Which layers moved."),
                "fields": list(field, "The declared fields that differ."),
                "ignored": list(ignored, "Differences that are left alone by rule."),
                "author": FieldSchema.described(author, "Who last changed the live object, as far as DSS tells."),
                "details": texts("Why it is so."),
                "mode": FieldSchema.described(
                    words(["detect", "heal"]), "What becomes of drift, where the manifest says."),
            ], optional: ["author", "mode", "file", "line", "column"])
        let properties: JSONObject = [
            "kind": ["const": "Drift"], "formatVersion": ["const": .number(JSONNumber(driftFormatVersion))],
            "mooring": text("The version of Mooring that wrote it."), "environment": text("The environment's name."),
            "targets": ["$ref": "#/$defs/targets"], "commit": text("The workspace's commit."),
            "made": moment("When, in UTC."),
            "hasDrift": ["description": "Live moved: drifted, in conflict, missing, out of sync.", "type": "boolean"],
            "hasPending": ["description": "The manifests ask for something.", "type": "boolean"],
            "summary": counts(DriftReport.Verdict.inOrder.map(\.key)),
            "resources": list(row, "In the order of their addresses."),
            "diagnostics": diagnostics("What to know; errors among it."),
            "checkedHealth": ["description": "Whether the running state was read.", "type": "boolean"],
        ]
        return report("drift", properties, optional: ["targets", "commit", "made"])
    }

    static var history: JSONValue {
        let field: JSONValue = [
            "type": "object", "properties": ["path": text("As 'apiNodes[URL].graphitePrefix'.")], "required": ["path"],
        ]
        let run = strict(
            [
                "number": count, "command": text("As 'apply' or 'rollback'."), "actor": text("Who, as 'ann@host'."),
                "commit": text("The workspace's commit."),
                "uncommitted": ["description": "Files of the workspace differed from it.", "type": "boolean"],
                "reason": text("Why, where the user said."),
                "plan": text("The digest of the plan that was applied."), "started": moment("When, in UTC."),
                "finished": moment("When, in UTC."), "result": words(RunRecord.Result.allCases.map(\.rawValue)),
                "counts": [
                    "description": "How many changes ended how.", "type": "object",
                    "additionalProperties": ["type": "integer"],
                ],
            ], optional: ["commit", "uncommitted", "reason", "plan", "finished"])
        let change = strict(
            [
                "address": address, "action": words(Action.allCases.map(\.rawValue)),
                "result": text("As a run tells it: 'applied', 'failed'."), "milliseconds": count,
                "fields": list(
                    field, "What was changed, as the plan showed it: 'before', 'after', secrets without text."),
                "before": ["description": "What was last applied before the run.", "type": "object"],
                "after": [
                    "description": "What was last applied after it; secrets by their reference.", "type": "object",
                ],
                "messages": texts("What went wrong, or was worth knowing."),
                "run": FieldSchema.described(run, "The run that did it, where an object is asked for."),
                "health": text("DSS's word for the health that a deployment ended in."),
            ], optional: ["before", "after", "health", "run"])
        let properties: JSONObject = [
            "kind": ["const": "History"], "formatVersion": ["const": .number(JSONNumber(historyFormatVersion))],
            "mooring": text("The version of Mooring that wrote it."), "environment": text("The environment's name."),
            "runs": list(run, "The newest first."),
            "run": FieldSchema.described(run, "The one that was asked for."),
            "address": FieldSchema.described(address, "The object that was asked for."),
            "changes": list(
                change, "What the run did to each object, or what runs did to the object, the newest first."),
            "diagnostics": diagnostics("What to know; errors among it."),
        ]
        return report("history", properties, optional: ["runs", "run", "address", "changes"])
    }

    static var lock: JSONValue {
        let holder = strict([
            "owner": text("Who, as 'ann@host'."), "command": text("What for, as 'mooring apply -e prod'."),
            "process": ["description": "The process's number on its machine.", "type": "integer"],
            "since": moment("When it was taken, in UTC."),
            "expires": moment("When it ends unless it is renewed, in UTC."),
            "ageSeconds": ["description": "How long ago it was taken, by the store's clock.", "type": "integer"],
        ])
        let properties: JSONObject = [
            "kind": ["const": "Lock"], "formatVersion": ["const": .number(JSONNumber(historyFormatVersion))],
            "mooring": text("The version of Mooring that wrote it."), "environment": text("The environment's name."),
            "held": ["description": "Absent where it could not be read.", "type": "boolean"], "holder": holder,
            "diagnostics": diagnostics("What to know; errors among it."),
        ]
        return report("lock", properties, optional: ["held", "holder"])
    }

    private static var count: JSONValue { ["type": "integer", "minimum": 0] }
}
