import Diagnostics
import HTTP
import JSON
import Planning
import Reconciling
import Sandbox
import Synchronization
import TestSupport
import Testing

/// Any bytes as an answer give a plan or a diagnostic: never a crash, and never a secret in what is said.
@Suite struct MutationTests {
    /// Half of all answers are mutated; the runs go on until so many were.
    static let mutations = 20_000

    @Test func `any bytes as an answer give a plan or a diagnostic`() async throws {
        let world = try World()
        try await world.apply()
        let desired = try world.desired()
        let transport = MutatingTransport(SandboxTransport(world.sandbox), seed: 20_261)
        let reconciler = world.reconciler(desired, transport: transport)
        var (plans, errors) = (0, 0)
        while transport.mutations < MutationTests.mutations {
            do throws(ReconcileError) {
                let plan = try await reconciler.plan(desired).plan
                plans += 1
                #expect(!text(plan.diagnostics + plan.refusals).contains("canary"))
            } catch {
                errors += 1
                #expect(!text(error.diagnostics).contains("canary"))
            }
        }
        #expect(plans > 0 && errors > 0, "both ends were seen")
    }

    @Test func `an apply through mutated answers ends, and says what became of each change`() async throws {
        for seed in 0..<50 {
            let world = try World()
            let desired = try world.desired()
            let plan = try await world.plan()
            let transport = MutatingTransport(SandboxTransport(world.sandbox), seed: UInt64(seed), share: 4)
            let run = try await world.reconciler(desired, transport: transport)
                .apply(plan, desired)
            #expect(run.outcomes.count == plan.changes.count)
            #expect(!run.failures.contains("canary"))
            for outcome in run.outcomes where outcome.result != .applied && outcome.result != .notStarted {
                #expect(!outcome.diagnostics.isEmpty, "seed \(seed): \(outcome.address) says why")
            }
            // Whatever the answers said, the next plan sees what is there, and brings it to an end.
            var next = try await world.plan()
            for _ in 0..<3 where !next.isEmpty {
                try await world.apply(next)
                next = try await world.plan()
            }
            #expect(next.lines == [], "seed \(seed)")
        }
    }
}

/// Changes, cuts, repeats and swaps bytes of one in `share` answers.
final class MutatingTransport: Transport {
    private struct State {
        var random: SeededGenerator
        var mutations = 0
    }

    private let base: any Transport
    private let share: Int
    private let state: Mutex<State>

    init(_ base: any Transport, seed: UInt64, share: Int = 2) {
        self.base = base
        self.share = share
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    var mutations: Int { state.withLock { $0.mutations } }

    private func next(_ bound: Int) -> Int {
        state.withLock { $0.random.below(max(1, bound)) }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var response = try await base.send(request)
        guard next(share) == 0, !response.body.isEmpty else { return response }
        state.withLock { $0.mutations += 1 }
        let place = next(response.body.count)
        switch next(7) {
        case 0: response.body[place] = UInt8(next(256))
        case 1: response.body.removeSubrange(place...)
        case 2: response.body.insert(contentsOf: response.body[place...], at: place)
        case 3: response.body = Array(["null", "[]", "{}", "\"x\"", "1e999", "<html></html>", ""][next(7)].utf8)
        case 4: response.status = [200, 204, 302, 400, 403, 404, 500][next(7)]
        case 5: response.body.replaceSubrange(place..<min(place + 3, response.body.count), with: Array("null".utf8))
        default: response.body[place] = Array("{}[]\",:0e-".utf8)[next(10)]
        }
        return response
    }
}
