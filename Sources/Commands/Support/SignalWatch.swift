internal import Dispatch
internal import Glibc
internal import Synchronization

/// Turns the first SIGINT or SIGTERM into a request to stop; a second one ends the process at once. SIGHUP is left alone
/// unless somebody wants it.
///
/// Of several watches the newest hears the signals; with none left they end the process.
final class SignalWatch: Sendable {
    private let onHangup: (@Sendable () -> Void)?
    private let onFirst: @Sendable (Int32) -> Void
    private let count = Atomic(0)

    /// `onFirst` is called once, on a queue of its own, with the signal's number; `onHangup` with each SIGHUP.
    ///
    /// A signal that comes after this is heard.
    init(onHangup: (@Sendable () -> Void)? = nil, onFirst: @escaping @Sendable (Int32) -> Void) {
        self.onHangup = onHangup
        self.onFirst = onFirst
        SignalWatch.watches.withLock { $0.append(self) }
        SignalWatch.listen(to: [SIGINT, SIGTERM] + (onHangup == nil ? [] : [SIGHUP]))
    }

    func end() { SignalWatch.watches.withLock { $0.removeAll { $0 === self } } }

    private func hear(_ number: Int32) {
        if number == SIGHUP, let onHangup { return onHangup() }
        guard count.add(1, ordering: .relaxed).oldValue == 0 else { _exit(128 + number) }
        onFirst(number)
    }

    private static let watches = Mutex<[SignalWatch]>([])
    private static let queue = DispatchQueue(label: "mooring.signals")
    /// Kept for good: once a source of a signal was cancelled, a later one for it hears nothing (libdispatch on Linux,
    /// seen with Swift 6.3).
    private static let sources = Mutex<[Int32: any DispatchSourceSignal]>([:])

    /// Returns when the signals are heard: until a source is registered they would do what they did before.
    private static func listen(to numbers: [Int32]) {
        sources.withLock { sources in
            for number in numbers where sources[number] == nil {
                let registered = DispatchSemaphore(value: 0)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setRegistrationHandler { registered.signal() }
                source.setEventHandler {
                    guard let watch = watches.withLock(\.last) else { _exit(128 + number) }
                    watch.hear(number)
                }
                source.resume()
                registered.wait()
                sources[number] = source
            }
        }
    }
}
