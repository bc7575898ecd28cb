internal import Synchronization

/// What signals ask of a daemon: SIGINT and SIGTERM its end, SIGHUP to read its file again. A second SIGINT or SIGTERM ends
/// the process at once.
final class DaemonSignals: Sendable {
    enum Wish: Sendable { case stop, reload }

    private let wishes: AsyncStream<Void>
    private let isStopping: Flag
    private let watch: Mutex<SignalWatch>

    init() {
        // One is enough for any number of signals: what they come to is looked up.
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isStopping = Flag()
        wishes = stream
        self.isStopping = isStopping
        let watch = SignalWatch(onHangup: { continuation.yield() }) { _ in
            isStopping.set()
            continuation.yield()
        }
        self.watch = Mutex(watch)
    }

    /// The next wish; nil when the task is cancelled before there is one, and then for ever.
    func next() async -> Wish? {
        for await _ in wishes { return isStopping.isSet ? .stop : .reload }
        return nil
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { value.load(ordering: .acquiring) }

        func set() { value.store(true, ordering: .releasing) }
    }
}
