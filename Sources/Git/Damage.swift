internal import Synchronization

/// Whether a mirror was found damaged; shared with the trees that are read from it.
final class Damage: Sendable {
    private let flag = Atomic(false)
    private let count = Atomic(0)

    var isKnown: Bool {
        get { flag.load(ordering: .relaxed) }
        set { flag.store(newValue, ordering: .relaxed) }
    }

    /// How often the mirror was made anew.
    var generation: Int { count.load(ordering: .acquiring) }

    /// The mirror is another one from now on.
    func repaired() {
        flag.store(false, ordering: .relaxed)
        count.add(1, ordering: .releasing)
    }
}
