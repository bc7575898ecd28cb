internal import Dispatch
internal import Glibc
internal import Synchronization

/// Turns the first SIGINT, SIGTERM or SIGHUP into a request to stop; a second SIGINT or SIGTERM ends the process at once.
///
/// Of several watches the newest hears the signals; with none left they end the process. What was ignored when the process
/// started, as by `nohup` or for a script's background job, stays ignored.
final class SignalWatch: Sendable {
    private let onHangup: (@Sendable () -> Void)?
    private let onFirst: @Sendable (Int32) -> Void
    private let heard = Mutex(Heard())

    private struct Heard {
        var hasAny = false
        var hasRequest = false
    }

    /// `onFirst` is called once, on a queue of its own, with the signal's number; `onHangup`, where it is given, with each
    /// SIGHUP, which then is no request to stop.
    ///
    /// A signal that comes after this is heard.
    init(onHangup: (@Sendable () -> Void)? = nil, onFirst: @escaping @Sendable (Int32) -> Void) {
        self.onHangup = onHangup
        self.onFirst = onFirst
        SignalWatch.watches.withLock { $0.append(self) }
        SignalWatch.listen(to: [SIGINT, SIGTERM].filter { !SignalWatch.isIgnored($0) })
        if onHangup != nil || !SignalWatch.isIgnored(SIGHUP) { SignalWatch.listen(to: [SIGHUP]) }
    }

    func end() { SignalWatch.watches.withLock { $0.removeAll { $0 === self } } }

    /// Ends the process by a signal, as if nobody had heard it.
    static func endProcess(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, number)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(number)
        _exit(128 + number)
    }

    private func hear(_ number: Int32) {
        if number == SIGHUP, let onHangup { return onHangup() }
        let (isFirst, isAgain) = heard.withLock { heard in
            let now = (!heard.hasAny, heard.hasRequest && number != SIGHUP)
            heard.hasAny = true
            // A terminal that closes hangs up twice, the kernel and the shell each once; a session's end adds a SIGTERM.
            if number != SIGHUP { heard.hasRequest = true }
            return now
        }
        if isAgain { _exit(128 + number) }
        if isFirst { onFirst(number) }
    }

    private static let watches = Mutex<[SignalWatch]>([])
    private static let queue = DispatchQueue(label: "mooring.signals")
    /// Kept for good: once a source of a signal was cancelled, a later one for it hears nothing (libdispatch on Linux,
    /// seen with Swift 6.3).
    private static let sources = Mutex<[Int32: any DispatchSourceSignal]>([:])

    /// A source would take the place of that disposition, unlike a process that is not asked.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // The number that SIG_IGN is, as C has it; functions cannot be compared.
        return withUnsafeBytes(of: &action.__sigaction_handler) { $0.load(as: Int.self) } == 1
    }

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
