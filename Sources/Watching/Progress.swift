internal import Planning
internal import Resources
internal import Synchronization

/// An apply as it goes, told by those who carry it out.
final class Progress: Sendable {
    private struct State {
        var apply: RunningApply
        var items: [Address: RunningApply.Item] = [:]
    }

    private let state: Mutex<State>
    private let time: @Sendable () -> Int

    init(total: Int, time: @escaping @Sendable () -> Int) {
        self.time = time
        state = Mutex(State(apply: RunningApply(started: time(), total: total)))
    }

    func observe(_ event: RunEvent) -> RunningApply {
        let now = time()
        return state.withLock { state in
            switch event {
            case .started(let address, let action):
                state.items[address] = RunningApply.Item(
                    address: address, action: action, text: "starting", since: now)
            case .step(let address, let step): state.items[address]?.text = step.kind.rawValue
            case .waiting(let address, let text, _): state.items[address]?.text = text
            case .finished(let outcome):
                state.items[outcome.address] = nil
                switch outcome.result {
                case .applied: state.apply.done += 1
                case .failed, .moved, .rolledBack: state.apply.failed += 1
                case .skipped, .notStarted: break
                }
            case .notice: break
            }
            state.apply.items = state.items.values.sorted { $0.address < $1.address }
            return state.apply
        }
    }
}
