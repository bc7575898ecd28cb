internal import Dispatch
internal import Glibc

/// Turns the first SIGINT or SIGTERM into a request to stop; a second one ends the process at once.
final class SignalWatch {
    private let sources: [any DispatchSourceSignal]

    /// `onFirst` is called once, on a queue of its own, with the signal's number.
    init(onFirst: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "mooring.signals")
        let isAsked = DispatchSemaphore(value: 1)
        sources = [SIGINT, SIGTERM].map { number in
            // The default would end the process before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                guard isAsked.wait(timeout: .now()) == .success else { _exit(128 + number) }
                onFirst(number)
            }
            source.resume()
            return source
        }
    }

    func end() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
