import JSON

/// One finding about a deployment or a roll-out, in the shape of DSS's message lists.
struct Message: Equatable {
    enum Severity: String, Comparable {
        case success = "SUCCESS"
        case info = "INFO"
        case warning = "WARNING"
        case error = "ERROR"

        static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
        private var rank: Int {
            switch self {
            case .success: 0
            case .info: 1
            case .warning: 2
            case .error: 3
            }
        }
    }

    let severity: Severity
    let code: String
    let title: String
    let message: String

    init(_ severity: Severity, _ code: String, _ title: String, _ message: String) {
        self.severity = severity
        self.code = code
        self.title = title
        self.message = message
    }

    var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "isFatal": false, "code": .string(code), "title": .string(title),
            "message": .string(message), "details": .string(message),
        ]
    }

    init?(json: JSONValue) {
        guard let severity = json["severity"]?.string.flatMap(Severity.init(rawValue:)) else { return nil }
        self.init(
            severity, json["code"]?.string ?? "", json["title"]?.string ?? "", json["message"]?.string ?? "")
    }
}

extension [Message] {
    /// DSS's message list: `success` means "at least one SUCCESS message", not that all went well.
    var json: JSONValue {
        let severities = Set(map(\.severity))
        var object: JSONObject = [
            "messages": .array(map(\.json)), "anyMessage": .bool(!isEmpty),
            "success": .bool(severities.contains(.success)), "warning": .bool(severities.contains(.warning)),
            "error": .bool(severities.contains(.error)), "fatal": false,
        ]
        object["maxSeverity"] = severities.max().map { .string($0.rawValue) }
        return .object(object)
    }
}
