package import Resources

/// Where the state of all environments of a workspace lies: what we applied, the journal, past runs, the lock.
///
/// A store is shared by processes; each call stands for itself and is done or not done as a whole.
package protocol StateStore: Sendable {
    func snapshot(of environment: String) async throws(StateError) -> StateSnapshot

    /// Takes the lease of an environment for `milliseconds`, when nobody holds it: it was released, has run out, or its
    /// process is known to be gone.
    func acquire(
        _ environment: String, for holder: LeaseHolder, milliseconds: Int
    ) async throws(StateError) -> LeaseAnswer
    /// Puts the end of a lease off; false when it is no longer ours.
    func renew(_ lease: Lease, milliseconds: Int) async throws(StateError) -> Bool
    /// Gives a lease back; nothing happens when it is no longer ours.
    func release(_ lease: Lease) async throws(StateError)
    func holder(of environment: String) async throws(StateError) -> LeaseHolder?
    /// Ends whatever lease there is, and returns who held it.
    func breakLease(of environment: String) async throws(StateError) -> LeaseHolder?

    /// Begins a run, and returns its number; `run.number` is not looked at.
    func begin(_ run: RunRecord, under lease: Lease) async throws(StateError) -> Int
    /// Writes all entries or none, durably, and only under the current lease; else throws `.leaseLost`.
    func commit(_ entries: [StateEntry], under lease: Lease) async throws(StateError)

    /// The newest runs below `before`, newest first.
    func runs(of environment: String, limit: Int, before: Int?) async throws(StateError) -> [RunRecord]
    func run(_ number: Int, of environment: String) async throws(StateError) -> RunRecord?
    /// Sorted by address.
    func changes(of run: Int, in environment: String) async throws(StateError) -> [RunChange]
    /// What the newest runs did to one object, newest first.
    func changes(
        to address: Address, in environment: String, limit: Int
    ) async throws(StateError) -> [(run: RunRecord, change: RunChange)]

    /// Lets go of the file or the connection, as at the end of a command; the next call takes it up again.
    func close() async
}

extension StateStore {
    package func close() async {}
}

package enum LeaseAnswer: Hashable, Sendable {
    case granted(Lease)
    case held(LeaseHolder)
}

/// One thing to remember or to forget.
package enum StateEntry: Hashable, Sendable {
    /// A remote write is about to be sent.
    case intend(Intent)
    /// DSS answered it with a long task.
    case follow(Intent.ID, job: String)
    /// It is over. When it was done, its records are remembered and what it forgets is forgotten.
    case settle(Intent.ID, isDone: Bool)
    case put(Record)
    case remove(Address)
    case changed(run: Int, RunChange)
    case finish(run: Int, RunRecord.Result, finished: Int, counts: [String: Int])
}
