package import Diagnostics

/// Where a workspace keeps its state: `spec.state`.
package struct StateSettings: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        /// A SQLite file, relative to the workspace.
        case file(String)
        /// A PostgreSQL server; the secret is a connection string, as `postgres://…`.
        case postgres(SecretReference)
    }

    package var place: Place
    /// What secrets' digests are keyed by; nil: a key of its own beside the state file.
    package var fingerprintKey: SecretReference?
    package var mark: SourceMark?

    package static let defaultFile = ".mooring/state.db"

    package init(
        place: Place = .file(StateSettings.defaultFile), fingerprintKey: SecretReference? = nil,
        mark: SourceMark? = nil
    ) {
        self.place = place
        self.fingerprintKey = fingerprintKey
        self.mark = mark
    }

    /// The secrets that the place and the key are.
    package var secrets: [SecretReference] {
        let connection: SecretReference? = if case .postgres(let secret) = place { secret } else { nil }
        return [connection, fingerprintKey].compactMap { $0 }
    }
}

/// A limit on how many: a count, or a share of what is managed.
package enum Bound: Hashable, Sendable, ExpressibleByIntegerLiteral {
    case count(Int)
    /// 0 to 100.
    case percent(Int)

    package init(integerLiteral count: Int) { self = .count(count) }

    /// Reads `5%`; nil for anything else, and for more than all.
    package init?(percentage text: String) {
        let digits = text.dropLast()
        guard text.last == "%", digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let share = Int(digits), share <= 100,
            digits == "\(share)"
        else { return nil }
        self = .percent(share)
    }

    /// How many of `total`; a share is rounded down.
    package func allowed(of total: Int) -> Int {
        switch self {
        case .count(let count): count
        case .percent(let share): total * share / 100
        }
    }

    /// As a manifest has it: `10` or `5%`.
    package var text: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let share): "\(share)%"
        }
    }
}
