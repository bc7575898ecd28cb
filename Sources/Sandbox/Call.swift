import HTTP
import JSON

/// One request on its way to a handler: routed, authenticated, not yet read.
struct Call {
    let method: String
    /// The values of the pattern's `{NAME}` segments, decoded.
    let parameters: [String: String]
    let query: Query
    let headers: [HTTPHeader]
    let body: [UInt8]

    /// The value of a segment that the route's pattern names.
    subscript(name: String) -> String { parameters[name] ?? "" }

    /// The body as JSON whatever its content type; nil when there is none.
    func json() throws(APIError) -> JSONValue? {
        if body.isEmpty { return nil }
        do { return try JSONValue(parsing: body) } catch {
            throw .bad("The body is not JSON: \(error)")
        }
    }

    /// The body as an object; without a body an empty one.
    func object() throws(APIError) -> JSONObject {
        guard let value = try json() else { return [:] }
        guard let object = value.object else { throw .bad("The body must be an object, not \(value.typeName)") }
        return object
    }

    /// The body as an object with no other keys than these: a live deployer refuses unknown ones on create.
    func object(only keys: Set<String>) throws(APIError) -> JSONObject {
        let object = try object()
        if let key = object.keys.first(where: { !keys.contains($0) }) { throw .bad("Unrecognized field '\(key)'") }
        return object
    }
}

/// What a handler answers with.
enum Reply {
    case json(JSONValue)
    /// An action is done; live servers say `{"msg": …}`.
    case done(String)
    case text(String)
    case noContent
    /// The bytes of a package archive of that id.
    case archive(String)
    case custom(Int, JSONValue)
}

typealias Handler = @Sendable (inout State, Call) throws(APIError) -> Reply

extension JSONValue {
    /// Nil in place of null: DSS takes a null member for an absent one.
    var unlessNull: JSONValue? { isNull ? nil : self }
}

extension JSONObject {
    /// The text of a member that must be there and not empty.
    func text(_ key: String) throws(APIError) -> String {
        guard let text = self[key]?.string, !text.isEmpty else { throw .bad("Missing or empty field '\(key)'") }
        return text
    }
}
