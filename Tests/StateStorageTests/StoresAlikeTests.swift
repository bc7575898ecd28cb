import Resources
import StateStorage
import TestSupport
import Testing

/// Whatever is done to them, all stores show the same as the one in memory.
@Suite struct StoresAlikeTests {
    private static let addresses = [
        infra, deployment, version, version.withoutVersion, Address(.endpoint, "CHURN", "scoring", "é"),
        Address(.deployment, "a@b"),
    ]

    @Test(arguments: Backing.allCases.filter { $0 != .memory })
    func `any sequence of calls gives what it gives in memory`(backing: Backing) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for story in 0..<6 {
            try await Backing.memory.run { model in
                try await backing.run { place in
                    var teller = Teller(generator: generator)
                    let (left, right) = (try await model.open(), try await place.open())
                    for step in 0..<60 {
                        let call = teller.next()
                        let answers = (try await call(left), try await call(right))
                        #expect(answers.0 == answers.1, "seed \(seed), story \(story), step \(step)")
                        guard answers.0 == answers.1 else { return }
                    }
                    for environment in ["prod", "dev"] {
                        let expected = try await Sight(left, environment, addresses: StoresAlikeTests.addresses)
                        let seen = try await Sight(
                            place.open(), environment, addresses: StoresAlikeTests.addresses)
                        #expect(seen == expected, "seed \(seed), story \(story)")
                    }
                    generator = teller.generator
                }
            }
        }
    }

    /// Makes up calls, and knows the leases that were given.
    private struct Teller {
        var generator: SeededGenerator
        /// The newest token of each environment, and whether the one before it is used instead.
        private var tokens = ["prod": 0, "dev": 0]

        init(generator: SeededGenerator) { self.generator = generator }

        typealias Call = (any StateStore) async throws -> String

        mutating func next() -> Call {
            let environment = generator.below(4) == 0 ? "dev" : "prod"
            let token = max(0, (tokens[environment] ?? 0) - (generator.below(8) == 0 ? 1 : 0))
            let lease = Lease(environment: environment, token: token, holder: alice)
            switch generator.below(20) {
            case 0...2: return acquire(environment)
            case 3: return { "released \(try await $0.release(lease))" }
            case 4: return { "broken \(try await $0.breakLease(of: environment)?.owner ?? "-")" }
            case 5:
                let milliseconds = generator.below(2) * 60_000
                return { "renewed \(try await $0.renew(lease, milliseconds: milliseconds))" }
            case 6: return { "held \(try await $0.holder(of: environment)?.owner ?? "-")" }
            case 7...8: return guarded { "run \(try await $0.begin(fullRun, under: lease))" }
            default:
                let entries = (0..<generator.below(8)).map { _ in entry() }
                return guarded { "committed \(try await $0.commit(entries, under: lease))" }
            }
        }

        private mutating func acquire(_ environment: String) -> Call {
            tokens[environment, default: 0] += 1
            let holder = generator.below(2) == 0 ? alice : bob
            let expected = tokens[environment, default: 0]
            return { store in
                // Whoever has it: the new lease is the next in number.
                _ = try await store.breakLease(of: environment)
                let answer = try await store.acquire(environment, for: holder, milliseconds: 60_000)
                guard case .granted(let lease) = answer else { return "held" }
                return "granted \(lease.token == expected) \(lease.holder.owner)"
            }
        }

        private mutating func entry() -> StateEntry {
            let id = Intent.ID(run: 1 + generator.below(3), number: 1 + generator.below(4))
            let run = 1 + generator.below(4)
            switch generator.below(8) {
            case 0: return .put(record())
            case 1: return .remove(address())
            case 2, 3: return .intend(intent(id))
            case 4: return .follow(id, job: "job \(generator.below(100))")
            case 5: return .settle(id, isDone: generator.below(2) == 0)
            case 6:
                return .changed(
                    run: run, RunChange(address: address(), action: .update, result: "\(generator.below(99))"))
            default: return .finish(run: run, .partly, finished: generator.below(99), counts: ["a": generator.below(9)])
            }
        }

        private mutating func address() -> Address {
            StoresAlikeTests.addresses[generator.below(StoresAlikeTests.addresses.count)]
        }

        private mutating func record() -> Record {
            var record = generator.below(2) == 0 ? fullRecord : Record(infra, .owned)
            record = Record(
                address(), record.ownership, applied: spec("\(generator.below(1000))"), protect: record.protect,
                secrets: record.secrets, mark: record.mark, hold: record.hold)
            return record
        }

        private mutating func intent(_ id: Intent.ID) -> Intent {
            Intent(
                id: id, address: address(), action: .update, step: "save", call: "PUT /a",
                records: (0..<generator.below(3)).map { _ in record() },
                forgets: (0..<generator.below(2)).map { _ in address() })
        }

        private func guarded(_ call: @escaping Call) -> Call {
            { store in
                do { return try await call(store) } catch let error as StateError { return "\(error.reason)" }
            }
        }
    }
}
