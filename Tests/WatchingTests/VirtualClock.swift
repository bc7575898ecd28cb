import Reconciling
import Synchronization

/// Time that passes only when somebody waits for it, or a test says so.
final class VirtualClock: Sendable {
    private struct Alarm {
        let interval: Duration
        var due: Duration
        let work: @Sendable () async -> Void
    }

    private struct State {
        var now = Duration.zero
        var alarms: [Int: Alarm] = [:]
        var numbers = 0
    }

    private let state = Mutex(State())
    /// 2023-11-14 22:13:20 UTC, a Tuesday.
    static let start = 1_700_000_000_000

    var now: Duration { state.withLock { $0.now } }
    var milliseconds: Int { VirtualClock.start + Int(now / .milliseconds(1)) }

    var timekeeper: Timekeeper {
        Timekeeper(
            now: { self.now }, sleep: { await self.sleep($0) }, today: { "2023-11-14" },
            wallMilliseconds: { self.milliseconds }, every: { await self.every($0, $1) })
    }

    /// Alarms on the way go off at their time.
    func sleep(_ duration: Duration) async {
        var left = duration
        while left > .zero {
            let work: [@Sendable () async -> Void] = state.withLock { state in
                let next = state.alarms.values.map(\.due).min()
                let step = min(left, max(.zero, (next ?? .seconds(1 << 40)) - state.now))
                state.now += step
                left -= step
                let due = state.alarms.filter { $0.value.due <= state.now }
                for (number, alarm) in due { state.alarms[number]?.due = state.now + alarm.interval }
                return due.values.map(\.work)
            }
            for work in work { await work() }
        }
        await Task.yield()
    }

    /// As who sets a clock that was wrong.
    func setBack(_ duration: Duration) { state.withLock { $0.now -= duration } }

    private func every(_ interval: Duration, _ work: @escaping @Sendable () async -> Void) async {
        let number = state.withLock { state in
            state.numbers += 1
            state.alarms[state.numbers] = Alarm(interval: interval, due: state.now + interval, work: work)
            return state.numbers
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            continuation.finish()
        }
        state.withLock { $0.alarms[number] = nil }
    }
}
