import Diagnostics
import Files
import Foundation
import Resources
import StateStorage
import TestSupport
import Testing

/// The state file as a file: made by the first write, readable by its owner, never overwritten.
@Suite struct SQLiteFileTests {
    private let clock = TestClock()

    private func store(_ folder: String) async throws -> SQLiteStore {
        try await SQLiteStore(
            path: folder + "/.mooring/state.db", name: ".mooring/state.db", now: { [clock] in clock.now })
    }

    /// A file with one record in it, closed.
    private func make(_ folder: String) async throws {
        let store = try await store(folder)
        let lease = try await store.lease()
        try await store.commit(.put(fullRecord), under: lease)
        try await store.release(lease)
        await store.close()
    }

    @Test func `looking leaves no trace`() async throws {
        try await withFolder { folder in
            let store = try await store(folder)
            _ = try await store.snapshot(of: "prod")
            #expect(try await store.holder(of: "prod") == nil)
            #expect(try await store.breakLease(of: "prod") == nil)
            #expect(try names(in: folder) == [])
        }
    }

    @Test func `folder, file and log are for their owner alone`() async throws {
        try await withFolder { folder in
            let store = try await store(folder)
            let lease = try await store.lease()
            try await store.commit(.put(fullRecord), under: lease)
            #expect(try mode(of: folder + "/.mooring") == 0o700)
            #expect(try names(in: folder + "/.mooring") == ["state.db", "state.db-shm", "state.db-wal"])
            for name in try names(in: folder + "/.mooring") {
                #expect(try mode(of: folder + "/.mooring/" + name) == 0o600, "\(name)")
            }
        }
    }

    /// Else another process that closes the file takes the log away that the first store writes to.
    @Test func `a second look by this process leaves the first store its locks`() async throws {
        try await withFolder { folder in
            let store = try await store(folder)
            let lease = try await store.lease()
            try await store.commit(.put(fullRecord), under: lease)
            let other = try await self.store(folder)
            #expect(try await other.snapshot(of: "prod").records == [deployment: fullRecord])
            await other.close()
            #expect(try await sql(folder + "/.mooring/state.db", "SELECT count(*) FROM record") == "[(1,)]\n")
            #expect(try names(in: folder + "/.mooring") == ["state.db", "state.db-shm", "state.db-wal"])
        }
    }

    @Test func `a store that is closed leaves one file, and a look at it does too`() async throws {
        try await withFolder { folder in
            try await make(folder)
            #expect(try names(in: folder + "/.mooring") == ["state.db"])
            let before = try bytes(of: folder + "/.mooring/state.db")
            let store = try await store(folder)
            #expect(try await store.snapshot(of: "prod").records == [deployment: fullRecord])
            await store.close()
            #expect(try names(in: folder + "/.mooring") == ["state.db"])
            #expect(try bytes(of: folder + "/.mooring/state.db") == before)
        }
    }

    /// What SQLite itself says is another word in each of its versions: there is no reason to compare.
    @Test(arguments: [
        ("empty", "it is empty"), ("random", "it is no SQLite file"), ("short", "it is no SQLite file"),
        ("half", "it has HALF bytes of WHOLE"), ("other", "it is a SQLite file of another program"),
        ("scribbled", nil), ("schema", nil),
    ])
    func `a damaged file is told, with the way out, and left as it is`(damage: String, reason: String?) async throws {
        try await withFolder { folder in
            try await make(folder)
            let path = folder + "/.mooring/state.db"
            let whole = try bytes(of: path)
            var generator = SeededGenerator(seed: 7)
            switch damage {
            case "empty": try write([], to: path)
            case "random": try write((0..<9000).map { _ in UInt8.random(in: 0...255, using: &generator) }, to: path)
            case "short": try write(whole.prefix(50), to: path)
            case "half": try write(whole.prefix(whole.count / 2), to: path)
            case "scribbled":
                var bytes = whole
                for index in 4096..<bytes.count { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
                try write(bytes, to: path)
            case "schema":
                var bytes = whole
                let place = try #require(bytes.firstRange(of: Array("TABLE record".utf8)))
                bytes.replaceSubrange(place, with: Array("TABEL record".utf8))
                try write(bytes, to: path)
            default:
                try FileManager.default.removeItem(atPath: path)
                try await sql(path, "CREATE TABLE a (b)")
            }
            let damaged = try bytes(of: path)
            let sizes = { (text: String) in
                text.replacing("HALF", with: "\(whole.count / 2)").replacing("WHOLE", with: "\(whole.count)")
            }
            let error = await #expect(throws: StateError.self) { try await store(folder) }
            let message = "the state file '.mooring/state.db' is damaged: "
            let expected = """
                error: \(reason.map { message + sizes($0) } ?? error?.diagnostic.message ?? "") [state-damaged]
                   = It was left as it is. Put a copy of yours in its place; or move it aside, as by \
                'mv .mooring/state.db .mooring/state.db.damaged', and run again: what is live and declared is adopted.

                """
            #expect(error?.reason == .damaged)
            #expect(error?.diagnostic.message.hasPrefix(message) == true)
            #expect(error.map { text([$0.diagnostic]) } == expected)
            #expect(try bytes(of: path) == damaged)
            #expect(try names(in: folder + "/.mooring") == ["state.db"])

            // The way out.
            try FileManager.default.moveItem(atPath: path, toPath: path + ".damaged")
            try await make(folder)
            #expect(try await store(folder).snapshot(of: "prod").records == [deployment: fullRecord])
            #expect(try bytes(of: path + ".damaged") == damaged)
        }
    }

    @Test func `the log of a file that was moved aside goes with it`() async throws {
        try await withFolder { folder in
            let path = folder + "/.mooring/state.db"
            let old = try await store(folder)
            let lease = try await old.lease()
            try await old.commit(.put(fullRecord), under: lease)
            // As after a kill: the log is there.
            try FileManager.default.moveItem(atPath: path, toPath: path + ".damaged")
            let new = try await store(folder)
            _ = try await new.lease(for: bob)
            #expect(try await new.snapshot(of: "prod").records == [:])
            #expect(try names(in: folder + "/.mooring").contains("state.db.damaged-wal"))
            #expect(
                try await sql(path + ".damaged", "SELECT address FROM record") == "[('Deployment/scoring-on-prod',)]\n")
            // Who still has the old one open writes no more.
            let error = await #expect(throws: StateError.self) {
                try await old.commit(.put(Record(infra, .owned)), under: lease)
            }
            #expect(error?.diagnostic.code == "state-replaced")
        }
    }

    @Test func `the state of a newer Mooring is left alone`() async throws {
        try await withFolder { folder in
            try await make(folder)
            try await sql(folder + "/.mooring/state.db", "PRAGMA user_version = 2")
            let before = try bytes(of: folder + "/.mooring/state.db")
            let error = await #expect(throws: StateError.self) { try await store(folder) }
            #expect(error?.reason == .newer)
            #expect(
                error.map { text([$0.diagnostic]) } == """
                    error: the state file '.mooring/state.db' was written by a newer Mooring: its version is 2, this one knows 1 \
                    [state-newer]
                       = Use that Mooring, or a later one. Nothing was changed.

                    """)
            #expect(try bytes(of: folder + "/.mooring/state.db") == before)
        }
    }

    @Test(arguments: [
        ("folder", "it is not a file"), ("pipe", "it is not a file"),
        ("parent", "'FOLDER/.mooring' is not a folder"), ("link", "a symbolic link that leads nowhere lies there"),
    ])
    func `what is no file is told`(what: String, reason: String) async throws {
        try await withFolder { folder in
            let path = folder + "/.mooring/state.db"
            if what == "parent" {
                try write([], to: folder + "/.mooring")
            } else {
                try FileManager.default.createDirectory(atPath: folder + "/.mooring", withIntermediateDirectories: true)
            }
            switch what {
            case "folder": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case "pipe": #expect(mkfifo(path, 0o600) == 0)
            case "link": #expect(symlink("nowhere/at/all", path) == 0)
            default: break
            }
            let error = await #expect(throws: StateError.self) { _ = try await store(folder).lease() }
            #expect(
                error?.diagnostic.message
                    == "the state file '.mooring/state.db' can't be used: "
                    + reason.replacing("FOLDER", with: folder))
        }
    }

    @Test(arguments: [
        ("UPDATE record SET rest = '{\"ownership\":\"lent\"}'", "'ownership' is 'lent'"),
        ("UPDATE record SET rest = '[]'", "a list stands for an object"),
        ("UPDATE record SET rest = '{'", "a text is no JSON: expected a key in double quotes at line 1, column 2"),
        ("UPDATE record SET rest = '{}'", "'ownership' is missing"),
        ("UPDATE record SET rest = '{\"ownership\":\"owned\",\"mark\":[1]}'", "'mark' is no place in a file"),
        ("UPDATE record SET rest = '{\"ownership\":\"owned\",\"secrets\":{\"a\":1}}'", "'secrets' holds a number"),
        ("UPDATE record SET address = 'Ship/a'", "'Ship/a' is no address"),
        ("UPDATE record SET address = 'Deployment/a/b'", "'Deployment/a/b' is no address"),
        ("UPDATE record SET address = 'Deployment/a%2'", "'Deployment/a%2' is no address"),
        ("UPDATE record SET address = 'Deployment/a@b'", "'Deployment/a@b' is no address"),
        ("UPDATE intent SET rest = '{\"address\":\"Infra/a\"}'", "'action' is missing"),
        ("UPDATE intent SET job = 'seven'", "a job is no text"),
    ])
    func `a row that no Mooring wrote is told, and ends no process`(statement: String, reason: String) async throws {
        try await withFolder { folder in
            let path = folder + "/.mooring/state.db"
            try await make(folder)
            try await store(folder).commit(.intend(fullIntent(1, 1)), under: store(folder).lease())
            try await sql(path, statement)
            let error = await #expect(throws: StateError.self) { try await store(folder).snapshot(of: "prod") }
            #expect(error?.reason == .damaged)
            #expect(error?.diagnostic.message == "the state file '.mooring/state.db' is damaged: \(reason)")
        }
    }

    @Test(arguments: ["X'FF00'", "7", "1.5", "NULL"])
    func `a column of any type ends no process`(value: String) async throws {
        try await withFolder { folder in
            let path = folder + "/.mooring/state.db"
            try await make(folder)
            let store = try await store(folder)
            let lease = try await store.lease()
            _ = try await store.begin(fullRun, under: lease)
            try await store.commit(.intend(fullIntent(1, 1)), .changed(run: 1, fullChange), under: lease)
            await store.close()
            let program = """
                import shutil, sqlite3, sys
                for name in sys.argv[3:]:
                    table, column = name.split(".")
                    shutil.copy(sys.argv[1], f"{sys.argv[1]}.{name}")
                    database = sqlite3.connect(f"{sys.argv[1]}.{name}")
                    # A column that may not be null stays as it is.
                    database.execute(f"UPDATE OR IGNORE {table} SET {column} = {sys.argv[2]}")
                    database.commit()
                """
            let columns = [
                "record.address", "record.applied", "record.rest", "intent.job", "intent.rest", "run.begun",
                "run.ended",
                "change.address", "change.rest", "lease.token", "lease.holder", "lease.acquired", "lease.expires",
            ]
            try await shell(["python3", "-c", program, path, value] + columns)
            for column in columns {
                let store = try await SQLiteStore(path: "\(path).\(column)", now: { [clock] in clock.now })
                await expectNoCrash { _ = try await store.snapshot(of: "prod") }
                await expectNoCrash { _ = try await store.changes(of: 1, in: "prod") }
                await expectNoCrash { _ = try await store.changes(to: deployment, in: "prod", limit: 9) }
                await expectNoCrash { _ = try await store.runs() }
                await expectNoCrash { _ = try await store.holder(of: "prod") }
            }
        }
    }

    private func expectNoCrash(_ work: () async throws -> Void) async {
        do { try await work() } catch { #expect((error as? StateError)?.reason == .damaged) }
    }

    @Test func `members that a later Mooring added are passed over`() async throws {
        try await withFolder { folder in
            try await make(folder)
            let path = folder + "/.mooring/state.db"
            try await sql(path, "UPDATE record SET rest = json_set(rest, '$.later', json('[1]'), '$.hold.later', 'x')")
            #expect(try await store(folder).snapshot(of: "prod").records == [deployment: fullRecord])
        }
    }

    @Test func `no secret is in the file, only what was made of it`() async throws {
        try await withFolder { folder in
            let secret = Secret("canary-7f3a")
            let print = hexadecimal(hmacSHA256(key: Array("key".utf8), Array(secret.reveal().utf8)))
            let store = try await store(folder)
            let lease = try await store.lease()
            var record = fullRecord
            record.secrets = ["adminAPIKey": print]
            try await store.commit(.put(record), .intend(fullIntent(1, 1)), under: lease)
            for name in try names(in: folder + "/.mooring") {
                let bytes = try bytes(of: folder + "/.mooring/" + name)
                #expect(bytes.firstRange(of: Array("canary".utf8)) == nil)
                if name.hasSuffix("-wal") { #expect(bytes.firstRange(of: Array(print.utf8)) != nil) }
            }
        }
    }
}
