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

    /// These rules over those of `base`: the freezes of both hold.
    package func over(_ base: Policy) -> Policy {
        var policy = base
        policy.allowPublicAuth = allowPublicAuth ?? base.allowPublicAuth
        policy.allowIgnoreWarnings = allowIgnoreWarnings ?? base.allowIgnoreWarnings
        policy.protect = protect ?? base.protect
        policy.requireTestQueries = requireTestQueries ?? base.requireTestQueries
        policy.freezes += freezes
        return policy
    }

    /// These rules, and those of `other` where they are stricter or there are none here.
    package func joined(with other: Policy) -> Policy {
        var policy = self
        if allowPublicAuth?.value != false { policy.allowPublicAuth = other.allowPublicAuth ?? allowPublicAuth }
        if allowIgnoreWarnings?.value != false {
            policy.allowIgnoreWarnings = other.allowIgnoreWarnings ?? allowIgnoreWarnings
        }
        if requireTestQueries?.value != true {
            policy.requireTestQueries = other.requireTestQueries ?? requireTestQueries
        }
        if let more = other.protect {
            policy.protect = protect.map { Rule($0.value + more.value, at: $0.mark) } ?? more
        }
        policy.freezes += other.freezes
        return policy
    }
}

/// A time in which nothing is written: once, or each week.
package struct FreezeWindow: Hashable, Sendable {
    package enum Span: Hashable, Sendable {
        /// The end is not in it.
        case once(from: WallTime, until: WallTime)
        /// On each of these days (1 is Monday, 7 is Sunday) from a minute of the day on, for 1 to 1440 minutes.
        case weekly(days: [Int], startMinute: Int, minutes: Int)
    }

    package let span: Span
    /// A name of the time zone database, as `Europe/Berlin`; or `UTC`, or an offset as `+01:00`.
    package let timeZone: String
    package let reason: String?
    package let mark: SourceMark

    /// The days as a workspace names them, from Monday on.
    package static let dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    package init(span: Span, timeZone: String, reason: String?, mark: SourceMark) {
        self.span = span
        self.timeZone = timeZone
        self.reason = reason
        self.mark = mark
    }
}

/// A freeze that holds at the moment of a plan.
package struct FreezeInForce: Hashable, Sendable {
    package let window: FreezeWindow
    /// When it ends on a clock of its own time zone; nil when one such window follows the other without end.
    package let until: WallTime?

    package init(window: FreezeWindow, until: WallTime?) {
        self.window = window
        self.until = until
    }
}
