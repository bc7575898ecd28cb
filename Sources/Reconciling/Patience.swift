internal import Synchronization

/// Counts what had no answer, up to the point at which asking on would only wait.
final class Patience: Sendable {
    private let left: Mutex<Int>

    init(_ most: Int) { left = Mutex(most) }

    var isOver: Bool { left.withLock { $0 <= 0 } }

    func lose() { left.withLock { $0 -= 1 } }
}
