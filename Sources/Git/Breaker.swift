internal import Synchronization

/// Tells whoever talks to a server that it is to end, once for all; from any thread.
final class Breaker: Sendable {
    private let state = Atomic(false)

    /// How often who waits on a thread of his own looks here.
    static let pause: Duration = .milliseconds(100)

    var isBroken: Bool { state.load(ordering: .relaxed) }

    func breakOff() { state.store(true, ordering: .relaxed) }

    func check() throws(GitError) {
        if isBroken { throw GitError(.unreachable, "the conversation was broken off, since Mooring ends") }
    }
}
