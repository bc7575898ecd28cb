internal import Resources

/// A commit as an environment sees it.
struct Revision: Hashable, Sendable {
    let stamp: CommitStamp
    let key: RevisionKey

    var id: String { stamp.id }
}

/// Equal for commits that come to the same in an environment.
struct RevisionKey: Hashable, Sendable {
    /// The id of the watched folder's tree; empty where the commit has none.
    let tree: String
    /// A digest of what the watch file says of the environment.
    let rules: String
}

/// How an environment stands at one moment: all that its next step depends on.
///
/// Moments are milliseconds since 1970 (UTC).
struct Situation: Hashable, Sendable {
    var now: Int
    var mode = WatchedEnvironment.Mode.auto
    var drift = WatchedEnvironment.DriftMode.detect
    /// In milliseconds.
    var driftInterval: Int
    /// The newest commit that may be followed; nil: none was seen.
    var target: Revision?
    var live: Revision?
    /// The revision whose writing began and did not end whole; nil: what is live is whole.
    var begun: Revision?
    /// The key of the revision that is not to be tried again.
    var heldKey: RevisionKey?
    /// Somebody asked for the held one all the same.
    var isRetried = false
    var isSuspended = false
    /// Outside of its windows, or in a freeze.
    var isClosed = false
    /// Something failed that is to be tried again, not before this.
    var retry: Int?
    /// The revision that the newest plan was shown for.
    var shown: Revision?
    /// Whether that plan changes nothing on the nodes.
    var isShownEmpty = false
    /// Whether that plan may be carried out, as somebody agreed to it.
    var isApproved = false
    /// The revision whose approved plan was begun.
    var approvedBegun: Revision?
    /// When live was compared last with what was applied.
    var compared: Int?
    /// Somebody asked to look at all at once.
    var isSynced = false
    /// Somebody asked to put back what drifted.
    var isHealed = false
    /// Where versions come from is not done with this commit.
    var waitsForSource = false

    /// Whether something may be written to the nodes by itself or by an approval.
    var mayWrite: Bool { mode != .planOnly && !isSuspended && !isClosed }

    /// Whether live is not as the target says, as far as what was applied tells.
    var isBehind: Bool {
        guard let target else { return false }
        return target.key != live?.key || begun != nil
    }

    var isHeld: Bool { heldKey != nil && heldKey == target?.key && !isRetried }

    /// What live is compared with: what was written last, whole or not; before the first apply, what was planned.
    var base: Revision? { begun ?? live ?? (isHeld ? nil : shown) }
}

/// What an environment does next.
enum Decision: Hashable, Sendable {
    /// Nothing until something new is known; at the latest at this moment, where there is one.
    case rest(until: Int?)
    /// The new commit comes to the same as the live one: only its name is noted.
    case moveOn
    /// Plans the target and shows it; writes nothing.
    case show
    /// Plans the target and applies it.
    case apply
    /// Applies the plan that somebody agreed to.
    case applyApproved
    /// Goes on with an approved plan that was cut off, as far as it goes.
    case goOn
    /// Compares live with what was applied; puts it back where it may.
    case compare(heals: Bool)
}

extension Situation {
    /// Where a window or a freeze closes an environment that has something to do, the clock is looked at so often.
    static let closedPause = 60_000

    /// Nothing is put off for longer: a moment further ahead was written down before the clock was set back.
    static let longestRetry = 600_000

    /// The next step. It depends on nothing else, and each step that is carried out changes what it depends on.
    var decision: Decision {
        if let retry, now < retry, retry - now <= Situation.longestRetry, !isSynced { return .rest(until: retry) }
        if let target, isBehind, !isHeld, !waitsForSource {
            if let step = step(to: target) { return step }
        } else if let target, let live, !isBehind, target.id != live.id {
            return .moveOn
        }
        if let due = comparison, now >= due { return .compare(heals: (drift == .heal || isHealed) && mayWrite) }
        let waits = isHealed || isBehind && !isHeld && target != nil
        let opening = isClosed && waits ? now + Situation.closedPause : nil
        return .rest(until: [comparison, opening].compactMap(\.self).min())
    }

    /// What brings the target nearer; nil: it waits for somebody, or for a window.
    private func step(to target: Revision) -> Decision? {
        if mayWrite {
            switch mode {
            case .auto: return .apply
            case .approve where shown?.id == target.id && isApproved: return .applyApproved
            case .approve where shown?.id == target.id && isShownEmpty: return .apply
            case .approve where approvedBegun?.id == target.id: return .goOn
            case .approve, .planOnly: break
            }
        }
        return shown?.id == target.id && !isSynced ? nil : .show
    }

    /// When live is to be compared next; nil: never.
    private var comparison: Int? {
        guard base != nil else { return nil }
        if isSynced || isHealed && mayWrite { return now }
        guard drift != .off else { return nil }
        // What lies ahead was written down before the clock was set back.
        return (compared.flatMap { $0 > now ? nil : $0 } ?? 0) + driftInterval
    }
}
