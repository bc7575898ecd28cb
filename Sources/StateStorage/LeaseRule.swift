internal import Resources

/// What a store keeps of the lease of one environment: the row that all rules are about.
struct LeaseRow: Hashable, Sendable {
    /// Of the newest lease that there ever was; 0 before the first.
    var token: Int
    /// Nil when it was released.
    var holder: LeaseHolder?

    static let none = LeaseRow(token: 0, holder: nil)

    /// The holder, with how long ago the lease was taken; nil when it is free at `now`.
    ///
    /// It is free when it has run out, or when its process is known to be gone.
    func holder(at now: Int, _ isGone: (ProcessIdentity) -> Bool) -> LeaseHolder? {
        guard var holder, holder.expires > now, !isGone(holder.process) else { return nil }
        holder.ageMilliseconds = max(0, now - holder.acquired)
        return holder
    }

    /// Gives the lease to `holder` when it is free: the row is then the new one.
    mutating func acquire(
        _ environment: String, for holder: LeaseHolder, milliseconds: Int, at now: Int,
        _ isGone: (ProcessIdentity) -> Bool
    ) -> LeaseAnswer {
        if let current = self.holder(at: now, isGone) { return .held(current) }
        var holder = holder
        holder.acquired = now
        holder.expires = now + milliseconds
        holder.ageMilliseconds = 0
        token += 1
        self.holder = holder
        return .granted(Lease(environment: environment, token: token, holder: holder))
    }

    /// Whether `lease` is the current one and has not run out at `now`.
    func isHeld(by lease: Lease, at now: Int) -> Bool {
        guard let holder else { return false }
        return token == lease.token && holder.expires > now
    }
}

/// How much history is kept.
package enum RunHistory {
    /// The newest runs of each environment; older ones go when a new one begins. A year and more of daily work, and some
    /// days of a watcher that heals each quarter of an hour: what anybody looks back at, in a file that stays small.
    package static let maximumRuns = 500
}
