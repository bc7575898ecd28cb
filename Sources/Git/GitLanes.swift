internal import Dispatch
internal import Synchronization

/// Threads for what blocks: few, whatever the number of repositories.
///
/// libgit2 blocks while a server answers, and the common pool has one thread for each core: all else would wait.
final class GitLanes: Sendable {
    static let shared = GitLanes(count: 16)

    private struct State {
        var idle: [Int]
        var waiting: [GitQueue] = []
    }

    private let lanes: [DispatchQueue]
    private let state: Mutex<State>

    /// `count`: so many servers may hang until the others wait for them.
    init(count: Int) {
        lanes = (0..<count).map { DispatchQueue(label: "git-\($0)") }
        state = Mutex(State(idle: Array((0..<count).reversed())))
    }

    /// A queue that has work, and is on no lane.
    fileprivate func submit(_ queue: GitQueue) {
        let lane = state.withLock { state -> Int? in
            if let lane = state.idle.popLast() { return lane }
            state.waiting.append(queue)
            return nil
        }
        if let lane { start(queue, on: lane) }
    }

    private func start(_ queue: GitQueue, on lane: Int) {
        lanes[lane].async { [self] in
            let hasMore = queue.runNext()
            let next = state.withLock { state -> GitQueue? in
                // Others first: one with much to do must not hold its lane.
                if hasMore { state.waiting.append(queue) }
                guard !state.waiting.isEmpty else {
                    state.idle.append(lane)
                    return nil
                }
                return state.waiting.removeFirst()
            }
            if let next { start(next, on: lane) }
        }
    }
}

/// The work of one actor, one piece after another, on whichever lane is free.
final class GitQueue: SerialExecutor {
    private let lanes: GitLanes
    private let jobs = Mutex<[UnownedJob]>([])

    init(_ lanes: GitLanes = .shared) { self.lanes = lanes }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isFirst = jobs.withLock { jobs in
            jobs.append(job)
            return jobs.count == 1
        }
        if isFirst { lanes.submit(self) }
    }

    /// Runs the first; true when more wait. It stays in the list while it runs, so that nobody starts a second one.
    fileprivate func runNext() -> Bool {
        guard let job = jobs.withLock({ $0.first }) else { return false }
        job.runSynchronously(on: asUnownedSerialExecutor())
        return jobs.withLock { jobs in
            jobs.removeFirst()
            return !jobs.isEmpty
        }
    }
}
