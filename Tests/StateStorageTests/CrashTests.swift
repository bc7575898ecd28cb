import Foundation
import Resources
import StateStorage
import TestSupport
import Testing

/// What is left when a process ends in the middle.
@Suite struct CrashTests {
    private static func address(_ number: Int, _ half: String) -> Address { Address(.infra, "infra-\(number)-\(half)") }

    private static func open(_ path: String) async throws -> SQLiteStore {
        try await SQLiteStore(path: path, now: { 1_000 })
    }

    @Test func `what a commit returned from survives, though nobody closed the file`() async throws {
        try await withFolder { folder in
            let store = try await CrashTests.open(folder + "/state.db")
            let lease = try await store.lease()
            for number in 1...20 {
                try await store.commit(.put(Record(CrashTests.address(number, "a"), .owned)), under: lease)
                // A copy is what the disk holds now, as after a kill.
                let copy = "\(folder)/copy-\(number)"
                for suffix in ["", "-wal"] {
                    try FileManager.default.copyItem(
                        atPath: folder + "/state.db" + suffix, toPath: copy + suffix)
                }
                let records = try await CrashTests.open(copy).snapshot(of: "prod").records
                #expect(records.keys.sorted() == (1...number).map { CrashTests.address($0, "a") }.sorted())
            }
        }
    }

    /// Cuts the log anywhere, as when the machine loses power while it is written.
    @Test func `a commit that did not get to its end leaves nothing, and none before it suffers`() async throws {
        try await withFolder { folder in
            let count = 12
            var ends: [Int] = []
            let store = try await CrashTests.open(folder + "/state.db")
            let lease = try await store.lease()
            for number in 1...count {
                let large = spec("\"" + String(repeating: "x", count: number * 700) + "\"")
                try await store.commit(
                    .put(Record(CrashTests.address(number, "a"), .owned, applied: large)),
                    .put(Record(CrashTests.address(number, "b"), .owned)), under: lease)
                ends.append(try bytes(of: folder + "/state.db-wal").count)
            }
            let base = try bytes(of: folder + "/state.db")
            let log = try bytes(of: folder + "/state.db-wal")
            #expect(ends.last == log.count)
            let seed = UInt64.random(in: .min ... .max)
            var generator = SeededGenerator(seed: seed)
            for round in 0..<60 {
                let cut = generator.below(log.count + 1)
                var rest = Array(log.prefix(cut))
                // Sectors that were not written yet may hold anything.
                if round % 2 == 0 {
                    rest += (0..<generator.below(5000)).map { _ in UInt8.random(in: 0...255, using: &generator) }
                }
                let copy = "\(folder)/copy-\(round)"
                try write(base, to: copy)
                try write(rest, to: copy + "-wal")
                let records = try await CrashTests.open(copy).snapshot(of: "prod").records
                let whole = ends.count { $0 <= cut }
                let expected = (1...count).prefix(whole).flatMap {
                    [CrashTests.address($0, "a"), CrashTests.address($0, "b")]
                }
                #expect(records.keys.sorted() == expected.sorted(), "seed \(seed), cut at \(cut) of \(log.count)")
            }
        }
    }

    @Test func `several processes commit to one file at once, and all of it is there`() async throws {
        try await withFolder { folder in
            let path = folder + "/.mooring/state.db"
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        let store = try await CrashTests.open(path)
                        let lease = try await store.lease("env-\(number)")
                        for step in 0..<15 {
                            try await store.commit(
                                .put(Record(CrashTests.address(step, "a"), .owned)), under: lease)
                            _ = try await store.snapshot(of: "env-0")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let store = try await CrashTests.open(path)
            for number in 0..<6 { #expect(try await store.snapshot(of: "env-\(number)").records.count == 15) }
        }
    }
}
