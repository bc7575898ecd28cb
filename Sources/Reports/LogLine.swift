internal import Diagnostics
internal import JSON

/// One line of the daemon's log: a fixed text, and the facts of the moment beside it.
package struct LogLine: Hashable, Sendable {
    package enum Level: String, Hashable, Sendable, CaseIterable { case debug, info, warning, error }

    package struct Fact: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: some CustomStringConvertible) {
            self.name = name
            self.value = value.description
        }
    }

    package let level: Level
    package let message: String
    package let facts: [Fact]

    package init(_ level: Level, _ message: String, _ facts: [Fact] = []) {
        self.level = level
        self.message = message
        self.facts = facts
    }

    /// As `2026-03-01T09:00:00Z warning webhook refused hook=churn why="wrong signature"`, without a line break.
    ///
    /// `time` is in milliseconds since 1970 (UTC). Nothing of a fact can start a line or colour one.
    package func text(at time: Int) -> String {
        let facts = facts.map { fact in
            let isPlain = !fact.value.isEmpty && fact.value.utf8.allSatisfy(LogLine.isPlain)
            return " \(fact.name)=\(isPlain ? fact.value : JSONValue.string(printable(fact.value)).text())"
        }
        return "\(Instant.text(time)) \(level.rawValue) \(message)\(facts.joined())"
    }

    /// The same as one line of JSON: `time`, `level`, `message`, and each fact as a member of its own.
    package func json(at time: Int) -> String {
        var object: JSONObject = [
            "time": .string(Instant.text(time)), "level": .string(level.rawValue), "message": .string(message),
        ]
        for fact in facts where !object.contains(key: fact.name) { object[fact.name] = .string(fact.value) }
        return JSONValue.object(object).text()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "\\"): false
        default: 0x21...0x7E ~= byte
        }
    }
}
