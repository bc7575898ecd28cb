import Resources
import StateStorage
import Testing

/// Who may write, and when no more.
@Suite struct LeaseTests {
    @Test(arguments: Backing.allCases)
    func `a lease is for one, names its holder to others, and is free once given back`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease(milliseconds: 30_000)
            #expect(lease.environment == "prod")
            #expect(lease.holder.owner == alice.owner)
            #expect(lease.holder.expires == lease.holder.acquired + 30_000)
            guard case .held(let holder) = try await place.open().acquire("prod", for: bob, milliseconds: 1) else {
                Issue.record("the lease was given twice")
                return
            }
            #expect(holder.owner == alice.owner)
            #expect(holder.command == alice.command)
            #expect(holder.process == alice.process)
            #expect(holder.acquired == lease.holder.acquired)
            #expect(holder.expires == lease.holder.expires)
            #expect(try await store.holder(of: "prod")?.process == alice.process)
            #expect(try await store.holder(of: "dev") == nil)
            try await store.release(lease)
            #expect(try await store.holder(of: "prod") == nil)
            #expect(try await store.lease(for: bob).token > lease.token)
        }
    }

    @Test(arguments: Backing.allCases)
    func `of many that ask at once, through stores of their own, one gets it`(backing: Backing) async throws {
        try await backing.run { place in
            let tokens = try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 1...16 {
                    group.addTask {
                        let process = ProcessIdentity(machine: "desk", number: number, started: number)
                        let holder = LeaseHolder(owner: "runner \(number)", command: "apply", process: process)
                        let answer = try await place.open().acquire("prod", for: holder, milliseconds: 60_000)
                        if case .granted(let lease) = answer { return lease.token }
                        return nil
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(tokens.compactMap { $0 } == [1])
        }
    }

    @Test(arguments: Backing.allCases)
    func `tokens only grow, whoever holds the lease and however it ended`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            var tokens: [Int] = []
            for round in 0..<6 {
                // At once over, given back, broken.
                let lease = try await store.lease(milliseconds: round % 3 == 0 ? 0 : 30_000)
                tokens.append(lease.token)
                if round % 3 == 1 { try await store.release(lease) }
                if round % 3 == 2 { _ = try await place.open().breakLease(of: "prod") }
            }
            #expect(tokens == [1, 2, 3, 4, 5, 6])
        }
    }

    @Test(arguments: Backing.allCases)
    func `a lease that has run out is anybody's, and its holder is told so`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let old = try await store.lease(milliseconds: 0)
            #expect(try await store.holder(of: "prod") == nil)
            #expect(try await store.renew(old, milliseconds: 30_000) == false)
            await expectLost(old) { try await store.commit(.put(fullRecord), under: old) }
            let new = try await place.open().lease(for: bob)
            await expectLost(old) { try await store.commit(.put(fullRecord), under: old) }
            await expectLost(old) { _ = try await store.begin(fullRun, under: old) }
            try await store.release(old)
            #expect(try await store.holder(of: "prod")?.owner == bob.owner)
            try await store.commit(.put(Record(infra, .owned)), under: new)
            #expect(try await store.snapshot(of: "prod").records.keys.sorted() == [infra])
            #expect(try await store.runs() == [])
        }
    }

    @Test(arguments: Backing.allCases)
    func `a lease that is renewed lasts`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            #expect(try await store.renew(lease, milliseconds: 90_000))
            let holder = try await store.holder(of: "prod")
            #expect((holder?.expires ?? 0) >= lease.holder.acquired + 90_000)
            #expect(holder?.acquired == lease.holder.acquired)
            #expect(try await store.renew(lease, milliseconds: 0))
            #expect(try await store.renew(lease, milliseconds: 30_000) == false)
        }
    }

    @Test(arguments: [Backing.memory, .sqlite])
    func `time that passes ends a lease to the millisecond, and shows as its age`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease(milliseconds: 30_000)
            place.clock.advance(29_999)
            #expect(try await store.holder(of: "prod")?.ageMilliseconds == 29_999)
            try await store.commit(.put(fullRecord), under: lease)
            place.clock.advance(1)
            #expect(try await store.holder(of: "prod") == nil)
            await expectLost(lease) { try await store.commit(.remove(deployment), under: lease) }
            #expect(try await store.snapshot(of: "prod").records == [deployment: fullRecord])
        }
    }

    @Test(arguments: Backing.allCases)
    func `the lease of a process that is gone is free at once`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            place.gone.value = [alice.process]
            #expect(try await store.holder(of: "prod") == nil)
            let new = try await place.open().lease(for: bob)
            #expect(new.token == lease.token + 1)
            #expect(try await store.holder(of: "prod")?.owner == bob.owner)
        }
    }

    @Test(arguments: Backing.allCases)
    func `breaking a lease tells whose it was, and ends it for good`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            #expect(try await place.open().breakLease(of: "prod")?.command == alice.command)
            #expect(try await store.breakLease(of: "prod") == nil)
            #expect(try await store.renew(lease, milliseconds: 1) == false)
            await expectLost(lease) { try await store.commit(.put(fullRecord), under: lease) }
            #expect(try await store.snapshot(of: "prod").records == [:])
        }
    }

    private func expectLost(
        _ lease: Lease, sourceLocation: SourceLocation = #_sourceLocation, _ work: () async throws -> Void
    ) async {
        await #expect(throws: StateError.leaseLost(lease), sourceLocation: sourceLocation) { try await work() }
    }
}
