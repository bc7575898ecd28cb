import JSON

/// A long task: here, always the roll-out of a deployment.
struct Future {
    enum End {
        case running
        case succeeded(JSONValue)
        case failed(String)
        case aborted
    }

    let id: String
    let deployment: String
    /// Who started it.
    let owner: String
    let startTime: Int
    /// When it ends; nil when it hangs.
    let finishTime: Int?
    /// The deployment's settings when it began: what a later save changes waits for the next update.
    let settings: JSONObject
    let outcome: UpdateFault.Outcome?
    var endTime: Int?
    var end = End.running

    var isRunning: Bool { if case .running = end { true } else { false } }

    func json(now: Int, peek: Bool) -> JSONValue {
        var object: JSONObject = [
            "jobId": .string(id), "hasResult": .bool(!isRunning), "alive": .bool(isRunning), "aborted": false,
            "abortable": .bool(isRunning), "unknown": false, "startTime": .number(JSONNumber(startTime)),
            "runningTime": .number(JSONNumber((endTime ?? now) - startTime)),
            "payload": [
                "displayName": .string("Update deployment \(deployment)"), "type": "API_DEPLOYMENT_UPDATE",
                "deploymentId": .string(deployment),
            ],
            "owner": .string(owner),
        ]
        switch end {
        case .aborted: object["aborted"] = true
        case .succeeded(let result): if !peek { object["result"] = result }
        case .running, .failed: break
        }
        return .object(object)
    }
}

/// The long tasks that the server remembers; a restart forgets them.
struct Futures {
    /// How many ended tasks can still be asked for their result; older ones are unknown again.
    static let maximumKept = 10_000

    private var all: [String: Future] = [:]
    /// Ids in the order of their start.
    private var order: [String] = []
    private(set) var running: [String] = []
    private var hidden: Set<String> = []

    subscript(id: String) -> Future? { all[id] }

    var list: [Future] { order.compactMap { known($0) } }

    func isRunning(_ deployment: String) -> Bool {
        running.contains { all[$0]?.deployment == deployment }
    }

    mutating func start(_ future: Future) {
        all[future.id] = future
        order.append(future.id)
        if future.isRunning { running.append(future.id) }
        if order.count > Futures.maximumKept, let oldest = order.first, all[oldest]?.isRunning != true {
            all[oldest] = nil
            hidden.remove(oldest)
            order.removeFirst()
        }
    }

    mutating func finish(_ id: String, _ end: Future.End, at time: Int) {
        all[id]?.end = end
        all[id]?.endTime = time
        running.removeAll { $0 == id }
    }

    /// Forgets a task, as a restart does: asking for it is an error from now on.
    mutating func hide(_ id: String) { hidden.insert(id) }

    /// The task, unless it was forgotten.
    func known(_ id: String) -> Future? { hidden.contains(id) ? nil : all[id] }
}
