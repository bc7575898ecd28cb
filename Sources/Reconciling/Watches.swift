internal import Resources
internal import Synchronization

/// Roll-outs that are owed since the infrastructure under them was saved, as the journal knows them: should the run end
/// before their turn, the next one goes on with them.
final class Watches: Sendable {
    private let ids = Mutex<[Address: Intent.ID]>([:])

    func add(_ id: Intent.ID, for deployment: Address) { ids.withLock { $0[deployment] = id } }

    func take(_ deployment: Address) -> Intent.ID? { ids.withLock { $0.removeValue(forKey: deployment) } }
}
