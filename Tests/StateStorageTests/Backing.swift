import Diagnostics
import Files
import Foundation
import JSON
import Resources
import StateStorage
import Synchronization
import Testing

/// The stores that every case of the conformance suite runs on.
enum Backing: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite, postgres

    /// The server is started by `scripts/with-postgres.sh`, which `make test` does; without it, two are left.
    static var allCases: [Backing] { [.memory, .sqlite] + (TestServer.shared == nil ? [] : [.postgres]) }

    var testDescription: String { rawValue }
}

/// A store, and a way to open the same place again as another process would.
struct Place: Sendable {
    let clock: TestClock
    /// Who is taken for gone.
    let gone: Mutexed<Set<ProcessIdentity>>
    let open: @Sendable () async throws -> any StateStore
}

extension Backing {
    /// Runs `body` on a new, empty place.
    func run(_ body: (Place) async throws -> Void) async throws {
        let clock = TestClock()
        let gone = Mutexed(Set<ProcessIdentity>())
        let isGone: @Sendable (ProcessIdentity) -> Bool = { process in gone.value.contains(process) }
        switch self {
        case .memory:
            let store = MemoryStore(now: { clock.now }, isGone: isGone)
            try await body(Place(clock: clock, gone: gone) { store })
        case .sqlite:
            try await withFolder { folder in
                try await body(
                    Place(clock: clock, gone: gone) {
                        try await SQLiteStore(path: folder + "/.mooring/state.db", now: { clock.now }, isGone: isGone)
                    })
            }
        case .postgres:
            let server = try #require(TestServer.shared)
            // Each test has a workspace of its own on the one server.
            let workspace = "test \(UInt64.random(in: .min ... .max))"
            try await body(
                Place(clock: clock, gone: gone) {
                    try await PostgresStore(connection: server.connection, workspace: workspace, isGone: isGone)
                })
        }
    }
}

/// Milliseconds that stand still until a test moves them.
final class TestClock: Sendable {
    private let milliseconds = Mutex(1_700_000_000_000)

    var now: Int { milliseconds.withLock { $0 } }

    func advance(_ by: Int) { milliseconds.withLock { $0 += by } }
}

final class Mutexed<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value {
        get { mutex.withLock { $0 } }
        set { mutex.withLock { $0 = newValue } }
    }
}

/// A folder that is gone afterwards, with all that is in it.
func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = try TemporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    return try await body(folder.path)
}

// MARK: - Things to keep

let alice = LeaseHolder(
    owner: "alice@desk", command: "mooring apply -e prod",
    process: ProcessIdentity(machine: "desk", number: 41, started: 4100))
let bob = LeaseHolder(
    owner: "bob@lap", command: "mooring apply -e prod --prune",
    process: ProcessIdentity(machine: "lap", number: 7, started: 99))

let infra = Address(.infra, "prod-k8s")
let deployment = Address(.deployment, "scoring-on-prod")
let version = Address(.package, "CHURN", "scoring").at(version: "v3")

func spec(_ text: String) -> AppliedSpec { AppliedSpec(bytes: Array(text.utf8)) }

/// A record with every member set.
let fullRecord = Record(
    deployment, .adopted, applied: spec(#"{"enabled":true,"infraId":"prod-k8s"}"#), protect: true, prune: true,
    secrets: ["apiNodes[0].adminAPIKey": "0a1b2c3d:ff", "raw.é": "0a1b2c3d:00"],
    mark: .init(file: "infra/prod.yaml", line: 3, column: 5), commit: "0123456789abcdef0123456789abcdef01234567",
    run: 7,
    hold: Hold(reason: "v4 is broken", by: "ann@host", since: 1_700_000_000_123, manifest: spec(#"{"version":"v4"}"#)),
    archive: "8d2f", misnamedArchive: "77aa")

/// An intent with every member set.
func fullIntent(_ run: Int, _ number: Int) -> Intent {
    Intent(
        id: Intent.ID(run: run, number: number), address: deployment, action: .replace, step: "save-deployment",
        call: "PUT /projects/CHURN/…/settings", subject: "v3", before: "digest",
        records: [fullRecord, Record(infra, .owned)],
        forgets: [version], job: "future \u{0} \"7\"")
}

let fullRun = RunRecord(
    number: 0, command: "rollback", actor: "ann@host", commit: "abc", reason: "3 a.m. \u{1F525}", planDigest: "sha",
    started: 1_700_000_000_001)

/// A change with every member set.
let fullChange = RunChange(
    address: deployment, action: .rollout, result: "failed", before: spec("{}"), after: spec(#"{"a":1.0}"#),
    fields: [["path": "version", "before": "v3", "after": 1.50, "z": [.null, true]]],
    messages: ["timed-out: no answer", "\u{0}\n"], health: "ERROR", milliseconds: 1234)

extension StateStore {
    /// The lease of an environment, which must be free.
    func lease(
        _ environment: String = "prod", for holder: LeaseHolder = alice, milliseconds: Int = 3_600_000,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Lease {
        let answer = try await acquire(environment, for: holder, milliseconds: milliseconds)
        guard case .granted(let lease) = answer else {
            Issue.record("the lease of \(environment) is held: \(answer)", sourceLocation: sourceLocation)
            throw CancellationError()
        }
        return lease
    }

    func commit(_ entries: StateEntry..., under lease: Lease) async throws { try await commit(entries, under: lease) }

    func runs(of environment: String = "prod") async throws -> [RunRecord] {
        try await runs(of: environment, limit: .max, before: nil)
    }
}

/// All that a store shows of an environment, for comparison.
struct Sight: Equatable, CustomStringConvertible {
    var records: [Address: Record]
    var intents: [Intent]
    var runs: [RunRecord]
    var changes: [Int: [RunChange]]
    var histories: [Address: [Int]]

    init(_ store: any StateStore, _ environment: String, addresses: [Address]) async throws {
        let snapshot = try await store.snapshot(of: environment)
        records = snapshot.records
        intents = snapshot.intents
        runs = try await store.runs(of: environment)
        changes = [:]
        for run in runs { changes[run.number] = try await store.changes(of: run.number, in: environment) }
        histories = [:]
        for address in addresses {
            histories[address] = try await store.changes(to: address, in: environment, limit: 10).map(\.run.number)
        }
    }

    var description: String {
        """
        records: \(records.values.sorted { $0.address < $1.address }.map { "\($0.address) \($0.applied.bytes.count)" })
        intents: \(intents.map { "\($0.id.run).\($0.id.number) \($0.job ?? "-")" })
        runs: \(runs.map { "\($0.number) \($0.result)" })
        changes: \(changes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.map { "\($0.address) \($0.result)" })" })
        histories: \(histories.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
        """
    }
}
