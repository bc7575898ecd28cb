import Diagnostics
import Foundation
import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@Suite struct DriftReportTests {
    @Test(arguments: [
        (TextStyle.Verbosity.summary, "drift-summary.txt"), (.normal, "drift.txt"), (.full, "drift-full.txt"),
    ])
    func `is text`(verbosity: TextStyle.Verbosity, file: String) {
        assertSnapshot(driftText(Sample.drift, TextStyle(verbosity: verbosity)), file)
    }

    @Test func `colours text only when asked`() {
        assertSnapshot(driftText(Sample.drift, TextStyle(color: true)), "drift-colour.txt")
        #expect(!driftText(Sample.drift, TextStyle()).contains("\u{1B}"))
    }

    @Test func `is one document`() {
        assertSnapshot(driftJSON(Sample.drift, version: "1.2.3").text(.pretty) + "\n", "drift.json")
    }

    @Test func `what could not be compared is a document too`() {
        let document = driftJSON(
            environment: "prod", version: "1.2.3", diagnostics: [Diagnostic(.error, "no-workspace", "there is none")])
        assertSnapshot(document.text(.pretty) + "\n", "drift-none.json")
    }

    @Test func `is a comment`() { assertSnapshot(driftMarkdown(Sample.drift), "drift.md") }
    @Test func `is a page`() { assertSnapshot(driftHTML(Sample.drift), "drift.html") }
    @Test func `is test results`() { assertSnapshot(driftJUnit(Sample.drift), "drift.junit.xml") }

    @Test func `is a SARIF log`() {
        assertSnapshot(driftSARIF(Sample.drift, version: "1.2.3").text(.pretty) + "\n", "drift.sarif")
    }

    private func report(_ rows: [DriftReport.Row], _ diagnostics: [Diagnostic] = []) -> DriftReport {
        DriftReport(
            environment: "dev", targets: Sample.targets, rows: rows, diagnostics: diagnostics, checkedHealth: false,
            made: Sample.now)
    }

    @Test func `says in few lines that all is well`() {
        #expect(
            driftText(report([DriftReport.Row(Sample.infra, .clean)]), TextStyle()) == """
                No drift on 'dev': 1 clean
                  designer      https://design.example.com:11200
                  deployer      https://deployer.example.com
                  made          2026-03-01T09:00:00Z

                running state: not checked

                Drift: 1 clean.

                """)
    }

    @Test(arguments: [
        ([DriftReport.Verdict.drifted], "Drift on 'dev': 1 drifted"),
        ([.pending], "No drift on 'dev', but changes are pending: 1 pending"),
        ([.conflict, .clean], "Drift on 'dev', and changes are pending: 1 in conflict, 1 clean"),
        ([.unmanaged, .ignored], "No drift on 'dev': 1 unmanaged, 1 ignored"),
        ([], "No drift on 'dev': nothing is declared"),
    ])
    func `says first what matters`(verdicts: [DriftReport.Verdict], expected: String) {
        let rows = verdicts.enumerated().map { DriftReport.Row(Address(.infra, "i\($0.offset)"), $0.element) }
        #expect(driftText(report(rows), TextStyle()).split(separator: "\n").first.map { String($0) } == expected)
    }

    @Test func `does not say that all is well when it could not tell`() {
        let text = driftText(report([], [Diagnostic(.error, "forbidden", "may not read")]), TextStyle())
        #expect(text.hasPrefix("The report is not complete: 1 error for 'dev': nothing is declared\n"))
    }

    @Test func `a comment stays short, and says what is missing`() {
        let rows = (0..<500).map { number in
            var row = DriftReport.Row(Address(.endpoint, "CHURN", "scoring", "e\(number)"), .drifted)
            row.fields = Sample.drift.rows.first { $0.address == Sample.endpoint }?.fields ?? []
            return row
        }
        let text = driftMarkdown(report(rows))
        #expect(text.utf8.count < longestComment)
        #expect(text.utf8.count > 50_000)
        #expect(text.contains("more resources not shown: the comment would be too long."))
    }

    /// Markup that a text could have got into a page as: a tag, an entity, a quote that ends an attribute.
    @Test func `any text in any field gives well-formed pages and results`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = PlanGenerator(seed: seed)
        for round in 0..<100 {
            let drift = generator.driftReport()
            for (name, text) in [("html", driftHTML(drift)), ("junit", driftJUnit(drift))] {
                let isHarmless = text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.properties.isControl }
                let problem = isHarmless ? XMLCheck.problem(in: text) : "a control character"
                if let problem { Issue.record("seed \(seed), round \(round), \(name): \(problem)") }
            }
            for document in [driftJSON(drift, version: "1"), driftSARIF(drift, version: "1")] {
                #expect(try JSONValue(parsing: document.bytes()) == document, "seed \(seed), round \(round)")
            }
            let comment = driftMarkdown(drift)
            #expect(comment.utf8.count < longestComment, "seed \(seed), round \(round)")
        }
    }

    @Test func `a page of 10,000 resources is made in one go`() {
        let fields = Sample.drift.rows.first { $0.address == Sample.infra }?.fields ?? []
        let rows = (0..<10_000).map { number in
            var row = DriftReport.Row(Address(.infra, "i\(number)"), .drifted)
            row.fields = fields
            return row
        }
        let page = driftHTML(report(rows))
        #expect(page.utf8.count < 10_000 * 1_200)
        #expect(page.hasSuffix("</html>\n"))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}
