internal import Synchronization

/// Whether a mirror was found damaged; shared with the trees that are read from it.
final class Damage: Sendable {
    private let flag = Atomic(false)

    var isKnown: Bool {
        get { flag.load(ordering: .relaxed) }
        set { flag.store(newValue, ordering: .relaxed) }
    }
}
