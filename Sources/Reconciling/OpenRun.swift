internal import Resources
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

    /// From now on plans and records are about these manifests.
    func read(_ desired: DesiredState) { manifests.withLock { $0 = desired } }

    /// Gives the lock back.
    package func close() async { await lease.close() }
}
