import Diagnostics
import Files
import HTTP
import JSON
import Reports
import Resources

/// Where webhooks call: whoever proves to know a hook's secret makes the daemon look at that repository at once.
///
/// What a call says is neither read nor kept: only its signature is checked. From outside, a hook that there is not and a
/// signature that is wrong look alike. A call that proves itself is taken however many came that do not: behind a proxy all
/// have one address.
struct HookDoor: Sendable {
    /// What becomes of calls, as counts tell it.
    enum Result: String, Hashable, Sendable, CaseIterable {
        case accepted, ping, replayed, refused
        case limited = "rate-limited"
    }

    private let hooks: [String: WatchHook]
    private let decoy: WatchHook
    private let memory: ServerMemory
    private let throttle: LogThrottle
    private let count: @Sendable (Result) -> Void
    private let poke: @Sendable (String) -> Bool

    /// Pushes to a repository tell of as many bytes and more; those that do are found by looking, a little later.
    static let longestBody = 1 << 20
    /// Of one address so many are told why they are refused; others are only told to wait.
    static let callsPerSecond = 20.0
    static let mostAtOnce = 100
    /// Of all addresses together.
    static let callsPerSecondInAll = 100.0
    static let mostAtOnceInAll = 300

    init(
        _ hooks: [WatchHook], memory: ServerMemory, throttle: LogThrottle, count: @escaping @Sendable (Result) -> Void,
        poke: @escaping @Sendable (String) -> Bool
    ) {
        self.hooks = Dictionary(hooks.map { ($0.repository, $0) }, uniquingKeysWith: { first, _ in first })
        decoy = WatchHook(repository: "", provider: .github, secret: Secret(hexadecimal(randomBytes())))
        self.memory = memory
        self.throttle = throttle
        self.count = count
        self.poke = poke
    }

    func admit(_ name: String, _ request: WatchRequest) -> Admission {
        // Bitbucket's data centre edition signs its test calls with nothing (inferred), and so they prove nothing.
        if request["X-Event-Key"] == "diagnostics:ping" { return .now(answer(.ping)) }
        let hook = hooks[name] ?? decoy
        let proof = HookProof(hook.provider, hook.secret, request, at: memory.clock.epochSeconds())
        return .hook(limit: HookDoor.longestBody, key: proof.key, prefix: proof.prefix) { code in
            judge(name, hook, request, proof.flaw(code), code)
        }
    }

    private func judge(
        _ name: String, _ hook: WatchHook, _ request: WatchRequest, _ flaw: HookProof.Flaw?, _ code: [UInt8]
    ) -> WatchAnswer {
        guard flaw == nil, hook.repository == name else {
            guard memory.badCalls.take(request.peer), memory.badCallsInAll.take() else {
                tell(.limited, name, request, "too many calls")
                return .refusal(
                    429, Diagnostic(.error, "too-many-calls", "too many calls", hint: "Call again in a second."),
                    headers: [HTTPHeader("Retry-After", "1")])
            }
            let why = hooks[name] == nil ? nil : flaw
            tell(.refused, name, request, why?.rawValue ?? "there is no such hook")
            return .refusal(
                403,
                Diagnostic(
                    .error, "hook-refused", "there is no such hook, or the call does not prove that it may use it",
                    hint: "Compare the hook's name and secret with those of the watch file."))
        }
        if hook.provider == .github, request["X-GitHub-Event"] == "ping" { return answer(.ping) }
        guard memory.seen.take(Array("\(name)\0".utf8) + code) else {
            tell(.replayed, name, request, "it came before")
            return .refusal(
                409, Diagnostic(.error, "hook-replayed", "this very call came before", hint: "Its look-up was made."))
        }
        guard poke(name) else {
            return .refusal(404, Diagnostic(.error, "unknown-repository", "repository '\(name)' is not watched"))
        }
        return answer(.accepted)
    }

    private func answer(_ result: Result) -> WatchAnswer {
        count(result)
        return .json(result == .accepted ? 202 : 200, refusalDocument([]))
    }

    private func tell(_ result: Result, _ name: String, _ request: WatchRequest, _ why: String) {
        count(result)
        // What is not watched shares one kind, whatever it is called.
        let known = hooks[name] == nil ? "" : name
        throttle.tell(
            LogEntry(
                .warning, "webhook refused",
                [("hook", String(name.prefix(HookDoor.longestName))), ("why", why), ("from", request.peer)]),
            kind: "\(result.rawValue) \(why) \(known)")
    }

    /// Of a name that somebody made up so much is logged.
    private static let longestName = 64
}
