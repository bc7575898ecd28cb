import Resources
import StateStorage
import Synchronization

/// A store that counts its commits, and fails when it is told to.
final class FaultyStore: StateStore {
    private struct State {
        var commits: [[StateEntry]] = []
        var fault: (@Sendable (Int, [StateEntry]) -> StateError?)?
        var renewals = true
    }

    let base: MemoryStore
    private let state = Mutex(State())

    init(_ base: MemoryStore) { self.base = base }

    /// The entries of each commit that was done.
    var commits: [[StateEntry]] { state.withLock { $0.commits } }

    /// Asked before each commit: its number, counted from 0 with those that failed, and its entries.
    func fail(_ fault: @escaping @Sendable (Int, [StateEntry]) -> StateError?) { state.withLock { $0.fault = fault } }

    /// From now on the lease is not renewed, and nobody says so.
    func stopRenewals() { state.withLock { $0.renewals = false } }

    private let asked = Mutex(0)

    func commit(_ entries: [StateEntry], under lease: Lease) async throws(StateError) {
        let number = asked.withLock { number in
            defer { number += 1 }
            return number
        }
        if let error = state.withLock({ $0.fault })?(number, entries) { throw error }
        try base.commit(entries, under: lease)
        state.withLock { $0.commits.append(entries) }
    }

    func renew(_ lease: Lease, milliseconds: Int) async throws(StateError) -> Bool {
        guard state.withLock({ $0.renewals }) else {
            throw StateError(.unreachable, "state-unreachable", "the store does not answer")
        }
        return try base.renew(lease, milliseconds: milliseconds)
    }

    func snapshot(of environment: String) async throws(StateError) -> StateSnapshot {
        try base.snapshot(of: environment)
    }

    func acquire(
        _ environment: String, for holder: LeaseHolder, milliseconds: Int
    ) async throws(StateError) -> LeaseAnswer {
        try base.acquire(environment, for: holder, milliseconds: milliseconds)
    }

    func release(_ lease: Lease) async throws(StateError) { try base.release(lease) }
    func holder(of environment: String) async throws(StateError) -> LeaseHolder? { try base.holder(of: environment) }

    func breakLease(of environment: String) async throws(StateError) -> LeaseHolder? {
        try base.breakLease(of: environment)
    }

    func begin(_ run: RunRecord, under lease: Lease) async throws(StateError) -> Int {
        try base.begin(run, under: lease)
    }

    func runs(of environment: String, limit: Int, before: Int?) async throws(StateError) -> [RunRecord] {
        try base.runs(of: environment, limit: limit, before: before)
    }

    func run(_ number: Int, of environment: String) async throws(StateError) -> RunRecord? {
        try base.run(number, of: environment)
    }

    func changes(of run: Int, in environment: String) async throws(StateError) -> [RunChange] {
        try base.changes(of: run, in: environment)
    }

    func changes(
        to address: Address, in environment: String, limit: Int
    ) async throws(StateError) -> [(run: RunRecord, change: RunChange)] {
        try base.changes(to: address, in: environment, limit: limit)
    }
}
