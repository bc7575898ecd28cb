import Diagnostics
import JSON
import Planning
import Reports
import Resources
import TestSupport
import Testing

@Suite struct StatusReportTests {
    static let report = StatusReport(
        environment: "prod", targets: Sample.targets,
        rows: [
            .init(
                address: Sample.service, sync: .synced, health: .healthy, version: nil, declaredVersion: nil,
                infra: nil,
                details: [], serviceURLs: []),
            .init(
                address: Sample.package, sync: .outOfSync, health: .missing, version: nil, declaredVersion: "v4",
                infra: nil, details: [], serviceURLs: []),
            .init(
                address: Address(.deployment, "fraud-on-prod"), sync: .synced, health: .healthy, version: "v1",
                declaredVersion: nil, infra: "prod", details: ["HEALTHY"],
                serviceURLs: ["http://node-1:12000/public/api/v1/fraud/"]),
            .init(
                address: Sample.deployment, sync: .outOfSync, health: .degraded, version: "v3",
                declaredVersion: "v3 90% / v4 10%", infra: "prod",
                details: ["ERROR", "node-1 does not answer\u{1B}[2J", "generations differs"], serviceURLs: []),
        ], diagnostics: [Diagnostic(.warning, "not-healthy", "the deployment is ERROR")])

    @Test func `is a table`() {
        assertSnapshot(statusText(Self.report, TextStyle()), "status.txt")
        assertSnapshot(statusText(Self.report, TextStyle(color: true, verbosity: .summary)), "status-colour.txt")
    }

    @Test func `is one document`() {
        assertSnapshot(statusJSON(Self.report, version: "1.2.3").text(.pretty) + "\n", "status.json")
    }

    @Test func `what could not be told is a document too`() {
        let document = statusJSON(
            environment: "prod", version: "1.2.3", diagnostics: [Diagnostic(.error, "no-workspace", "there is none")])
        assertSnapshot(document.text(.pretty) + "\n", "status-none.json")
    }

    @Test func `nothing declared is said in one line`() {
        let empty = StatusReport(environment: "dev", targets: Sample.targets, rows: [], diagnostics: [])
        #expect(statusText(empty, TextStyle()) == "Status of 'dev': nothing is declared.\n")
    }

    @Test func `wide characters keep the columns straight`() {
        let row = { (name: String) in
            StatusReport.Row(
                address: Address(.infra, name), sync: .synced, health: .healthy, version: nil, declaredVersion: nil,
                infra: nil, details: [], serviceURLs: [])
        }
        let report = StatusReport(
            environment: "dev", targets: Sample.targets, rows: [row("東京"), row("tokyo")], diagnostics: [])
        #expect(
            statusText(report, TextStyle()) == """
                ADDRESS      VERSION  INFRA  SYNC    HEALTH
                Infra/東京   -        -      Synced  Healthy
                Infra/tokyo  -        -      Synced  Healthy

                Status of 'dev': 2 Synced.

                """)
    }
}
