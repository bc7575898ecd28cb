import Diagnostics
import Files
import Foundation
import Resources
import StateStorage
import TestSupport
import Testing

/// How a server is reached, and what stands in the way.
@Suite(.enabled(if: TestServer.shared != nil)) struct PostgresServerTests {
    private let server: TestServer

    init() throws { server = try #require(TestServer.shared) }

    /// Over TLS, with a password; `host` and the rest follow.
    private func remote(_ rest: String, host: String = "localhost", password: String = "p@ss word") -> Secret {
        Secret("host=\(host) port=\(server.port) user=remote password='\(password)' dbname=postgres \(rest)")
    }

    @Test func `a server that proves who it is is taken, by string and by URL`() async throws {
        let authority = server.folder + "/ca.crt"
        let url =
            "postgresql://remote:p%40ss%20word@localhost:\(server.port)/postgres?sslmode=verify-full&sslrootcert="
            + authority.replacing("/", with: "%2F")
        for connection in [remote("sslmode=verify-full sslrootcert=\(authority)"), Secret(url)] {
            await #expect(throws: Never.self) { try await PostgresStore(connection: connection, workspace: "w") }
        }
    }

    @Test(arguments: [
        ("sslmode=verify-full sslrootcert=FOLDER/other-ca.crt", "localhost"),
        ("sslmode=verify-full sslrootcert=FOLDER/ca.crt", "127.0.0.1"),
        // Over a network, this is what is meant where nothing is said. (An address of this machine that doesn't look so.)
        ("", "2130706433"), ("sslrootcert=FOLDER/ca.crt", "2130706433"),
    ])
    func `a server that doesn't is refused, with the way out`(rest: String, host: String) async throws {
        let connection = remote(rest.replacing("FOLDER", with: server.folder), host: host)
        let error = await #expect(throws: StateError.self) {
            try await PostgresStore(connection: connection, workspace: "w")
        }
        let shown = error.map { text([$0.diagnostic]) } ?? ""
        #expect(error?.reason == .unreachable)
        #expect(shown.hasPrefix("error: the state server can't be reached: "))
        #expect(shown.contains("certificate"))
        #expect(
            shown.contains(
                """
                   = Over a network the server must prove who it is, unless the connection says otherwise: name its \
                certificate authority by 'sslrootcert=FILE', or say 'sslmode=require' to encrypt without knowing the server.
                """))
        #expect(!shown.contains("p@ss"))
    }

    @Test(arguments: ["sslmode=require", "sslmode=prefer"])
    func `what the user says about TLS holds`(mode: String) async throws {
        await #expect(throws: Never.self) {
            try await PostgresStore(connection: remote(mode, host: "2130706433"), workspace: "w")
        }
    }

    @Test(arguments: ["hunter-canary", "canary ' with \" quotes"])
    func `a wrong password is told, and never shown`(password: String) async throws {
        let escaped = password.replacing("'", with: "\\'")
        let error = await #expect(throws: StateError.self) {
            try await PostgresStore(connection: remote("sslmode=require", password: escaped), workspace: "w")
        }
        #expect(error?.diagnostic.message.contains("password authentication failed for user \"remote\"") == true)
        #expect(error.map { !text([$0.diagnostic]).contains("canary") } == true)
    }

    @Test(arguments: [
        "canary", "", "postgres:/u:canary@h/d", "host=a canary", "host=a passwrd=canary", "host='canary",
        "postgres://u:canary%zz@h/d", "host=a\u{0}canary",
        // Not escaped, a part of the password would pass for a host, and be told as one.
        "postgres://u:p@canary@h/d", "postgres://u:p/canary@h/d", "postgres://u:p?canary@h/d",
        "postgres://u:p#canary@h",
        "postgres://u:p/canary@h/d?sslmode=require",
    ])
    func `what is no connection string is told without it`(connection: String) async throws {
        let error = await #expect(throws: StateError.self) {
            try await PostgresStore(connection: Secret(connection), workspace: "w")
        }
        #expect(error?.diagnostic.message == "the state's connection is no connection string")
        #expect(error.map { !text([$0.diagnostic]).contains("canary") } == true)
    }

    @Test func `a server that is not there is told`() async throws {
        let folder = server.folder + "/none"
        let error = await #expect(throws: StateError.self) {
            try await PostgresStore(connection: Secret("host=\(folder) password=canary"), workspace: "w")
        }
        #expect(error?.reason == .unreachable)
        #expect(error?.diagnostic.message.contains(folder) == true)
        #expect(error?.diagnostic.message.contains("canary") == false)
    }

    // MARK: - The schema

    /// A database of its own, where nothing is yet.
    private func withDatabase(_ options: String = "", _ body: (Secret, String) async throws -> Void) async throws {
        let name = "d\(UInt64.random(in: .min ... .max))"
        try await server.run("CREATE DATABASE \(name) \(options)")
        try await body(Secret(server.connection.reveal().replacing("dbname=postgres", with: "dbname=\(name)")), name)
        try await server.run("DROP DATABASE \(name) WITH (FORCE)")
    }

    private func run(_ connection: Secret, _ sql: String) async throws -> [String] {
        try await TestServer(connection: connection, port: server.port, folder: server.folder).run(sql)
    }

    @Test func `looking leaves no trace, and of many that write first one makes the tables`() async throws {
        try await withDatabase { connection, _ in
            let store = try await PostgresStore(connection: connection, workspace: "w")
            #expect(try await store.snapshot(of: "prod").records == [:])
            #expect(try await store.breakLease(of: "prod") == nil)
            let count = "SELECT count(*) FROM pg_namespace WHERE nspname = 'mooring'"
            #expect(try await run(connection, count) == ["0"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...8 {
                    group.addTask {
                        let store = try await PostgresStore(connection: connection, workspace: "w")
                        let lease = try await store.lease("env-\(number)")
                        try await store.commit(.put(fullRecord), under: lease)
                    }
                }
                try await group.waitForAll()
            }
            for number in 1...8 { #expect(try await store.snapshot(of: "env-\(number)").records.count == 1) }
        }
    }

    @Test func `workspaces on one server know nothing of each other`() async throws {
        try await withDatabase { connection, _ in
            let one = try await PostgresStore(connection: connection, workspace: "a")
            let other = try await PostgresStore(connection: connection, workspace: "a/prod")
            try await one.commit(.put(fullRecord), under: one.lease("prod/x"))
            #expect(try await other.snapshot(of: "x").records == [:])
            _ = try await other.lease("x")
            #expect(try await one.snapshot(of: "prod/x").records == [deployment: fullRecord])
        }
    }

    @Test func `the tables of a newer Mooring are left alone`() async throws {
        try await withDatabase { connection, _ in
            let store = try await PostgresStore(connection: connection, workspace: "w")
            _ = try await store.lease()
            _ = try await run(connection, "UPDATE mooring.version SET number = 2")
            let later = try await PostgresStore(connection: connection, workspace: "w")
            for attempt in 0..<2 {
                let error = await #expect(throws: StateError.self) {
                    if attempt == 0 {
                        _ = try await later.snapshot(of: "prod")
                    } else {
                        _ = try await later.lease("dev")
                    }
                }
                #expect(error?.reason == .newer)
                #expect(
                    error?.diagnostic.message
                        == "the state on the server was written by a newer Mooring: its version is 2, this one knows 1"
                )
            }
        }
    }

    @Test func `a row that no Mooring wrote is told, and ends no process`() async throws {
        try await withDatabase { connection, _ in
            let store = try await PostgresStore(connection: connection, workspace: "w")
            let lease = try await store.lease()
            try await store.commit(.put(fullRecord), .put(Record(infra, .owned)), under: lease)
            for (statement, reason) in [
                (
                    "UPDATE mooring.record SET rest = '{'",
                    "a text is no JSON: expected a key in double quotes at line 1, column 2"
                ),
                (
                    "UPDATE mooring.record SET rest = '{}', address = 'x' || address",
                    "'xDeployment/scoring-on-prod' is no address"
                ),
            ] {
                _ = try await run(connection, statement + " WHERE address LIKE '%Deployment%'")
                let error = await #expect(throws: StateError.self) { try await store.snapshot(of: "prod") }
                #expect(error?.reason == .damaged)
                #expect(error?.diagnostic.message == "the state on the server is damaged: \(reason)")
            }
            // The connection is as good as before.
            #expect(try await store.holder(of: "prod")?.owner == alice.owner)
        }
    }

    @Test func `a database that lacks characters is refused`() async throws {
        try await withDatabase("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0") { connection, _ in
            let store = try await PostgresStore(connection: connection, workspace: "w")
            let error = await #expect(throws: StateError.self) { _ = try await store.lease() }
            #expect(error?.diagnostic.code == "state-encoding")
        }
    }

    @Test func `who may not make the schema is told how to get it, and works with one that was given`() async throws {
        try await withDatabase { connection, name in
            let connection = Secret(
                remote("sslmode=require").reveal().replacing("dbname=postgres", with: "dbname=\(name)"))
            let store = try await PostgresStore(connection: connection, workspace: "w")
            let error = await #expect(throws: StateError.self) { _ = try await store.lease() }
            #expect(
                error.map { text([$0.diagnostic]) } == """
                    error: the state server refuses: permission denied for database \(name) [state-denied]
                       = The user needs a schema 'mooring' of its own: 'CREATE SCHEMA mooring AUTHORIZATION USER', by whoever may.

                    """)
            let admin = Secret(server.connection.reveal().replacing("dbname=postgres", with: "dbname=\(name)"))
            _ = try await run(admin, "CREATE SCHEMA mooring AUTHORIZATION remote")
            try await store.commit(.put(fullRecord), under: store.lease())
            #expect(try await store.snapshot(of: "prod").records == [deployment: fullRecord])
        }
    }

    @Test func `what is committed is on the disk, though its owner prefers speed`() async throws {
        try await withDatabase { connection, name in
            try await server.run("ALTER DATABASE \(name) SET synchronous_commit = off")
            let store = try await PostgresStore(connection: connection, workspace: "w")
            let lease = try await store.lease()
            _ = try await run(
                connection,
                """
                CREATE TABLE seen (value text);
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN INSERT INTO seen VALUES (current_setting(''synchronous_commit'')); RETURN NULL; END';
                CREATE TRIGGER see AFTER INSERT ON mooring.record EXECUTE FUNCTION see()
                """)
            try await store.commit(.put(fullRecord), under: lease)
            #expect(try await run(connection, "SELECT value FROM seen") == ["on"])
        }
    }
}
