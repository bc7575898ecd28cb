internal import Resources
internal import StateStorage
internal import Synchronization

/// Holds the lease of an environment: renews it in the background, and knows when it is lost.
///
/// By our own clock it ends as long after it was asked for as the store was told: the store counts from a later moment.
final class LeaseKeeper: Sendable {
    /// A run that stands still for so long is taken for dead.
    static let duration: Duration = .seconds(30)
    /// Two renewals may fail before it runs out.
    private static let renewalsPerDuration = 3

    private struct State {
        var end: Duration
        var problem: StateError?
        var renewal: Task<Void, Never>?
    }

    let lease: Lease
    let store: any StateStore
    private let time: Timekeeper
    private let state: Mutex<State>

    /// `asked` is when it was asked for.
    init(_ lease: Lease, of store: any StateStore, asked: Duration, time: Timekeeper) {
        self.lease = lease
        self.store = store
        self.time = time
        state = Mutex(State(end: asked + LeaseKeeper.duration))
    }

    /// Why nothing may be written any more; nil while we hold it.
    var problem: StateError? {
        let now = time.now()
        return state.withLock { state in
            if state.problem == nil, now >= state.end { state.problem = .leaseLost(lease) }
            return state.problem
        }
    }

    /// Ends the right to write, whatever the store says: what is remembered is no longer what is done.
    func lose(_ problem: StateError) { state.withLock { $0.problem = $0.problem ?? problem } }

    /// A run that waits for who reads its output still lives: renewals have a thread of their own.
    private static let thread = OwnThread("mooring.lease")

    func keep() {
        let interval = LeaseKeeper.duration / LeaseKeeper.renewalsPerDuration
        let renewal = Task(executorPreference: LeaseKeeper.thread) { [time] in
            await time.every(interval) { await self.renew() }
        }
        state.withLock { $0.renewal = renewal }
    }

    func renew() async {
        guard problem == nil else { return }
        let asked = time.now()
        // Where the store does not answer, the end stays where it is, and comes.
        guard let isOurs = try? await store.renew(lease, milliseconds: LeaseKeeper.duration.milliseconds) else {
            return
        }
        state.withLock { state in
            if isOurs {
                state.end = max(state.end, asked + LeaseKeeper.duration)
            } else {
                state.problem = .leaseLost(lease)
            }
        }
    }

    /// Stops renewing and gives the lease back.
    func close() async {
        let renewal = state.withLock { state in
            defer { state.renewal = nil }
            return state.renewal
        }
        renewal?.cancel()
        await renewal?.value
        try? await store.release(lease)
    }
}
