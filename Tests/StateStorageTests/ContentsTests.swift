import Resources
import StateStorage
import Testing

/// What every store keeps: records, intents and history.
@Suite struct ContentsTests {
    @Test(arguments: Backing.allCases)
    func `a place that nobody wrote to is empty, and stays so by looking`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let snapshot = try await store.snapshot(of: "prod")
            #expect(snapshot.environment == "prod")
            #expect(snapshot.records == [:])
            #expect(snapshot.intents == [])
            #expect(try await store.runs() == [])
            #expect(try await store.run(1, of: "prod") == nil)
            #expect(try await store.changes(of: 1, in: "prod") == [])
            #expect(try await store.changes(to: infra, in: "prod", limit: 9).isEmpty)
            #expect(try await store.holder(of: "prod") == nil)
            #expect(try await store.breakLease(of: "prod") == nil)
        }
    }

    @Test(arguments: Backing.allCases)
    func `all that is kept comes back as it was, to whoever opens the place later`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            let run = try await store.begin(fullRun, under: lease)
            #expect(run == 1)
            let owned = Record(infra, .owned)
            try await store.commit(
                .put(fullRecord), .put(owned), .intend(fullIntent(1, 1)), .changed(run: 1, fullChange),
                .changed(run: 1, RunChange(address: infra, action: .create, result: "applied", milliseconds: 0)),
                .finish(run: 1, .partly, finished: 1_700_000_009_999, counts: ["applied": 1, "failed": 2]), under: lease
            )
            for store in [store, try await place.open()] {
                let snapshot = try await store.snapshot(of: "prod")
                #expect(snapshot.records == [deployment: fullRecord, infra: owned])
                #expect(snapshot.intents == [fullIntent(1, 1)])
                var expected = RunRecord(
                    number: 1, command: fullRun.command, actor: fullRun.actor, commit: fullRun.commit,
                    reason: fullRun.reason, planDigest: fullRun.planDigest, started: fullRun.started)
                expected.result = .partly
                expected.finished = 1_700_000_009_999
                expected.counts = ["applied": 1, "failed": 2]
                #expect(try await store.run(1, of: "prod") == expected)
                #expect(try await store.runs() == [expected])
                let changes = try await store.changes(of: 1, in: "prod")
                #expect(changes.map(\.address) == [infra, deployment])
                #expect(changes.last == fullChange)
                let history = try await store.changes(to: deployment, in: "prod", limit: 1)
                #expect(history.map(\.run) == [expected])
                #expect(history.map(\.change) == [fullChange])
            }
        }
    }

    @Test(arguments: Backing.allCases)
    func `environments know nothing of each other`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let dev = try await store.lease("dev")
            let prod = try await store.lease("prod", for: bob)
            #expect(try await store.begin(fullRun, under: dev) == 1)
            #expect(try await store.begin(fullRun, under: prod) == 1)
            try await store.commit(.put(fullRecord), .intend(fullIntent(1, 1)), under: dev)
            try await store.commit(.put(Record(infra, .owned)), .remove(deployment), under: prod)
            #expect(try await store.snapshot(of: "dev").records.keys.sorted() == [deployment])
            #expect(try await store.snapshot(of: "prod").records.keys.sorted() == [infra])
            #expect(try await store.snapshot(of: "prod").intents == [])
            #expect(try await store.snapshot(of: "pro%").records == [:])
        }
    }

    @Test(arguments: Backing.allCases)
    func `an intent that is done leaves its records, one that is not leaves none`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            let first = Intent.ID(run: 1, number: 1)
            let second = Intent.ID(run: 1, number: 2)
            let kept = Record(version, .owned, applied: spec(#"{"version":"v3"}"#))
            try await store.commit(.put(kept), .intend(fullIntent(1, 1)), .intend(fullIntent(1, 2)), under: lease)
            try await store.commit(.settle(second, isDone: false), under: lease)
            #expect(try await store.snapshot(of: "prod").records == [version: kept])
            #expect(try await store.snapshot(of: "prod").intents.map(\.id) == [first])
            try await store.commit(.follow(first, job: "other"), .follow(second, job: "lost"), under: lease)
            #expect(try await store.snapshot(of: "prod").intents.map(\.job) == ["other"])
            try await store.commit(.settle(first, isDone: true), under: lease)
            let snapshot = try await store.snapshot(of: "prod")
            #expect(snapshot.records == [deployment: fullRecord, infra: Record(infra, .owned)])
            #expect(snapshot.intents == [])
            // What is over stays so.
            try await store.commit(.remove(infra), .settle(first, isDone: true), under: lease)
            #expect(try await store.snapshot(of: "prod").records == [deployment: fullRecord])
        }
    }

    @Test(arguments: Backing.allCases)
    func `entries of one commit are carried out in their order`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            let one = Intent.ID(run: 1, number: 1)
            let again = Record(deployment, .owned, applied: spec(#"{"again":1}"#))
            try await store.commit(
                .intend(fullIntent(1, 1)), .follow(one, job: "first"), .settle(one, isDone: true), .put(again),
                .remove(infra), .intend(fullIntent(1, 1)), .follow(one, job: "second"), .intend(fullIntent(1, 2)),
                .settle(Intent.ID(run: 1, number: 2), isDone: false), under: lease)
            let snapshot = try await store.snapshot(of: "prod")
            #expect(snapshot.records == [deployment: again])
            #expect(snapshot.intents.map(\.job) == ["second"])
            try await store.commit(.settle(one, isDone: true), .settle(one, isDone: true), .remove(infra), under: lease)
            #expect(try await store.snapshot(of: "prod").records == [deployment: fullRecord])
        }
    }

    @Test(arguments: Backing.allCases)
    func `intents come back in the order of their runs and numbers`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            let ids = [(10, 2), (9, 11), (10, 10), (9, 2), (10, 1)]
            try await store.commit(ids.map { .intend(fullIntent($0.0, $0.1)) }, under: lease)
            let found = try await store.snapshot(of: "prod").intents.map(\.id)
            #expect(found.map { [$0.run, $0.number] } == [[9, 2], [9, 11], [10, 1], [10, 2], [10, 10]])
        }
    }

    @Test(arguments: Backing.allCases)
    func `a change or an end of a run that there is not is passed over`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            let end = StateEntry.finish(run: 4, .applied, finished: 1, counts: [:])
            try await store.commit(.changed(run: 4, fullChange), end, under: lease)
            #expect(try await store.changes(of: 4, in: "prod") == [])
            #expect(try await store.run(4, of: "prod") == nil)
            #expect(try await store.begin(fullRun, under: lease) == 1)
        }
    }

    @Test(arguments: Backing.allCases)
    func `history is the newest first, in pages, and a change told twice counts once`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            for run in 1...5 {
                #expect(try await store.begin(fullRun, under: lease) == run)
                let change = RunChange(address: run % 2 == 0 ? infra : deployment, action: .update, result: "failed")
                let better = RunChange(address: change.address, action: .update, result: "applied \(run)")
                try await store.commit(.changed(run: run, change), under: lease)
                try await store.commit(.changed(run: run, better), under: lease)
            }
            #expect(try await store.runs(of: "prod", limit: 2, before: nil).map(\.number) == [5, 4])
            #expect(try await store.runs(of: "prod", limit: 2, before: 4).map(\.number) == [3, 2])
            #expect(try await store.runs(of: "prod", limit: 9, before: 1) == [])
            #expect(try await store.runs().map(\.result) == Array(repeating: .open, count: 5))
            let odd = try await store.changes(to: deployment, in: "prod", limit: 2)
            #expect(odd.map(\.run.number) == [5, 3])
            #expect(odd.map(\.change.result) == ["applied 5", "applied 3"])
            #expect(try await store.changes(of: 4, in: "prod").map(\.result) == ["applied 4"])
        }
    }

    @Test(arguments: Backing.allCases)
    func `the newest 500 runs are kept, and their numbers go on`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            for run in 1...502 {
                #expect(try await store.begin(fullRun, under: lease) == run)
                if run == 2 || run == 3 { try await store.commit(.changed(run: run, fullChange), under: lease) }
            }
            #expect(try await store.runs().map(\.number) == (3...502).reversed())
            #expect(try await store.changes(of: 2, in: "prod") == [])
            #expect(try await store.changes(of: 3, in: "prod") == [fullChange])
            #expect(try await store.changes(to: deployment, in: "prod", limit: 9).map(\.run.number) == [3])
        }
    }

    @Test(arguments: Backing.allCases)
    func `any name and a spec of a megabyte come back as they were`(backing: Backing) async throws {
        let odd = [
            "a@b", "100%", "%40", "é", "\u{1F680}", "nul\u{0}nul", "a b", "a/b", "'; DROP TABLE record; --", "\\",
            "\"{}\"",
            "NULL", "\n",
        ]
        let large = spec("{\"code\":\"" + String(repeating: "é\\u0000", count: 1 << 17) + "\"}")
        try await backing.run { place in
            let store = try await place.open()
            for environment in ["prod", "a/b@c%\u{0}é"] {
                let lease = try await store.lease(environment)
                var records: [Address: Record] = [:]
                for name in odd {
                    for address in [
                        Address(.infra, name), Address(.package, name, name).at(version: name),
                        Address(.package, name, name),
                    ] {
                        records[address] = Record(address, .owned, applied: large, secrets: [name: name], commit: name)
                        if name != odd[0] { records[address]?.applied = .none }
                    }
                }
                try await store.commit(records.values.map { .put($0) }, under: lease)
                #expect(try await store.snapshot(of: environment).records == records)
                try await store.commit(records.keys.map { .remove($0) }, under: lease)
                #expect(try await store.snapshot(of: environment).records == [:])
            }
        }
    }

    @Test(arguments: Backing.allCases)
    func `20,000 entries are one commit`(backing: Backing) async throws {
        try await backing.run { place in
            let store = try await place.open()
            let lease = try await store.lease()
            let run = try await store.begin(fullRun, under: lease)
            let entries = (0..<10_000).flatMap { number -> [StateEntry] in
                let address = Address(.infra, "infra-\(number)")
                return [
                    .put(Record(address, .owned, applied: spec(#"{"type":"STATIC"}"#))),
                    .changed(run: run, RunChange(address: address, action: .create, result: "applied")),
                ]
            }
            try await store.commit(entries, under: lease)
            #expect(try await store.snapshot(of: "prod").records.count == 10_000)
            #expect(try await store.changes(of: run, in: "prod").count == 10_000)
        }
    }
}
