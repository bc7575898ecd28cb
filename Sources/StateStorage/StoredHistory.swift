internal import JSON
internal import Resources

/// A run as a row: what was known when it began, and when it ended.
struct StoredRun: Hashable, Sendable {
    let number: Int
    let begun: String
    /// Nil while it is open.
    let ended: String?
}

extension StoredRun {
    init(_ run: RunRecord, number: Int) {
        var object: JSONObject = ["command": .string(run.command), "actor": .string(run.actor)]
        object.add("commit", run.commit)
        object.add("reason", run.reason)
        object.add("planDigest", run.planDigest)
        object.add("started", run.started)
        self.init(number: number, begun: JSONValue.object(object).text(), ended: nil)
    }

    static func end(_ result: RunRecord.Result, finished: Int, counts: [String: Int]) -> String {
        var object: JSONObject = ["result": .string(result.rawValue)]
        object.add("finished", finished)
        object.add("counts", counts.mapValues { .number(JSONNumber($0)) })
        return JSONValue.object(object).text()
    }

    func run() throws(MalformedRow) -> RunRecord {
        let json = try StoredJSON(begun)
        var run = RunRecord(
            number: number, command: try json.string("command"), actor: try json.string("actor"),
            commit: try json.optionalString("commit"), reason: try json.optionalString("reason"),
            planDigest: try json.optionalString("planDigest"), started: try json.integer("started"))
        guard let ended else { return run }
        let end = try StoredJSON(ended)
        run.result = try end.word("result")
        run.finished = try end.integer("finished")
        run.counts = try end.map("counts", \.integer)
        return run
    }
}

/// What one run did to one object, as a row.
struct StoredChange: Hashable, Sendable {
    let run: Int
    let key: String
    let rest: String
}

extension StoredChange {
    init(run: Int, _ change: RunChange) {
        var object: JSONObject = ["action": .string(change.action.rawValue), "result": .string(change.result)]
        object.add("before", change.before)
        object.add("after", change.after)
        // As a text of its own: values of the wire may be as deep as a document may be, and stand deeper here.
        object.add("fields", change.fields == .array([]) ? nil : change.fields.text())
        object.add("messages", list: change.messages.map(JSONValue.string))
        object.add("health", change.health)
        object.add("milliseconds", change.milliseconds)
        self.init(run: run, key: change.address.storedKey, rest: JSONValue.object(object).text())
    }

    func change() throws(MalformedRow) -> RunChange {
        let json = try StoredJSON(rest)
        var fields: JSONValue = .array([])
        if let text = try json.optionalString("fields") {
            guard let value = try? JSONValue(parsing: text) else { throw MalformedRow("'fields' is no JSON") }
            fields = value
        }
        return RunChange(
            address: try Address(storedKey: key), action: try json.word("action"), result: try json.string("result"),
            before: try json.spec("before"), after: try json.spec("after"), fields: fields,
            messages: try json.strings("messages"), health: try json.optionalString("health"),
            milliseconds: try json.integer("milliseconds"))
    }
}
