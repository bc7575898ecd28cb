import Diagnostics
import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@Suite struct RunMarkdownTests {
    @Test func `shows a run as a comment`() {
        assertSnapshot(
            runMarkdown(RunReportTests.run, commit: "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"), "run.md")
    }

    @Test func `shows a run as test results`() {
        assertSnapshot(
            runJUnit(
                RunReportTests.run, commit: "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334", made: Sample.drift.made),
            "run.junit.xml")
    }

    @Test func `shows a plan as test results`() {
        assertSnapshot(planJUnit(Sample.plan, made: Sample.drift.made), "plan.junit.xml")
    }

    @Test func `shows what is wrong with manifests as a comment and as test results`() {
        let report = CheckReport(
            command: "validate", sound: [],
            diagnostics: [
                Diagnostic(
                    .error, "unknown-field", "unknown field 'modelref'", at: Sample.mark(9), excerpt: "modelref: x",
                    hint: "Did you mean 'modelRef'?"),
                Diagnostic(.warning, "key-in-clear", "the key for 'http://a' travels unencrypted"),
            ], made: Sample.drift.made)
        assertSnapshot(report.markdown, "check.md")
        assertSnapshot(report.junit, "check.junit.xml")
        assertSnapshot(report.sarif(version: "1.2.3").text(.pretty) + "\n", "check.sarif")
        let sound = CheckReport(command: "validate", sound: ["dev", "prod"], diagnostics: [], made: 0)
        #expect(
            sound.markdown
                == "**mooring validate** valid\n\nEnvironments:\n\n- <code>dev</code>\n- <code>prod</code>\n")
    }

    @Test func `any texts give comments that end and are short, and well-formed results`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = PlanGenerator(seed: seed)
        for round in 0..<200 {
            var run = generator.run()
            if round % 5 == 0 { run.outcomes = Array(repeating: run.outcomes, count: 300).flatMap(\.self) }
            let check = CheckReport(
                command: "validate", sound: generator.some(40) { $0.text() },
                diagnostics: generator.some(60) { $0.diagnostic() }, made: 0)
            for comment in [runMarkdown(run, commit: generator.maybe { $0.text() }), check.markdown] {
                if let problem = MarkdownCheck.problem(in: comment) {
                    Issue.record("seed \(seed), round \(round): \(problem)")
                }
                #expect(comment.utf8.count < longestComment, "seed \(seed), round \(round)")
            }
            #expect(try JSONValue(parsing: check.sarif(version: "1").bytes()) == check.sarif(version: "1"))
            for document in [
                runJUnit(run, commit: nil, made: 0), planJUnit(generator.plan(), made: 0), check.junit,
            ] {
                if let problem = XMLCheck.problem(in: document) {
                    Issue.record("seed \(seed), round \(round): \(problem)")
                }
            }
        }
    }
}

extension PlanGenerator {
    mutating func run() -> Run {
        var run = Run(
            environment: text(),
            outcomes: some(8) { generator in
                Outcome(
                    address: generator.address(), action: generator.one(Action.allCases),
                    result: generator.one(Outcome.Result.allCases), diagnostics: generator.some { $0.diagnostic() },
                    health: generator.maybe { $0.text() }, serviceURLs: generator.some { $0.text() },
                    milliseconds: generator.below(10_000_000))
            })
        run.end = one([.finished, .stoppedAfterFailures, .interrupted(signal: 15)])
        run.number = maybe { $0.below(1000) }
        run.problem = maybe { $0.diagnostic() }
        return run
    }
}
