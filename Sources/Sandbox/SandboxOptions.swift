internal import Glibc
package import JSON

/// How a sandbox is to be set up.
package struct SandboxOptions: Sendable {
    /// The folder that keeps the data; nil keeps it in memory only.
    ///
    /// The sandbox itself uses `journal`, `archives/` and `faults.json` in it. `lock`, `key` and `server.json` belong to who starts it.
    package var data: String?
    /// What a fresh store begins with (see `Seed`); not looked at when the store has data.
    package var seed: JSONValue?
    /// The admin key of the DSS node and of all its API nodes.
    package var key: String
    /// How long each answer is held back.
    package var latency: Duration
    /// `http://127.0.0.1:PORT` when the sandbox answers on a port, without a slash at the end.
    package var baseURL: String?
    /// How long a deployment's update takes; zero answers with the result at once.
    package var updateDuration: Duration
    /// The time, in milliseconds since 1970.
    package var now: @Sendable () -> Int
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        data: String? = nil, seed: JSONValue? = nil, key: String, latency: Duration = .zero, baseURL: String? = nil,
        updateDuration: Duration = .milliseconds(300),
        now: @escaping @Sendable () -> Int = SandboxOptions.systemMilliseconds,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.data = data
        self.seed = seed
        self.key = key
        self.latency = latency
        self.baseURL = baseURL
        self.updateDuration = updateDuration
        self.now = now
        self.sleep = sleep
    }

    @Sendable package static func systemMilliseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
