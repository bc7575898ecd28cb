internal import Planning
internal import Reports
internal import Resources
internal import Synchronization

/// What happens during an apply, as it happens, on standard error.
///
/// A terminal shows what is under way with the time it took so far, redrawn in place; a log gets a line for each thing
/// that happens.
final class Progress: Sendable {
    private let isLive: Bool
    private let session: Session
    private let start = ContinuousClock.now
    private let state: Mutex<State>
    private let timer = Mutex<Task<Void, Never>?>(nil)

    private struct State {
        var live: LiveProgress
        /// The live region on the screen.
        var drawn: [String] = []
        var isEnded = false
        /// What a log was last told that a change waits for, and when.
        var waits: [Address: (text: String, milliseconds: Int)] = [:]
    }

    /// Often enough for a clock that shows seconds to look alive.
    private static let redrawInterval = Duration.milliseconds(200)
    /// A log that says nothing for longer looks dead; CI services end such jobs after minutes.
    private static let heartbeatMilliseconds = 10_000

    init(_ session: Session, total: Int, isLive: Bool) {
        self.isLive = isLive
        self.session = session
        state = Mutex(State(live: LiveProgress(total: total, style: TextStyle(color: session.hasErrorColor))))
        guard isLive else { return }
        let clock = Task { [weak self] in
            while !Task.isCancelled {
                self?.tell([])
                try? await Task.sleep(for: Progress.redrawInterval)
            }
        }
        timer.withLock { $0 = clock }
    }

    private var milliseconds: Int { Int((ContinuousClock.now - start) / .milliseconds(1)) }

    func observe(_ event: RunEvent) {
        if isLive {
            let now = milliseconds
            tell(state.withLock { $0.live.handle(event, at: now) })
        } else if isWorthALine(event), let line = runLine(event) {
            tell([line])
        }
    }

    /// Writes lines above what is under way, and that anew.
    func tell(_ lines: [String]) {
        let now = milliseconds
        state.withLock { state in
            let text = session.disarmed(lines.map { $0 + "\n" }.joined())
            guard isLive, !state.isEnded else {
                Console.errors.write(text)
                return
            }
            let screen = Console.errors.screen
            let block = state.live.lines(at: now, on: screen)
            let rows = screen.rows(of: state.drawn)
            if text.isEmpty {
                // Over what is there: it neither flickers, nor does a terminal keep each clearing as a page of its own.
                let lines = block.map { "\u{1B}[K" + $0 + "\n" }.joined()
                Console.errors.write(Progress.ascent(over: rows) + lines + "\u{1B}[J")
            } else {
                let lines = block.map { $0 + "\n" }.joined()
                Console.errors.write(Progress.erasure(of: rows) + text + lines)
            }
            state.drawn = block
        }
    }

    /// Says that a signal was heard; when all is over there is nothing left to stop.
    func stop() {
        guard state.withLock({ !$0.isEnded }) else { return }
        tell(["Stopping: what is under way is finished, nothing new is started. Once more ends at once."])
    }

    /// Takes the live region off the screen.
    func end() {
        timer.withLock { $0?.cancel() }
        state.withLock { state in
            let rows = Console.errors.screen.rows(of: state.drawn)
            if rows > 0 { Console.errors.write(Progress.erasure(of: rows)) }
            state.drawn = []
            state.isEnded = true
        }
    }

    /// A wait is told when it is a new one, and now and then.
    private func isWorthALine(_ event: RunEvent) -> Bool {
        guard case .waiting(let address, let text, _) = event else { return true }
        let now = milliseconds
        return state.withLock { state in
            if let last = state.waits[address], last.text == text,
                now - last.milliseconds < Progress.heartbeatMilliseconds
            {
                return false
            }
            state.waits[address] = (text, now)
            return true
        }
    }

    /// Moves up over so many lines and clears from there to the end of the screen.
    private static func erasure(of lines: Int) -> String { lines > 0 ? ascent(over: lines) + "\u{1B}[J" : "" }

    private static func ascent(over lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A\r" : "" }
}
