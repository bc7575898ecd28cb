import Diagnostics
import Foundation
import Resources
import StateStorage
import TestSupport
import Testing

/// What needs a disk of its own: only root may mount one, as in most build containers.
@Suite(.enabled(if: geteuid() == 0)) struct SQLiteDiskTests {
    private let clock = TestClock()

    /// Runs `body` on a disk of 512 KiB; without the right to mount one, as in a confined container, it isn't run.
    private func withDisk(_ body: (String) async throws -> Void) async throws {
        try await withFolder { folder in
            guard (try? await shell("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder)) != nil else { return }
            let result: Result<Void, any Error>
            do { result = .success(try await body(folder)) } catch { result = .failure(error) }
            try await shell("umount", "--lazy", folder)
            try result.get()
        }
    }

    private func store(_ folder: String) async throws -> SQLiteStore {
        try await SQLiteStore(path: folder + "/.mooring/state.db", name: "state.db", now: { [clock] in clock.now })
    }

    @Test func `a full disk is told, what was there stays, and with room it goes on`() async throws {
        try await withDisk { folder in
            let store = try await store(folder)
            let lease = try await store.lease()
            try await store.commit(.put(fullRecord), under: lease)
            try write([UInt8](repeating: 0, count: 64 << 10), to: folder + "/ballast")
            let large = spec("\"" + String(repeating: "x", count: 400 << 10) + "\"")
            let error = await #expect(throws: StateError.self) {
                try await store.commit(.remove(deployment), .put(Record(infra, .owned, applied: large)), under: lease)
            }
            #expect(error?.reason == .full)
            #expect(
                error.map { text([$0.diagnostic]) } == """
                    error: there is no room on the disk for the state file 'state.db' [state-full]
                       = Nothing of this step was remembered, and all that was before still is. Make room and run again.

                    """)
            #expect(try await store.snapshot(of: "prod").records == [deployment: fullRecord])
            try FileManager.default.removeItem(atPath: folder + "/ballast")
            try await store.commit(.remove(deployment), under: lease)
            #expect(try await store.snapshot(of: "prod").records == [:])
        }
    }

    @Test func `no file is begun on a full disk`() async throws {
        try await withDisk { folder in
            try write([UInt8](repeating: 0, count: 496 << 10), to: folder + "/ballast")
            let store = try await store(folder)
            let error = await #expect(throws: StateError.self) { _ = try await store.lease() }
            #expect(error?.reason == .full)
            #expect(try names(in: folder + "/.mooring") == [])
        }
    }

    @Test(arguments: [[], ["state.db", "state.db-wal", "state.db-shm"], ["state.db", "state.db-wal"]])
    func `a disk for reading only can be read, and says so when it is written to`(copied: [String]) async throws {
        try await withDisk { folder in
            let first = try await store(folder)
            try await first.commit(.put(fullRecord), under: first.lease())
            // As after a kill: the log is there, and what was kept is in it.
            for name in copied {
                try FileManager.default.copyItem(atPath: "\(folder)/.mooring/\(name)", toPath: "\(folder)/\(name)")
            }
            await first.close()
            let path = copied.isEmpty ? folder + "/.mooring/state.db" : folder + "/state.db"
            try await shell("mount", "-o", "remount,ro", folder)
            if copied.count == 2 {
                let error = await #expect(throws: StateError.self) {
                    try await SQLiteStore(path: path, name: "state.db", now: { 0 })
                }
                #expect(
                    error?.diagnostic.message
                        == "the state file 'state.db' can't be used: a run that was killed left its log, which can be "
                        + "read only by writing, and the disk is mounted for reading only")
                return
            }
            let store = try await SQLiteStore(path: path, name: "state.db", now: { [clock] in clock.now })
            #expect(try await store.snapshot(of: "prod").records == [deployment: fullRecord])
            let error = await #expect(throws: StateError.self) { _ = try await store.lease() }
            #expect(error?.reason == .denied)
            #expect(
                error?.diagnostic.message
                    == "the state file 'state.db' can't be used: the disk is mounted for reading only")
        }
    }
}
