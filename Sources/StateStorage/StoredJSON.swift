internal import JSON
internal import Resources

/// An object of a stored text, read member by member. Members that nobody asks for are passed over: a later Mooring may
/// have written them.
struct StoredJSON {
    private let object: JSONObject

    init(_ text: String) throws(MalformedRow) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            throw MalformedRow("a text is no JSON: \(error)")
        }
        try self.init(value)
    }

    init(_ value: JSONValue) throws(MalformedRow) {
        guard case .object(let object) = value else { throw MalformedRow("\(value.typeName) stands for an object") }
        self.object = object
    }

    func string(_ key: String) throws(MalformedRow) -> String { try need(key, try optionalString(key)) }
    func integer(_ key: String) throws(MalformedRow) -> Int { try need(key, try optionalInteger(key)) }
    func value(_ key: String) throws(MalformedRow) -> JSONValue { try need(key, object[key]) }
    func optionalString(_ key: String) throws(MalformedRow) -> String? { try optional(key, \.string) }
    func optionalInteger(_ key: String) throws(MalformedRow) -> Int? { try optional(key, \.integer) }
    func flag(_ key: String) throws(MalformedRow) -> Bool { try optional(key, \.bool) ?? false }

    func array(_ key: String) throws(MalformedRow) -> [JSONValue] { try optional(key, \.array) ?? [] }

    func strings(_ key: String) throws(MalformedRow) -> [String] {
        var result: [String] = []
        for value in try array(key) {
            guard let text = value.string else { throw MalformedRow("'\(key)' holds \(value.typeName)") }
            result.append(text)
        }
        return result
    }

    func map<T>(_ key: String, _ read: (JSONValue) -> T?) throws(MalformedRow) -> [String: T] {
        guard let object: JSONObject = try optional(key, \.object) else { return [:] }
        var result: [String: T] = [:]
        for member in object {
            guard let value = read(member.value) else {
                throw MalformedRow("'\(key)' holds \(member.value.typeName)")
            }
            result[member.key] = value
        }
        return result
    }

    func object(_ key: String) throws(MalformedRow) -> StoredJSON? {
        guard let value = object[key] else { return nil }
        return try StoredJSON(value)
    }

    /// One of an enumeration's cases, by its text.
    func word<T: RawRepresentable<String>>(_ key: String) throws(MalformedRow) -> T {
        let text = try string(key)
        guard let word = T(rawValue: text) else { throw MalformedRow("'\(key)' is '\(text)'") }
        return word
    }

    func spec(_ key: String) throws(MalformedRow) -> AppliedSpec? {
        try optionalString(key).map { AppliedSpec(bytes: Array($0.utf8)) }
    }

    private func optional<T>(_ key: String, _ read: (JSONValue) -> T?) throws(MalformedRow) -> T? {
        guard let value = object[key] else { return nil }
        guard let result = read(value) else { throw MalformedRow("'\(key)' is \(value.typeName)") }
        return result
    }

    private func need<T>(_ key: String, _ value: T?) throws(MalformedRow) -> T {
        guard let value else { throw MalformedRow("'\(key)' is missing") }
        return value
    }
}

extension JSONObject {
    /// Adds a member where there is a value: what is absent is not written.
    mutating func add(_ key: String, _ value: JSONValue?) {
        if let value { self[key] = value }
    }

    mutating func add(_ key: String, _ text: String?) { add(key, text.map(JSONValue.string)) }
    mutating func add(_ key: String, _ number: Int?) { add(key, number.map { .number(JSONNumber($0)) }) }
    mutating func add(_ key: String, flag: Bool) { if flag { self[key] = .bool(true) } }
    mutating func add(_ key: String, _ spec: AppliedSpec?) { add(key, spec?.text) }

    /// Sorted by key, so that equal values are equal texts.
    mutating func add(_ key: String, _ map: [String: JSONValue]) {
        guard !map.isEmpty else { return }
        self[key] = .object(JSONObject(map.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }

    mutating func add(_ key: String, list: [JSONValue]) { if !list.isEmpty { self[key] = .array(list) } }
}

extension AppliedSpec {
    /// As it stands in a text column: it is JSON, so it is UTF-8.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
