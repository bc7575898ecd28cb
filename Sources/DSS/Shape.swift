import JSON

/// A document whose shape is not the one that the contract has.
struct ShapeError: Error, Hashable {
    /// Where, as `[3].deploymentBasicInfo.id`; empty for the whole document.
    let path: String
    let problem: String

    var text: String { path.isEmpty ? problem : "\(problem) at '\(path)'" }

    func below(_ parent: String) -> ShapeError {
        let separator = path.isEmpty || path.hasPrefix("[") ? "" : "."
        return ShapeError(path: parent + separator + path, problem: problem)
    }
}

/// Readers that forgive what is unknown or missing, and refuse what is of another shape.
extension JSONValue {
    func due<T>(_ expected: String, _ value: T?) throws(ShapeError) -> T {
        guard let value else { throw ShapeError(path: "", problem: "\(typeName) where \(expected) is due") }
        return value
    }

    func dueObject() throws(ShapeError) -> JSONObject { try due("an object", object) }

    /// The elements of a list, each decoded; an error names its index.
    func dueList<T>(_ element: (JSONValue) throws(ShapeError) -> T) throws(ShapeError) -> [T] {
        var result: [T] = []
        for (index, value) in try due("a list", array).enumerated() {
            do { result.append(try element(value)) } catch { throw error.below("[\(index)]") }
        }
        return result
    }
}

extension JSONObject {
    /// The member if it is there and not null, decoded.
    func optional<T>(
        _ key: String, _ decoder: (JSONValue) throws(ShapeError) -> T
    ) throws(ShapeError) -> T? {
        guard let value = self[key], !value.isNull else { return nil }
        do { return try decoder(value) } catch { throw error.below(key) }
    }

    func required<T>(_ key: String, _ decoder: (JSONValue) throws(ShapeError) -> T) throws(ShapeError) -> T {
        guard let value = try optional(key, decoder) else {
            throw ShapeError(path: key, problem: "nothing where a value is due")
        }
        return value
    }

    func string(_ key: String) throws(ShapeError) -> String? {
        try optional(key) { (value) throws(ShapeError) in try value.due("a string", value.string) }
    }

    func requiredString(_ key: String) throws(ShapeError) -> String {
        try required(key) { (value) throws(ShapeError) in try value.due("a string", value.string) }
    }

    func flag(_ key: String) throws(ShapeError) -> Bool? {
        try optional(key) { (value) throws(ShapeError) in try value.due("a boolean", value.bool) }
    }

    /// A whole number, or nil when it is missing, null or too large.
    func integer(_ key: String) throws(ShapeError) -> Int? {
        try optional(key) { (value) throws(ShapeError) in try value.due("a number", value.number).integer } ?? nil
    }

    /// A list, empty when it is missing or null.
    func list<T>(_ key: String, _ element: (JSONValue) throws(ShapeError) -> T) throws(ShapeError) -> [T] {
        try optional(key) { (value) throws(ShapeError) in try value.dueList(element) } ?? []
    }

    /// The object under `key`, or this one where a server sends its fields flat.
    func nested(_ key: String) throws(ShapeError) -> JSONObject {
        try optional(key) { (value) throws(ShapeError) in try value.dueObject() } ?? self
    }
}
