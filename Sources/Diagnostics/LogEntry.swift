/// One thing that the operator of a daemon reads in its log. No secret is in it.
///
/// The message is always the same for the same thing; what differs is in the facts.
package struct LogEntry: Hashable, Sendable {
    package enum Level: String, Hashable, Sendable { case info, warning, error }

    package struct Fact: Hashable, Sendable {
        /// As `commit`.
        package let key: String
        package let value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package let level: Level
    package let message: String
    /// In the order in which they are told.
    package let facts: [Fact]

    package init(_ level: Level, _ message: String, _ facts: [(String, String)] = []) {
        self.level = level
        self.message = message
        self.facts = facts.map { Fact($0.0, $0.1) }
    }
}
