package import JSON

/// The state of a long task.
package struct FutureState: Sendable, Hashable {
    /// Nil when the answer came at once, so that there is nothing to follow.
    package let jobId: String?
    package let hasResult: Bool
    /// Nil while there is none, and when the state was only peeked at.
    package let result: JSONValue?
    package let isAlive: Bool
    package let isAborted: Bool
    /// The server does not know the task (any more).
    package let isUnknown: Bool
    /// Milliseconds since 1970.
    package let startTime: Int?
    /// Milliseconds.
    package let runningTime: Int?
    /// What names the task.
    package let payload: JSONValue?

    /// Whether asking again can bring nothing new. A finished task may have failed: read its result, `isAborted` and the object.
    package var isFinished: Bool { hasResult || isAborted || !isAlive || isUnknown }

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        jobId = try object.string("jobId")
        hasResult = try object.flag("hasResult") ?? false
        result = object["result"]
        isAborted = try object.flag("aborted") ?? false
        isUnknown = try object.flag("unknown") ?? false
        // A starting answer of an older server may leave 'alive' out.
        isAlive = try object.flag("alive") ?? !hasResult
        startTime = try object.integer("startTime")
        runningTime = try object.integer("runningTime")
        payload = object["payload"]
        guard jobId != nil || isFinished else {
            throw ShapeError(path: "", problem: "a task with neither a 'jobId' nor a result")
        }
    }

    /// How long to wait before asking for the state the `attempt`th time (0-based), as the official client does: at once,
    /// then 200 ms, each wait a tenth longer, 15 s at most.
    package static func delay(beforeAttempt attempt: Int) -> Duration {
        guard attempt > 0 else { return .zero }
        var milliseconds = 200.0
        for _ in 1..<min(attempt, 64) { milliseconds = min(milliseconds * 1.1, 15_000) }
        return .milliseconds(Int(milliseconds))
    }
}
