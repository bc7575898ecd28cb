internal import Diagnostics
package import Resources
internal import StateStorage

extension Reconciler {
    /// Between two looks at a lock that another run holds: from the first to the last, doubled each time.
    private static let pauses: ClosedRange<Duration> = .milliseconds(200)...(.seconds(2))

    /// Takes the environment's lease, so that nobody else writes; it must be closed.
    ///
    /// Where another run holds it, waits up to `waiting` and tells `onWait` before each pause who it is; then throws
    /// `.locked`. `command` is as the user typed it, `owner` as `ann@host`.
    package func open(
        _ command: String, owner: String, process: ProcessIdentity, waiting: Duration,
        onWait: @Sendable (LeaseHolder) -> Void
    ) async throws(ReconcileError) -> OpenRun {
        let holder = LeaseHolder(owner: owner, command: command, process: process)
        let end = time.now() + waiting
        // The number of looks is bounded by the pauses between them.
        for attempt in 0... {
            let asked = time.now()
            let answer = try await stored { () throws(StateError) in
                try await store.acquire(
                    environment.name, for: holder, milliseconds: LeaseKeeper.duration.milliseconds)
            }
            switch answer {
            case .granted(let lease):
                let keeper = LeaseKeeper(lease, of: store, asked: asked, time: time)
                keeper.keep()
                return OpenRun(self, keeper)
            case .held(let other):
                let left = end - time.now()
                guard left > .zero else { throw ReconcileError(locked(by: other), .locked) }
                onWait(other)
                await time.sleep(min(left, pause(attempt, process)))
            }
        }
        preconditionFailure("waiting for a lock ends with its time")
    }

    private func locked(by holder: LeaseHolder) -> Diagnostic {
        let seconds = Duration.milliseconds(holder.ageMilliseconds).components.seconds
        return Diagnostic(
            .error, "locked",
            "'\(environment.name)' is locked by \(holder.owner), who has been running '\(holder.command)' for \(seconds) s",
            hint: "Wait for it with --lock-timeout. `mooring lock status` tells more; a run that died gives its lock "
                + "back after \(LeaseKeeper.duration.components.seconds) s.")
    }

    /// Processes that wait for one lock must not all ask at the same moments: each draws from its own identity.
    private func pause(_ attempt: Int, _ process: ProcessIdentity) -> Duration {
        let longest = min(Reconciler.pauses.lowerBound * (1 << min(attempt, 10)), Reconciler.pauses.upperBound)
        var hash = UInt64(truncatingIfNeeded: process.number &+ process.started &* 31 &+ attempt &* 7919)
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return longest / 2 + longest / 2 * Int(hash >> 54) / 1024
    }

    func stored<T>(_ work: () async throws(StateError) -> T) async throws(ReconcileError) -> T {
        do throws(StateError) { return try await work() } catch { throw ReconcileError(error.diagnostic) }
    }
}
