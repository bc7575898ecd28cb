import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@Suite struct HistoryReportTests {
    static let runs = [
        RunRecord(
            number: 1, command: "apply", actor: "ann@build-1", started: Sample.now - 40 * 86_400_000,
            finished: Sample.now - 40 * 86_400_000 + 61_000, result: .applied, counts: ["applied": 7, "adopted": 2]),
        RunRecord(
            number: 2, command: "apply", actor: "ann@build-1", commit: "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
            planDigest: "sha256:" + String(repeating: "7f", count: 32), started: Sample.now - 3_700_250,
            finished: Sample.now - 3_660_000, result: .partly, counts: ["applied": 2, "failed": 1, "skipped": 1]),
        RunRecord(
            number: 3, command: "rollback", actor: "bob@night\u{1B}[2J",
            commit: "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334-dirty", reason: "v4 answers\nnonsense",
            started: Sample.now - 4_000),
    ]

    static let changes = [
        RunChange(
            address: Sample.infra, action: .update, result: "applied",
            before: AppliedSpec(bytes: Array(#"{"stage":"Test"}"#.utf8)),
            after: AppliedSpec(bytes: Array(#"{"stage":"Production"}"#.utf8)),
            fields: [
                ["path": "stage", "before": "Test", "after": "Production", "origin": "drift"],
                ["path": "apiNodes[n].adminAPIKey", "secret": ["before": "set", "after": "changed"]],
                ["path": "carbonAPISettings", "before": .null, "after": ["enabled": true]],
            ], milliseconds: 412),
        RunChange(
            address: Sample.package.at(version: "v4"), action: .create, result: "failed",
            messages: ["http-500: the designer answered 500\u{7}"], milliseconds: 65_432),
        RunChange(
            address: Sample.deployment, action: .update, result: "rolled-back", fields: ["not a field", ["before": 1]],
            health: "HEALTHY", milliseconds: 3_725_000),
        RunChange(address: Address(.deployment, "old"), action: .delete, result: "of another version"),
    ]

    @Test func `is a table, the newest run first`() {
        assertSnapshot(historyText(Self.runs, environment: "prod", now: Sample.now, TextStyle()), "history.txt")
        assertSnapshot(
            historyText(
                Self.runs, environment: "prod", now: Sample.now, TextStyle(color: true, verbosity: .summary)),
            "history-colour.txt")
        #expect(
            historyText([], environment: "dev", now: 0, TextStyle()) == "Nothing was applied to 'dev' yet.\n")
    }

    @Test func `one run tells what it did`() {
        assertSnapshot(
            historyText(Self.runs[1], Self.changes, environment: "prod", now: Sample.now, TextStyle()),
            "history-run.txt")
        assertSnapshot(
            historyText(
                Self.runs[2], [], environment: "prod", now: Sample.now, TextStyle(color: true, verbosity: .summary)),
            "history-run-colour.txt")
    }

    @Test func `is one document`() {
        assertSnapshot(
            historyJSON(Self.runs, environment: "prod", version: "1.2.3").text(.pretty) + "\n", "history.json")
        assertSnapshot(
            historyJSON(Self.runs[1], Self.changes, environment: "prod", version: "1.2.3").text(.pretty) + "\n",
            "history-run.json")
    }

    @Test func `one object tells what runs did to it`() {
        let changes = zip(Self.runs.reversed(), Self.changes).map { (run: $0, change: $1) }
        assertSnapshot(
            historyText(Sample.infra, changes, environment: "prod", now: Sample.now, TextStyle()),
            "history-object.txt")
        assertSnapshot(
            historyJSON(Sample.infra, changes, environment: "prod", version: "1.2.3").text(.pretty) + "\n",
            "history-object.json")
        #expect(
            historyText(Sample.infra, [], environment: "dev", TextStyle()) == "No run changed 'Infra/prod' on 'dev'.\n")
    }

    @Test func `says that there are older runs, and tells no age without a clock`() {
        let text = historyText([Self.runs[0]], environment: "prod", more: true, TextStyle())
        #expect(
            text == """
                RUN  STARTED               COMMAND  BY           COMMIT  RESULT   CHANGES
                1    2026-01-20T09:00:00Z  apply    ann@build-1  -       applied  7 applied · 2 adopted

                Older runs are left out: --limit shows more.

                """)
    }

    static let holder = LeaseHolder(
        owner: "ann@build-1", command: "mooring apply -e prod",
        process: ProcessIdentity(machine: "4c4c4544", number: 4711, started: 99), acquired: Sample.now - 95_000,
        expires: Sample.now + 22_500, ageMilliseconds: 95_000)

    @Test func `a lock tells who, what for and until when`() {
        #expect(
            lockText(Self.holder, environment: "prod", TextStyle()) == """
                'prod' is locked by ann@build-1
                  command       mooring apply -e prod
                  process       4711
                  since         2026-03-01T08:58:25Z (1 min ago)
                  expires       2026-03-01T09:00:22Z (in 22s, unless it is renewed)

                """)
        var late = Self.holder
        late.expires = Sample.now - 30_000
        #expect(
            lockText(late, environment: "prod", TextStyle()).hasSuffix(
                "(30 s ago: the next run takes it over)\n"))
        #expect(lockText(nil, environment: "prod", TextStyle()) == "'prod' is not locked.\n")
    }

    @Test func `a lock is one document`() {
        assertSnapshot(
            lockJSON(Self.holder, environment: "prod", version: "1.2.3").text(.pretty) + "\n", "lock.json")
        assertSnapshot(lockJSON(nil, environment: "prod", version: "1.2.3").text(.pretty) + "\n", "lock-none.json")
    }
}
