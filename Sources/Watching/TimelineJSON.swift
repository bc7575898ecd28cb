internal import JSON
internal import Reports
internal import Resources

extension TimelineEntry {
    var json: JSONValue {
        var object: JSONObject = [
            "time": .number(JSONNumber(time)), "kind": .string(kind.rawValue), "text": .string(text),
        ]
        object["revision"] = revision.map(stampJSON)
        object["actor"] = actor.map(JSONValue.string)
        object["run"] = run.map { .number(JSONNumber($0)) }
        object["plan"] = planDigest.map(JSONValue.string)
        return .object(object)
    }

    /// Reads what `json` wrote; nil for anything else, as a line that was cut off.
    init?(_ json: JSONValue) {
        let reader = DocumentReader(value: json, path: "")
        guard let time = json["time"]?.integer, let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)),
            let text = json["text"]?.string
        else { return nil }
        self.init(
            time: time, kind: kind, revision: try? reader.optional("revision")?.stamp(), actor: json["actor"]?.string,
            text: text, run: json["run"]?.integer, planDigest: json["plan"]?.string)
    }
}
