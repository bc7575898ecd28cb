package import JSON
internal import Planning
internal import Resources

/// The JSON Schema of what the daemon answers at `/api/status`.
package var watchStatusSchemaJSON: JSONValue { ReportSchema.watchStatus }

/// The JSON Schema of what the daemon answers at `/api/r/REPOSITORY/ENVIRONMENT`.
package var watchEnvironmentSchemaJSON: JSONValue { ReportSchema.watchEnvironment }

/// The JSON Schema of what the daemon answers at `/api/r/REPOSITORY/ENVIRONMENT/timeline`.
package var watchTimelineSchemaJSON: JSONValue { ReportSchema.watchTimeline }

extension ReportSchema {
    static var watchStatus: JSONValue {
        let repository = strict(
            [
                "name": text("As the watch file has it."), "url": text("Without a login."),
                "ref": text("What is followed, as 'branch main'."), "path": text("The folder of 'mooring.yaml'."),
                "head": orNull(id("The newest commit that was seen.")),
                "commit": FieldSchema.described(commit, "The same, with its words."),
                "lookedUp": moment("When a look-up succeeded last, in UTC."),
                "nextLookUp": moment("When the next one is due, in UTC."), "problem": problem,
                "environments": list(environmentStatus, "In the order of the watch file."),
            ], optional: ["commit", "lookedUp", "nextLookUp", "problem"])
        return report(
            "watch-status",
            [
                "kind": ["const": "WatchStatus"], "formatVersion": version,
                "mooring": text("The version of Mooring that runs."), "name": text("The watch file's name."),
                "started": moment("When the daemon started, in UTC."), "now": moment("When this was told, in UTC."),
                "repositories": list(repository, "In the order of the watch file."),
            ], optional: [])
    }

    static var watchEnvironment: JSONValue {
        let field = strict([
            "path": text("As 'apiNodes[URL].graphitePrefix'."), "live": text("As a person reads it."),
            "desired": text("Likewise; a secret as '(secret, changed)'."),
            "origin": words(["manifest", "drift", "conflict"]),
        ])
        let hold = strict([
            "by": text("Who, as 'ann@host'."), "reason": text("Why."), "since": moment("When, in UTC."),
        ])
        let resource = placed(
            [
                "address": address, "action": words(Action.allCases.map(\.rawValue)), "sync": sync, "health": health,
                "verdict": words(DriftReport.Verdict.inOrder.map(\.rawValue)),
                "version": text("The version that is live; several by weight as 'v1 90% / v2 10%'."),
                "declaredVersion": text("The version that is declared, where it differs."),
                "infra": text("The infrastructure that it runs on."), "details": texts("Why it is so."),
                "serviceURLs": texts("Where a deployment's service answers."),
                "uses": addresses("What it refers to, sorted."),
                "desired": ["description": "The declared fields, as the manifests have them."],
                "live": ["description": "The declared fields, as live has them."],
                "fields": list(field, "The declared fields that differ."),
                "changedBy": text("Who changed it last, where DSS tells."), "changedAt": moment("When, in UTC."),
                "hold": FieldSchema.described(hold, "It was rolled back by hand, and is passed over."),
            ],
            optional: [
                "verdict", "version", "declaredVersion", "infra", "changedBy", "changedAt", "hold", "file", "line",
                "column",
            ])
        return placeReport(
            "watch-environment", "WatchEnvironment",
            [
                "status": environmentStatus, "made": moment("When live was read, in UTC."),
                "resources": list(resource, "In the order of their addresses."),
            ], optional: ["made"])
    }

    static var watchTimeline: JSONValue {
        let entry = strict(
            [
                "time": moment("When, in UTC."), "event": words(TimelineEntry.Kind.allCases.map(\.rawValue)),
                "text": text("What happened, in words."), "commit": commit, "actor": text("Who did it."),
                "run": FieldSchema.described(count, "The run's number."), "plan": text("The plan's digest."),
            ], optional: ["commit", "actor", "run", "plan"])
        return placeReport("watch-timeline", "WatchTimeline", ["entries": list(entry, "The newest first.")])
    }

    private static func placeReport(
        _ name: String, _ kind: String, _ members: JSONObject, optional: Set<String> = []
    ) -> JSONValue {
        var properties: JSONObject = [
            "kind": ["const": .string(kind)], "formatVersion": version,
            "mooring": text("The version of Mooring that runs."), "repository": text("The repository's name."),
            "environment": text("The environment's name."),
        ]
        for member in members { properties[member.key] = member.value }
        properties["diagnostics"] = diagnostics("What to know; errors among it.")
        return report(name, properties, optional: optional)
    }

    private static var environmentStatus: JSONValue {
        let held = strict([
            "revision": id("The commit."), "reason": text("The first reason's words."),
            "since": moment("When, in UTC."), "rolledBack": ["type": "boolean"], "commit": commit,
            "diagnostics": diagnostics("Why it is held."),
        ])
        let lastRun = strict([
            "id": count, "result": words(RunRecord.Result.allCases.map(\.rawValue)),
            "finished": orNull(moment("When, in UTC.")),
        ])
        let suspension = strict(
            [
                "by": text("Who."), "reason": text("Why."), "since": moment("When, in UTC."),
                "until": moment("When it ends by itself, in UTC."),
            ], optional: ["until"])
        let lock = strict([
            "owner": text("Who, as 'ann@host'."), "command": text("What for."), "since": moment("When, in UTC."),
        ])
        let deployment = strict(
            [
                "name": text("The deployment."), "service": text("What it serves."),
                "infra": text("Where it runs."), "version": text("What is live, as 'v1 90% / v2 10%'."),
                "declaredVersion": text("What is declared, where it differs."), "sync": sync, "health": health,
            ], optional: ["infra", "version", "declaredVersion"])
        return strict(
            [
                "name": text("As the watch file has it."), "revision": orNull(id("The commit that is live.")),
                "sync": sync, "health": health,
                "held": orNull(FieldSchema.described(held, "A commit that is not applied until a newer one comes.")),
                "suspended": ["type": "boolean"],
                "lastRun": orNull(FieldSchema.described(lastRun, "The last run that wrote or recorded something.")),
                "mode": words(WatchedEnvironment.Mode.allCases.map(\.rawValue)),
                "drift": words(WatchedEnvironment.DriftMode.allCases.map(\.rawValue)),
                "commit": FieldSchema.described(commit, "The commit that is live, with its words."),
                "reconciling": FieldSchema.described(commit, "The commit that is being brought live."),
                "suspension": suspension, "problem": problem, "pending": pending, "running": running,
                "closed": text("When the windows open again, while they are closed."), "lock": lock,
                "drifted": count, "driftChecked": moment("When live was read last, in UTC."), "holds": count,
                "orphaned": count, "lastSuccess": moment("When live was last seen to be as git says, in UTC."),
                "deployments": list(deployment, "Which version runs where."),
            ],
            optional: [
                "commit", "reconciling", "suspension", "problem", "pending", "running", "closed", "lock",
                "driftChecked", "lastSuccess",
            ])
    }

    private static var pending: JSONValue {
        FieldSchema.described(
            strict([
                "digest": text("What an approval names."), "commit": commit, "made": moment("When, in UTC."),
                "needsApproval": ["type": "boolean"],
                "counts": [
                    "description": "How many changes of each action.", "type": "object",
                    "propertyNames": words(Action.allCases.map(\.key)), "additionalProperties": count,
                ],
            ]), "A plan that waits.")
    }

    private static var running: JSONValue {
        let item = strict([
            "address": address, "action": words(Action.allCases.map(\.rawValue)), "text": text("What it is doing."),
            "since": moment("Since when, in UTC."),
        ])
        return FieldSchema.described(
            strict([
                "started": moment("When, in UTC."), "total": count, "done": count, "failed": count,
                "items": list(item, "What is under way."),
            ]), "The apply as it goes.")
    }

    private static var problem: JSONValue {
        strict(
            [
                "since": moment("Since when, in UTC."), "retry": moment("When it is tried again, in UTC."),
                "diagnostics": diagnostics("What is wrong."),
            ], optional: ["retry"])
    }

    private static var commit: JSONValue {
        strict([
            "id": id("The commit."), "author": text("The author's name."), "subject": text("The message's first line."),
            "time": moment("When it was committed, in UTC."),
        ])
    }

    private static func id(_ words: String) -> JSONValue {
        ["description": .string(words), "type": "string", "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"]
    }

    private static func orNull(_ schema: JSONValue) -> JSONValue { ["anyOf": [schema, ["type": "null"]]] }

    private static var version: JSONValue { ["const": .number(JSONNumber(watchFormatVersion))] }
    private static var count: JSONValue { ["type": "integer", "minimum": 0] }
    private static var sync: JSONValue { words(["Synced", "OutOfSync", "Unknown"]) }
    private static var health: JSONValue { words(["Healthy", "Progressing", "Degraded", "Missing", "Unknown"]) }
}
