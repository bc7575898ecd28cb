package import HTTP
package import JSON

/// One call of the remote's contract: a value that plans print and the client sends.
package struct Call: Sendable, Hashable {
    /// The official client's name for it, as `DSSAPIService.create_package`.
    package let operation: String
    package let method: HTTPMethod
    /// Relative to the base path, with each id percent-encoded as one segment and the slashes of the official client.
    package let path: String
    /// The path with `{}` for each id: few, whatever the node holds.
    package let route: String
    /// In the order in which the official client sends them.
    package let query: [QueryItem]
    package let body: CallBody
    /// What a successful answer holds.
    package let reply: ReplyKind
    /// Why the call must not be sent, if so: an id in its path would make it another call.
    let problem: String?

    init(
        _ operation: String, _ method: HTTPMethod, _ path: CallPath, query: [QueryItem] = [], body: CallBody = .none,
        reply: ReplyKind
    ) {
        self.operation = operation
        self.method = method
        self.path = path.text
        route = path.route
        problem = path.problem
        self.query = query
        self.body = body
        self.reply = reply
    }

    /// Whether it changes nothing on the other side.
    package var isRead: Bool { method == .get }

    /// Whether it may be sent again although the first may have arrived.
    ///
    /// Reads, a `PUT` of a whole document and a `DELETE` may (a second `DELETE` answers that the object is gone); creating,
    /// publishing, importing and updating, all by `POST`, may not.
    package var isReplayable: Bool { method != .post }

    /// Whether an archive is made, sent or fetched before the answer is whole: with large models that takes minutes.
    var movesArchive: Bool {
        if case .file = body { return true }
        return reply == .file || ["DSSAPIService.create_package", "DSSAPIService.publish_package"].contains(operation)
    }

    /// The method and the path, as plans and errors show it.
    package var line: String { "\(method.rawValue) \(path)" }

    /// The path with its query, as it stands after the base path in the request line.
    package var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + PercentEncoding.query(query.map { ($0.name, $0.value) })
    }
}

/// One name and value of a query, not encoded.
package struct QueryItem: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// A boolean as the official client sends it: `True` or `False`.
    package init(_ name: String, _ flag: Bool) { self.init(name, flag ? "True" : "False") }
}

/// What a call carries. Its description and mirror show sizes and names only: a document may hold secrets.
package enum CallBody: Sendable, Hashable {
    case none
    case json(JSONValue)
    /// One part of `multipart/form-data`, streamed from the file at `path`.
    case file(field: String, name: String, path: String)
}

/// What a successful answer holds: the codes J, F, T, E and S of the wire reference.
package enum ReplyKind: String, Sendable, Hashable {
    /// A JSON document, always.
    case json
    /// A JSON object that is the state of a future.
    case future
    case text
    /// Anything or nothing.
    case ignored
    /// Bytes for a file.
    case file
}

/// A path built from fixed text and ids; only the ids are encoded, so neither can be taken for the other.
struct CallPath: ExpressibleByStringInterpolation {
    let text: String
    let route: String
    let problem: String?

    init(stringLiteral value: String) { (text, route, problem) = (value, value, nil) }
    init(stringInterpolation: Interpolation) {
        (text, route, problem) = (stringInterpolation.text, stringInterpolation.route, stringInterpolation.problem)
    }

    struct Interpolation: StringInterpolationProtocol {
        var text = ""
        var route = ""
        var problem: String?

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }
        mutating func appendLiteral(_ literal: String) {
            text += literal
            route += literal
        }

        /// An empty id would ask for the list above the object, and dots climb.
        mutating func appendInterpolation(_ id: String) {
            if id.isEmpty { problem = "an id is empty" }
            if id == "." || id == ".." { problem = "'\(id)' cannot be an id" }
            text += PercentEncoding.segment(id)
            route += "{}"
        }
    }
}

extension Call: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(operation): \(line)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["call": description, "body": "\(body)"]) }
}

extension CallBody: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        switch self {
        case .none: "no body"
        case .json(let value): "\(value.typeName) of \(value.count) values"
        case .file(let field, let name, _): "file '\(name)' in field '\(field)'"
        }
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .enum) }
}
