import JSON

/// What DSS says about an object or a task: a list of messages, each with a severity.
package struct MessageList: Sendable, Hashable {
    /// How bad a message is, from success to error; a word of a newer server is kept.
    package enum Severity: Sendable, Hashable {
        case success, info, warning, error
        case other(String)

        package init(_ text: String) {
            switch text {
            case "SUCCESS": self = .success
            case "INFO": self = .info
            case "WARNING": self = .warning
            case "ERROR": self = .error
            default: self = .other(text)
            }
        }

        package var text: String {
            switch self {
            case .success: "SUCCESS"
            case .info: "INFO"
            case .warning: "WARNING"
            case .error: "ERROR"
            case .other(let text): text
            }
        }

        /// Its place in the order; an unknown one stands between warning and error, so that it is not overlooked.
        fileprivate var rank: Int {
            switch self {
            case .success: 0
            case .info: 1
            case .warning: 2
            case .other: 3
            case .error: 4
            }
        }
    }

    package struct Message: Sendable, Hashable {
        package let severity: Severity
        package let isFatal: Bool
        package let code: String
        package let title: String
        package let message: String
        package let details: String

        init(_ value: JSONValue) throws(ShapeError) {
            let object = try value.dueObject()
            severity = Severity(try object.string("severity") ?? "INFO")
            isFatal = try object.flag("isFatal") ?? false
            code = try object.string("code") ?? ""
            title = try object.string("title") ?? ""
            message = try object.string("message") ?? ""
            details = try object.string("details") ?? ""
        }

        /// One line: title and message, or whichever there is, or the code.
        package var line: String {
            let parts = [title, message == title ? "" : message].filter { !$0.isEmpty }
            if !parts.isEmpty { return parts.joined(separator: ": ") }
            return details.isEmpty ? code : details
        }
    }

    package let messages: [Message]
    /// The worst severity: the server's word, else that of the messages. Nil when there is no message.
    package let maxSeverity: Severity?
    /// Whether it speaks of an error, by a flag or a message.
    package let hasError: Bool
    package let hasFatal: Bool

    /// Without any message.
    package static let empty = MessageList(messages: [], maxSeverity: nil, hasError: false, hasFatal: false)

    private init(messages: [Message], maxSeverity: Severity?, hasError: Bool, hasFatal: Bool) {
        self.messages = messages
        self.maxSeverity = maxSeverity
        self.hasError = hasError
        self.hasFatal = hasFatal
    }

    /// Reads a list as `healthMessages` holds it. `success` in it only says that a message of that severity exists.
    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        messages = try object.list("messages") { (element) throws(ShapeError) in try Message(element) }
        let worst = messages.map(\.severity).max { $0.rank < $1.rank }
        maxSeverity = try object.string("maxSeverity").map { Severity($0) } ?? worst
        hasFatal = try object.flag("fatal") ?? false || messages.contains { $0.isFatal }
        let flag = try object.flag("error") ?? false
        hasError = flag || hasFatal || worst == .error || maxSeverity == .error
    }
}
