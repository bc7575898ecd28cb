internal import JSON
internal import Resources

/// An intent as a row. The job comes later than the rest.
struct StoredIntent: Hashable, Sendable {
    let id: Intent.ID
    let job: String?
    let rest: String
}

extension StoredIntent {
    init(_ intent: Intent) {
        var object: JSONObject = [
            "address": .string(intent.address.storedKey), "action": .string(intent.action.rawValue),
            "step": .string(intent.step), "call": .string(intent.call),
        ]
        object.add("subject", intent.subject)
        object.add("before", intent.before)
        object.add("records", list: intent.records.map(\.stored))
        object.add("forgets", list: intent.forgets.map { .string($0.storedKey) })
        // The job may hold any character that DSS sends, and a column may not: it is a JSON text too.
        self.init(id: intent.id, job: intent.job.map(StoredIntent.text), rest: JSONValue.object(object).text())
    }

    /// A job as the column has it.
    static func text(_ job: String) -> String { JSONValue.string(job).text() }

    func intent() throws(MalformedRow) -> Intent {
        let json = try StoredJSON(rest)
        var records: [Record] = []
        for value in try json.array("records") { records.append(try Record(stored: value)) }
        var forgets: [Address] = []
        for key in try json.strings("forgets") { forgets.append(try Address(storedKey: key)) }
        return Intent(
            id: id, address: try Address(storedKey: json.string("address")), action: try json.word("action"),
            step: try json.string("step"), call: try json.string("call"), subject: try json.optionalString("subject"),
            before: try json.optionalString("before"), records: records, forgets: forgets, job: try followed())
    }

    private func followed() throws(MalformedRow) -> String? {
        guard let job else { return nil }
        guard let text = (try? JSONValue(parsing: job))?.string else { throw MalformedRow("a job is no text") }
        return text
    }
}
