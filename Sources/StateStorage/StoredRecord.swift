internal import Diagnostics
internal import JSON
internal import Resources

/// A record as a row: its address, what was applied, and the rest as JSON. What was applied stands by itself, since it
/// is most of the bytes and is only compared.
struct StoredRecord: Hashable, Sendable {
    let key: String
    let applied: String
    let rest: String
}

extension StoredRecord {
    init(_ record: Record) {
        self.init(
            key: record.address.storedKey, applied: record.applied.text, rest: JSONValue.object(record.rest).text())
    }

    func record() throws(MalformedRow) -> Record {
        try Record(Address(storedKey: key), AppliedSpec(bytes: Array(applied.utf8)), StoredJSON(rest))
    }
}

extension Record {
    fileprivate var rest: JSONObject {
        var object: JSONObject = ["ownership": .string(ownership.rawValue)]
        object.add("protect", flag: protect)
        object.add("prune", flag: prune)
        object.add("secrets", secrets.mapValues(JSONValue.string))
        object.add("mark", mark?.stored)
        object.add("commit", commit)
        object.add("run", run)
        object.add("hold", hold.map { .object($0.stored) })
        object.add("archive", archive)
        object.add("misnamedArchive", misnamedArchive)
        return object
    }

    fileprivate init(_ address: Address, _ applied: AppliedSpec, _ json: StoredJSON) throws(MalformedRow) {
        self.init(
            address, try json.word("ownership"), applied: applied, protect: try json.flag("protect"),
            prune: try json.flag("prune"), secrets: try json.map("secrets", \.string),
            mark: try SourceMark(stored: json, "mark"), commit: try json.optionalString("commit"),
            run: try json.optionalInteger("run"), hold: try json.object("hold").map(Hold.init(stored:)),
            archive: try json.optionalString("archive"),
            misnamedArchive: try json.optionalString("misnamedArchive"))
    }

    /// Whole, as an intent holds it.
    var stored: JSONValue {
        var object = rest
        object.add("address", address.storedKey)
        object.add("applied", applied)
        return .object(object)
    }

    init(stored value: JSONValue) throws(MalformedRow) {
        let json = try StoredJSON(value)
        try self.init(Address(storedKey: json.string("address")), try json.spec("applied") ?? .none, json)
    }
}

extension Hold {
    fileprivate var stored: JSONObject {
        var object: JSONObject = ["reason": .string(reason), "by": .string(by)]
        object.add("since", since)
        object.add("manifest", manifest)
        return object
    }

    fileprivate init(stored json: StoredJSON) throws(MalformedRow) {
        self.init(
            reason: try json.string("reason"), by: try json.string("by"), since: try json.integer("since"),
            manifest: try json.spec("manifest") ?? .none)
    }
}

extension SourceMark {
    fileprivate var stored: JSONValue { [.string(file), .number(JSONNumber(line)), .number(JSONNumber(column))] }

    fileprivate init?(stored json: StoredJSON, _ key: String) throws(MalformedRow) {
        let parts = try json.array(key)
        if parts.isEmpty { return nil }
        guard parts.count > 2, let file = parts[0].string, let line = parts[1].integer, let column = parts[2].integer
        else { throw MalformedRow("'\(key)' is no place in a file") }
        self.init(file: file, line: line, column: column)
    }
}
