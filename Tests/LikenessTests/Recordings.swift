import DSS
import Foundation
import HTTP
import JSON

/// What the official client sent for each operation: `Tests/OfficialClient/recordings.json`.
struct Recordings {
    /// The answers of the recording server, by name.
    let documents: JSONObject
    /// The requests of each operation, each as text.
    let requests: [String: [String]]

    init() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "OfficialClient/recordings.json")
        let file = try JSONValue(parsing: [UInt8](Data(contentsOf: path)))
        documents = file["documents"]?.object ?? [:]
        var requests: [String: [String]] = [:]
        for recording in file["recordings"]?.array ?? [] {
            requests[recording["operation"]?.string ?? ""] = (recording["requests"]?.array ?? []).map(Recordings.text)
        }
        self.requests = requests
    }

    /// A document of the recording server, with some members changed.
    func document(_ name: String, _ changes: [(String, JSONValue)] = []) throws -> JSONValue {
        var object = try JSONValue(parsing: documents[name]?.string ?? "").object ?? [:]
        for (key, value) in changes { object[key] = value }
        return .object(object)
    }

    private static func text(_ request: JSONValue) -> String {
        var lines = ["\(request["method"]?.string ?? "") \(request["target"]?.string ?? "")"]
        lines += (request["headers"]?.object ?? [:]).map { "\($0.key): \($0.value.string ?? "")" }.sorted()
        if let body = request["body"]?.string { lines.append(body) }
        for part in request["parts"]?.array ?? [] {
            lines += (part["headers"]?.object ?? [:]).map { "part \($0.key): \($0.value.string ?? "")" }
        }
        return lines.joined(separator: "\n")
    }
}

/// A transport that keeps what is sent, as text of the recordings' form.
actor RecordingTransport: Transport {
    static let host = "http://dss.example.com"
    private(set) var requests: [String] = []

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let target = request.url.dropFirst(RecordingTransport.host.count)
        let prefix = DSSEndpoint.defaultBasePath
        var lines = ["\(request.method.rawValue) \(target.hasPrefix(prefix) ? target.dropFirst(prefix.count) : target)"]
        lines += request.headers.map { "\($0.name): \($0.value)" }.sorted()
        switch request.body {
        case .none: break
        case .bytes(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
        case .multipart(let field, let name, _):
            lines.append("part Content-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"")
        }
        requests.append(lines.joined(separator: "\n"))
        return HTTPResponse(
            status: 200, headers: [HTTPHeader("Content-Type", "application/json")], body: Array("{}".utf8))
    }
}
