internal import JSON
internal import Resources

extension LeaseHolder {
    /// Who it is, as the lease's row has it; the times have columns of their own.
    var stored: String {
        let process: JSONObject = [
            "machine": .string(process.machine), "number": .number(JSONNumber(process.number)),
            "started": .number(JSONNumber(process.started)),
        ]
        return JSONValue.object(["owner": .string(owner), "command": .string(command), "process": .object(process)])
            .text()
    }

    init(stored text: String, acquired: Int, expires: Int) throws(MalformedRow) {
        let json = try StoredJSON(text)
        let process = try StoredJSON(json.value("process"))
        self.init(
            owner: try json.string("owner"), command: try json.string("command"),
            process: ProcessIdentity(
                machine: try process.string("machine"), number: try process.integer("number"),
                started: try process.integer("started")),
            acquired: acquired, expires: expires)
    }
}
