package import JSON

/// One run that wrote or recorded something, as history keeps it.
package struct RunRecord: Hashable, Sendable {
    package enum Result: String, Hashable, Sendable, CaseIterable {
        /// Still under way, or ended without a word.
        case open
        case applied
        /// Some changes were carried out, others not.
        case partly
        case failed
        case rolledBack = "rolled-back"
        case interrupted
        /// Ended without a word, and settled by a later run.
        case abandoned
    }

    /// Counts from 1 within the environment.
    package let number: Int
    /// `apply`, `rollback`, `destroy`, `adopt`, …
    package let command: String
    /// Who, as `ann@host`.
    package let actor: String
    /// What the workspace stood at; with `uncommittedMark` behind it where its files differed from that.
    package let commit: String?
    /// Why, where the user said.
    package let reason: String?
    package let planDigest: String?
    /// In milliseconds since 1970 (UTC).
    package let started: Int
    package var finished: Int?
    package var result: Result
    /// How many changes ended how, as `applied`: 3.
    package var counts: [String: Int]

    package init(
        number: Int, command: String, actor: String, commit: String? = nil, reason: String? = nil,
        planDigest: String? = nil, started: Int, finished: Int? = nil, result: Result = .open,
        counts: [String: Int] = [:]
    ) {
        self.number = number
        self.command = command
        self.actor = actor
        self.commit = commit
        self.reason = reason
        self.planDigest = planDigest
        self.started = started
        self.finished = finished
        self.result = result
        self.counts = counts
    }
}

extension RunRecord {
    /// As `git describe --dirty` writes it.
    package static let uncommittedMark = "-dirty"

    /// Whether files of the workspace differed from the commit.
    package var hasUncommitted: Bool { commit?.hasSuffix(RunRecord.uncommittedMark) ?? false }

    /// The commit alone.
    package var commitName: String? {
        hasUncommitted ? commit.map { String($0.dropLast(RunRecord.uncommittedMark.count)) } : commit
    }
}

/// What one run did to one object.
package struct RunChange: Hashable, Sendable {
    package let address: Address
    package let action: Action
    /// `applied`, `failed`, …: an outcome's result.
    package let result: String
    /// What was last applied before the run and after it; nil where there was nothing.
    package let before: AppliedSpec?
    package let after: AppliedSpec?
    /// The fields as the plan showed them, without secrets: `[{"path", "before", "after"}]`.
    package let fields: JSONValue
    /// Codes and messages of what went wrong or is worth knowing.
    package let messages: [String]
    /// DSS's word for the health that a deployment ended in.
    package let health: String?
    package let milliseconds: Int

    package init(
        address: Address, action: Action, result: String, before: AppliedSpec? = nil, after: AppliedSpec? = nil,
        fields: JSONValue = .array([]), messages: [String] = [], health: String? = nil, milliseconds: Int = 0
    ) {
        self.address = address
        self.action = action
        self.result = result
        self.before = before
        self.after = after
        self.fields = fields
        self.messages = messages
        self.health = health
        self.milliseconds = milliseconds
    }
}
