import Diagnostics
import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@Suite struct RunReportTests {
    static var run: Run {
        var run = Run(
            environment: "prod",
            outcomes: [
                Outcome(address: Sample.service, action: .create, result: .applied, milliseconds: 412),
                Outcome(
                    address: Sample.package, action: .create, result: .failed,
                    diagnostics: [
                        Diagnostic(
                            .error, "http-500", "the designer answered 500 to POST /packages/v4", at: Sample.mark(15),
                            excerpt: "  version: v4", length: 7, hint: "See the log of the node.")
                    ], milliseconds: 65_432),
                Outcome(
                    address: Sample.infra, action: .update, result: .moved,
                    diagnostics: [Diagnostic(.error, "moved", "'stage' was changed since the plan was made")]),
                Outcome(
                    address: Sample.deployment, action: .update, result: .skipped,
                    diagnostics: [Diagnostic(.note, "skipped", "Package/CHURN/scoring failed")]),
                Outcome(
                    address: Address(.deployment, "fraud-on-prod"), action: .rollout, result: .applied,
                    diagnostics: [Diagnostic(.warning, "warnings-ignored", "DSS warned: no test query")],
                    health: "HEALTHY", serviceURLs: ["http://node-1:12000/public/api/v1/fraud/"], milliseconds: 12_000),
                Outcome(
                    address: Address(.deployment, "churn-on-prod"), action: .update, result: .rolledBack,
                    diagnostics: [Diagnostic(.error, "not-healthy", "UNHEALTHY for 60s")], health: "HEALTHY",
                    serviceURLs: [], milliseconds: 3_725_000),
                Outcome(address: Address(.deployment, "other"), action: .update, result: .notStarted),
            ])
        run.end = .stoppedAfterFailures
        run.number = 12
        run.problem = Diagnostic(
            .error, "not-recorded", "what was applied could not be recorded: the disk is full",
            hint: "The next run settles it by reading.")
        return run
    }

    @Test func `tells what became of each change`() {
        assertSnapshot(runText(Self.run, TextStyle()), "run.txt")
        assertSnapshot(runText(Self.run, TextStyle(color: true)), "run-colour.txt")
    }

    @Test func `is one document`() {
        let digest = "sha256:" + String(repeating: "0", count: 64)
        assertSnapshot(
            runJSON(Self.run, environment: "prod", version: "1.2.3", planDigest: digest).text(.pretty) + "\n",
            "run.json")
    }

    @Test func `a run that never was is a document too`() {
        let document = runJSON(
            nil, environment: "dev", version: "1.2.3", diagnostics: [Diagnostic(.error, "locked", "another run is on")])
        assertSnapshot(document.text(.pretty) + "\n", "run-none.json")
    }

    @Test func `counts, and says when there was nothing to do`() {
        #expect(
            summaryText(Self.run)
                == "Apply: 2 applied · 1 failed · 1 moved since the plan · 1 rolled back · 1 skipped · 1 not started (run 12)"
        )
        #expect(runText(Run(environment: "dev", outcomes: []), TextStyle()) == "Apply: nothing to do\n")
        var run = Run(environment: "dev", outcomes: [])
        run.end = .interrupted(signal: 2)
        #expect(
            runText(run, TextStyle()) == """
                Stopped by signal 2. What was under way was finished; nothing new was started.

                Apply: nothing to do

                """)
    }

    static let events: [RunEvent] = [
        .started(Sample.deployment, .update),
        .step(
            Sample.deployment,
            Step(.saveDeployment, "PUT /api-deployer/deployments/scoring-on-prod/settings", on: .deployer)),
        .waiting(Sample.deployment, text: "OUT_OF_SYNC, waiting for HEALTHY", milliseconds: 14_200),
        .notice(Diagnostic(.warning, "retried", "the deployer answered 503\u{7}")),
        .finished(
            Outcome(
                address: Sample.deployment, action: .update, result: .applied, health: "HEALTHY", milliseconds: 15_000)),
        .finished(run.outcomes[1]), .finished(run.outcomes[3]), .finished(run.outcomes[6]),
    ]

    @Test func `a log gets a line for each event`() {
        #expect(
            Self.events.compactMap(runLine) == [
                "Deployment/scoring-on-prod: updating",
                "Deployment/scoring-on-prod: saving settings (PUT /api-deployer/deployments/scoring-on-prod/settings)",
                "Deployment/scoring-on-prod: OUT_OF_SYNC, waiting for HEALTHY, 14s",
                "warning: the deployer answered 503\\u{7} [retried]",
                "Deployment/scoring-on-prod: updated after 15s, HEALTHY",
                "Package/CHURN/scoring: failed after 1m05s: the designer answered 500 to POST /packages/v4",
                "Deployment/scoring-on-prod: skipped: Package/CHURN/scoring failed", "Deployment/other: not started",
            ])
    }

    private let screen = Screen(columns: 60, rows: 24)

    @Test func `a terminal shows what is under way, and keeps what is done`() {
        var progress = LiveProgress(total: 3, style: TextStyle())
        var kept: [String] = []
        for (index, event) in Self.events.prefix(3).enumerated() {
            kept += progress.handle(event, at: index * 1000)
        }
        kept += progress.handle(.started(Sample.infra, .create), at: 3000)
        #expect(kept == [])
        #expect(
            progress.lines(at: 13_000, on: screen) == [
                "  Deployment/scoring-on-prod  OUT_OF_SYNC, waiting for H...",
                "  Infra/prod  creating  10s", "0 of 3 done  13s",
            ])
        for event in Self.events.dropFirst(3).prefix(3) { kept += progress.handle(event, at: 16_000) }
        #expect(
            kept == [
                "warning: the deployer answered 503\\u{7} [retried]",
                "Deployment/scoring-on-prod: updated after 15s, HEALTHY",
                "Package/CHURN/scoring: failed after 1m05s: the designer answered 500 to POST /packages/v4",
            ])
        #expect(
            progress.lines(at: 17_000, on: screen) == ["  Infra/prod  creating  14s", "2 of 3 done · 1 failed  17s"])
    }

    @Test func `a terminal shows eight changes at most`() {
        var progress = LiveProgress(total: 40, style: TextStyle())
        for number in 0..<20 { _ = progress.handle(.started(Address(.infra, "i\(number)"), .create), at: 0) }
        let lines = progress.lines(at: 500, on: screen)
        #expect(lines.count == LiveProgress.mostLines + 1)
        #expect(lines.suffix(2) == ["  ... 13 more", "0 of 40 done  0.5s"])
    }

    @Test(arguments: [
        (
            Screen(columns: 60, rows: 5),
            ["  Infra/i0  creating  0.5s", "  Infra/i1  creating  0.5s", "  ... 18 more", "0 of 40 done  0.5s"]
        ),
        (Screen(columns: 20, rows: 4), ["  Infra/i0  crea...", "  ... 19 more", "0 of 40 done  0.5s"]),
        (Screen(columns: 20, rows: 2), ["0 of 40 done  0.5s"]), (Screen(columns: 9, rows: 1), ["0 of ..."]),
    ])
    func `what a small terminal shows stays on it, so that it can be taken off again`(screen: Screen, shown: [String]) {
        var progress = LiveProgress(total: 40, style: TextStyle())
        for number in 0..<20 { _ = progress.handle(.started(Address(.infra, "i\(number)"), .create), at: 0) }
        #expect(progress.lines(at: 500, on: screen) == shown)
    }

    @Test(arguments: [(80, 4), (60, 4), (59, 5), (30, 5), (20, 6), (10, 10)])
    func `lines take more rows on a terminal that was made narrower`(columns: Int, rows: Int) {
        let lines = [
            "", String(repeating: "x", count: 60), "\u{1B}[1m\(String(repeating: "x", count: 20))\u{1B}[0m", "x",
        ]
        #expect(Screen(columns: columns, rows: 24).rows(of: lines) == rows)
    }
}
