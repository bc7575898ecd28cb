internal import Dispatch
internal import Glibc
internal import Synchronization

/// Turns the first SIGINT or SIGTERM into a request to stop; a second one ends the process at once. SIGHUP is left alone
/// unless somebody wants it.
final class SignalWatch {
    private let sources: [any DispatchSourceSignal]
    private let numbers: [Int32]

    /// `onFirst` is called once, on a queue of its own, with the signal's number; `onHangup` with each SIGHUP.
    init(onHangup: (@Sendable () -> Void)? = nil, onFirst: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "mooring.signals")
        let counter = Counter()
        numbers = [SIGINT, SIGTERM] + (onHangup == nil ? [] : [SIGHUP])
        sources = numbers.map { number in
            // The default would end the process before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if number == SIGHUP { return onHangup?() ?? () }
                guard counter.isFirst() else { _exit(128 + number) }
                onFirst(number)
            }
            source.resume()
            return source
        }
    }

    func end() {
        for source in sources { source.cancel() }
        for number in numbers { signal(number, SIG_DFL) }
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)

        func isFirst() -> Bool { count.add(1, ordering: .relaxed).oldValue == 0 }
    }
}
