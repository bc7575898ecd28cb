import HTTP

/// What the daemon's server remembers of those who call it: who is logged in, who was wrong, which calls were taken.
///
/// It is made once for a process, so that it outlives a reload of the watch file.
package final class ServerMemory: Sendable {
    let clock: RetryClock
    /// Under which tokens are kept.
    let key = randomBytes()
    let sessions: Sessions
    /// Of tokens that are nobody's.
    let attempts: RateLimiter
    /// Of webhooks that prove nothing: from one address, and in all.
    let badCalls: RateLimiter
    let badCallsInAll: RateLimiter
    let seen: SeenCalls

    package convenience init() { self.init(clock: .system) }

    init(clock: RetryClock) {
        self.clock = clock
        sessions = Sessions(now: clock.now)
        attempts = RateLimiter(
            perSecond: WatchSite.attemptsPerSecond, burst: WatchSite.mostAttempts, slots: ServerMemory.slots,
            now: clock.now)
        badCalls = RateLimiter(
            perSecond: HookDoor.callsPerSecond, burst: HookDoor.mostAtOnce, slots: ServerMemory.slots, now: clock.now)
        badCallsInAll = RateLimiter(
            perSecond: HookDoor.callsPerSecondInAll, burst: HookDoor.mostAtOnceInAll, now: clock.now)
        seen = SeenCalls(now: clock.now)
    }

    /// Addresses share as many counts.
    private static let slots = 1024
}
