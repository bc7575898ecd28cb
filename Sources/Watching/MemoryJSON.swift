internal import Diagnostics
internal import JSON
internal import Reports
internal import Resources

/// What an environment remembers, as the document that it is kept in.
extension EnvironmentMemory {
    /// A file of another form is rebuilt, as a damaged one is.
    private static let formatVersion = 1

    var json: JSONValue {
        var object: JSONObject = [
            "kind": "EnvironmentMemory", "formatVersion": .number(JSONNumber(EnvironmentMemory.formatVersion)),
        ]
        object["live"] = live?.json
        if let begun {
            object["begun"] = ["revision": begun.revision.json, "isOpen": .bool(begun.isOpen)]
        }
        object["heldKey"] = heldKey?.json
        object["shown"] = shown?.json
        if let approval {
            object["approval"] = [
                "digest": .string(approval.digest), "revision": approval.revision.json, "by": .string(approval.by),
                "at": .number(JSONNumber(approval.at)), "isBegun": .bool(approval.isBegun),
            ]
        }
        object["toldDrift"] = toldDrift.map(JSONValue.string)
        if !toldUnhealthy.isEmpty { object["toldUnhealthy"] = .array(toldUnhealthy.map(JSONValue.string)) }
        object["healer"] = healer.map(JSONValue.string)
        object["failures"] = .number(JSONNumber(failures))
        object["retry"] = number(retry)
        object["status"] = status.memoryJSON
        return .object(object)
    }

    /// Reads what `json` wrote, for an environment as the watch file has it now.
    init(_ document: JSONValue, _ environment: WatchedEnvironment) throws(DocumentProblem) {
        let reader = DocumentReader(value: document, path: "")
        guard document["kind"] == "EnvironmentMemory",
            document["formatVersion"]?.integer == EnvironmentMemory.formatVersion
        else { throw reader.problem("has another form") }
        self.init(EnvironmentStatus(name: environment.name, mode: environment.mode, drift: environment.drift))
        try status.read(try reader.member("status"))
        live = try reader.optional("live")?.revision()
        if let part = try reader.optional("begun") {
            begun = Begun(
                revision: try part.member("revision").revision(), isOpen: try part.member("isOpen").bool())
        }
        heldKey = try reader.optional("heldKey")?.key()
        shown = try reader.optional("shown")?.revision()
        if let part = try reader.optional("approval") {
            approval = Approval(
                digest: try part.member("digest").string(), revision: try part.member("revision").revision(),
                by: try part.member("by").string(), at: try part.member("at").integer(),
                isBegun: try part.member("isBegun").bool())
        }
        toldDrift = try reader.optional("toldDrift")?.string()
        toldUnhealthy = document["toldUnhealthy"]?.array?.compactMap(\.string) ?? []
        healer = try reader.optional("healer")?.string()
        failures = try reader.member("failures").integer()
        retry = try reader.optional("retry")?.integer()
    }
}

private func number(_ value: Int?) -> JSONValue? { value.map { .number(JSONNumber($0)) } }

extension Revision {
    fileprivate var json: JSONValue { ["stamp": stampJSON(stamp), "key": key.json] }
}

extension RevisionKey {
    fileprivate var json: JSONValue { ["tree": .string(tree), "rules": .string(rules)] }
}

extension DocumentReader {
    fileprivate func integer() throws(DocumentProblem) -> Int {
        guard let value = value.integer else { throw problem("is no whole number") }
        return value
    }

    fileprivate func revision() throws(DocumentProblem) -> Revision {
        Revision(stamp: try member("stamp").stamp(), key: try member("key").key())
    }

    fileprivate func key() throws(DocumentProblem) -> RevisionKey {
        RevisionKey(tree: try member("tree").string(), rules: try member("rules").string())
    }
}

extension EnvironmentStatus {
    fileprivate var memoryJSON: JSONValue {
        var object: JSONObject = ["sync": .string(sync.rawValue), "health": .string(health.rawValue)]
        object["revision"] = revision.map(stampJSON)
        if let held {
            object["held"] = [
                "revision": stampJSON(held.revision), "reasons": diagnosticsJSON(held.reasons),
                "since": .number(JSONNumber(held.since)), "rolledBack": .bool(held.rolledBack),
            ]
        }
        if let suspended {
            var part: JSONObject = [
                "by": .string(suspended.by), "reason": .string(suspended.reason),
                "since": .number(JSONNumber(suspended.since)),
            ]
            part["until"] = number(suspended.until)
            object["suspended"] = .object(part)
        }
        if let problem {
            var part: JSONObject = [
                "diagnostics": diagnosticsJSON(problem.diagnostics), "since": .number(JSONNumber(problem.since)),
            ]
            part["retry"] = number(problem.retry)
            object["problem"] = .object(part)
        }
        if let lastRun {
            var part: JSONObject = [
                "number": .number(JSONNumber(lastRun.number)), "result": .string(lastRun.result.rawValue),
            ]
            part["finished"] = number(lastRun.finished)
            object["lastRun"] = .object(part)
        }
        if let pending {
            let counts = pending.counts.sorted { $0.key.rawValue < $1.key.rawValue }
            object["pending"] = [
                "digest": .string(pending.digest), "revision": stampJSON(pending.revision),
                "made": .number(JSONNumber(pending.made)), "needsApproval": .bool(pending.needsApproval),
                "counts": .object(JSONObject(counts.map { ($0.key.rawValue, .number(JSONNumber($0.value))) })),
            ]
        }
        for (key, value) in [("drifted", drifted), ("holds", holds), ("orphaned", orphaned)] {
            object[key] = .number(JSONNumber(value))
        }
        object["driftChecked"] = number(driftChecked)
        object["lastSuccess"] = number(lastSuccess)
        object["deployments"] = .array(deployments.map(\.memoryJSON))
        return .object(object)
    }

    fileprivate mutating func read(_ reader: DocumentReader) throws(DocumentProblem) {
        sync = try reader.member("sync").word(SyncStatus.self)
        health = try reader.member("health").word(Health.self)
        revision = try reader.optional("revision")?.stamp()
        if let part = try reader.optional("held") {
            held = HeldCommit(
                revision: try part.member("revision").stamp(), reasons: try part.member("reasons").diagnostics(),
                since: try part.member("since").integer(), rolledBack: try part.member("rolledBack").bool())
        }
        if let part = try reader.optional("suspended") {
            suspended = Suspension(
                by: try part.member("by").string(), reason: try part.member("reason").string(),
                since: try part.member("since").integer(), until: try part.optional("until")?.integer())
        }
        if let part = try reader.optional("problem") {
            problem = WatchProblem(
                try part.member("diagnostics").diagnostics(), since: try part.member("since").integer(),
                retry: try part.optional("retry")?.integer())
        }
        if let part = try reader.optional("lastRun") {
            lastRun = LastRun(
                number: try part.member("number").integer(),
                result: try part.member("result").word(RunRecord.Result.self),
                finished: try part.optional("finished")?.integer())
        }
        if let part = try reader.optional("pending") { pending = try PendingPlan(part) }
        drifted = try reader.member("drifted").integer()
        holds = try reader.member("holds").integer()
        orphaned = try reader.member("orphaned").integer()
        driftChecked = try reader.optional("driftChecked")?.integer()
        lastSuccess = try reader.optional("lastSuccess")?.integer()
        deployments = try reader.member("deployments").array { (part) throws(DocumentProblem) in
            try DeploymentCell(part)
        }
    }
}

extension PendingPlan {
    fileprivate init(_ part: DocumentReader) throws(DocumentProblem) {
        var counts: [Action: Int] = [:]
        for (key, count) in try part.member("counts").members() {
            guard let action = Action(rawValue: key) else { throw count.problem("is of no known action") }
            counts[action] = try count.integer()
        }
        self.init(
            digest: try part.member("digest").string(), revision: try part.member("revision").stamp(),
            made: try part.member("made").integer(), counts: counts,
            needsApproval: try part.member("needsApproval").bool())
    }
}

extension DeploymentCell {
    fileprivate var memoryJSON: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "service": .string(service), "sync": .string(sync.rawValue),
            "health": .string(health.rawValue),
        ]
        object["infra"] = infra.map(JSONValue.string)
        object["version"] = version.map(JSONValue.string)
        object["declaredVersion"] = declaredVersion.map(JSONValue.string)
        return .object(object)
    }

    fileprivate init(_ part: DocumentReader) throws(DocumentProblem) {
        self.init(
            name: try part.member("name").string(), service: try part.member("service").string(),
            infra: try part.optional("infra")?.string(), version: try part.optional("version")?.string(),
            declaredVersion: try part.optional("declaredVersion")?.string(),
            sync: try part.member("sync").word(SyncStatus.self), health: try part.member("health").word(Health.self))
    }
}
