package import Diagnostics

/// Rules that a plan must keep, per environment. What breaks one is refused, and the rule is named.
package struct Policy: Hashable, Sendable {
    /// A rule and where it stands.
    package struct Rule<Value: Hashable & Sendable>: Hashable, Sendable {
        package let value: Value
        package let mark: SourceMark

        package init(_ value: Value, at mark: SourceMark) {
            self.value = value
            self.mark = mark
        }
    }

    /// When `false`, no service may answer everybody. Nil: anything goes.
    package var allowPublicAuth: Rule<Bool>?
    /// When `false`, no roll-out may pass over warnings.
    package var allowIgnoreWarnings: Rule<Bool>?
    /// Globs of addresses that are never deleted or replaced.
    package var protect: Rule<[String]>?
    /// When `true`, each endpoint of a service that is packaged must have test queries.
    package var requireTestQueries: Rule<Bool>?
    /// When nothing is written.
    package var freezes: [FreezeWindow] = []

    package init() {}
}

/// A time in which nothing is written: once, or each week.
package struct FreezeWindow: Hashable, Sendable {
    package enum Span: Hashable, Sendable {
        /// From a wall-clock time to another, as `2026-12-20T18:00`; the end is not in it.
        case once(from: String, until: String)
        /// On each of these days (1 is Monday, 7 is Sunday) from a minute of the day on, for so many minutes.
        case weekly(days: [Int], startMinute: Int, minutes: Int)
    }

    package let span: Span
    /// A name of the time zone database, as `Europe/Berlin`.
    package let timeZone: String
    package let reason: String?
    package let mark: SourceMark

    package init(span: Span, timeZone: String, reason: String?, mark: SourceMark) {
        self.span = span
        self.timeZone = timeZone
        self.reason = reason
        self.mark = mark
    }
}
