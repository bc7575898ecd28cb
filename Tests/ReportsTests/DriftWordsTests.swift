import Planning
import Reports
import Resources
import Testing

/// What a drift report says first and last.
@Suite struct DriftWordsTests {
    static let deployment = Address(.deployment, "d")

    static func report(_ verdicts: [DriftReport.Verdict], mode: Lifecycle.DriftMode? = nil) -> DriftReport {
        let rows = verdicts.enumerated().map { index, verdict in
            var row = DriftReport.Row(Address(.deployment, "d\(index)"), verdict)
            row.mode = mode
            return row
        }
        return DriftReport(
            environment: "prod", targets: Sample.targets, rows: rows, diagnostics: [], checkedHealth: true, made: 0)
    }

    static func lines(_ report: DriftReport) -> [String] {
        driftText(report, TextStyle(verbosity: .normal)).split(separator: "\n").map(String.init)
    }

    @Test(
        arguments: [
            ([.clean], "No drift on 'prod': 1 clean"),
            ([.unknown], "No drift on 'prod', but 1 resource could not be read: 1 unknown"),
            (
                [.unknown, .unknown, .pending],
                "No drift on 'prod', but changes are pending and 2 resources could not be read: 1 pending, 2 unknown"
            ), ([.unhealthy], "No drift on 'prod', but 1 deployment is unhealthy: 1 unhealthy"),
            (
                [.drifted, .unhealthy, .unhealthy],
                "Drift on 'prod', and 2 deployments are unhealthy: 1 drifted, 2 unhealthy"
            ),
        ] as [([DriftReport.Verdict], String)])
    func `says first what is known and what is not`(verdicts: [DriftReport.Verdict], headline: String) {
        #expect(DriftWordsTests.lines(DriftWordsTests.report(verdicts)).first == headline)
    }

    @Test(
        arguments: [
            ([.drifted], nil, ["undo the drift  mooring apply --only-drift -e prod"]),
            ([.missing], .detect, []),
            ([.outOfSync], nil, ["push what is saved  mooring rollout -e prod Deployment/d0"]),
            ([.unhealthy], nil, ["look at its nodes  the API nodes that serve Deployment/d0, and their logs"]),
            ([.unknown], nil, []),
        ] as [([DriftReport.Verdict], Lifecycle.DriftMode?, [String])])
    func `offers what would change something`(
        verdicts: [DriftReport.Verdict], mode: Lifecycle.DriftMode?, expected: [String]
    ) {
        let lines = DriftWordsTests.lines(DriftWordsTests.report(verdicts, mode: mode))
        let first = lines.drop { $0 != "Next:" }.dropFirst().prefix { $0.hasPrefix("  ") }.map {
            String($0.dropFirst(2))
        }
        let told = first.filter { !$0.hasPrefix("accept it") && !$0.hasPrefix("leave it") }
        #expect(told == expected)
    }
}
