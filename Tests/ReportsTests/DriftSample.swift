import Diagnostics
import JSON
import Planning
import Resources

extension Sample {
    /// 2026-03-01 09:00 UTC.
    static let now = 1_772_355_600_000

    /// A resource of each verdict, with each form of field.
    static var drift: DriftReport {
        DriftReport(
            environment: "prod", targets: targets, commit: "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
            rows: [
                changedService, changedEndpoint, missingPackage, changedInfra, ignoredInfra, changedDeployment,
                staleDeployment, pendingDeployment, orphanedDeployment, unknownDeployment,
                DriftReport.Row(Address(.apiService, "CHURN", "other"), .clean),
                DriftReport.Row(Address(.deployment, "scoring-on-dev"), .clean),
                DriftReport.Row(Address(.endpoint, "CHURN", "scoring", "tmp-test"), .unmanaged),
            ].sorted { $0.address < $1.address },
            diagnostics: [
                Diagnostic(
                    .warning, "unused-ignore", "the rule '/stage' matches nothing", at: mark(27),
                    hint: "Remove it from metadata.lifecycle.ignore.")
            ], checkedHealth: true, made: now)
    }

    private static func field(
        _ path: String, git: ShownValue, applied: ShownValue? = nil, live: ShownValue, _ origin: FieldChange.Origin,
        line: Int
    ) -> DriftReport.Field {
        DriftReport.Field(
            path: path, desired: git, applied: applied ?? (origin == .drift ? git : live), live: live, origin: origin,
            mark: mark(line))
    }

    private static var changedService: DriftReport.Row {
        var row = DriftReport.Row(service, .conflict)
        row.layers = [.git, .designer]
        row.fields = [
            field(
                "authMethod", git: .value("OAUTH2"), applied: .value("API_KEYS"), live: .value("PUBLIC"), .conflict,
                line: 6),
            field("authRealm.queryKeys", git: .secret("set"), live: .secret("not shown"), .drift, line: 7),
            field("tags", git: .value(["growth", "churn"]), live: .absent, .manifest, line: 8),
        ]
        row.author = .init(login: "bob", when: now - 29 * 3_600_000)
        row.mark = mark(1)
        return row
    }

    private static var changedEndpoint: DriftReport.Row {
        var row = DriftReport.Row(endpoint, .drifted)
        row.layers = [.designer]
        row.fields = [
            field("code", git: .value(.string(codeBefore)), live: .value(.string(codeAfter)), .drift, line: 11),
            field(
                "envSelection.envName", git: .value("py311-a-long-name-of-a-code-environment"),
                live: .value("py39-\u{202E}another-long-name-of-a-code-environment <b>&amp;"), .drift, line: 13),
        ]
        row.author = .init(login: "eve \"<script>\"", when: now - 12_000)
        row.mark = mark(9)
        return row
    }

    private static var missingPackage: DriftReport.Row {
        var row = DriftReport.Row(package, .missing)
        row.layers = [.deployer]
        row.details = ["version 'v4' was deleted behind Mooring's back"]
        row.mark = mark(15)
        return row
    }

    private static var changedInfra: DriftReport.Row {
        var row = DriftReport.Row(infra, .drifted)
        row.layers = [.deployer]
        row.fields = [
            field("settings.ceil", git: .value(8), live: .value(4), .drift, line: 22),
            field(
                "apiNodes[http://node-9:12000]", git: .absent, live: .value(["url": "http://node-9:12000"]), .drift,
                line: 24),
        ]
        row.author = .init(login: "bob", when: now - 48 * 60_000)
        row.mode = .heal
        row.mark = mark(20)
        return row
    }

    private static var ignoredInfra: DriftReport.Row {
        var row = DriftReport.Row(Address(.infra, "dev"), .ignored)
        row.ignored = [
            IgnoredField(
                address: row.address, path: "carbonAPISettings", pointer: "/carbonAPISettings",
                reason: "set by the network team", until: "2026-12-31")
        ]
        row.mark = mark(26)
        return row
    }

    private static var changedDeployment: DriftReport.Row {
        var row = DriftReport.Row(deployment, .drifted)
        row.layers = [.deployer, .nodes]
        row.fields = [field("version", git: .value("v3"), live: .value("v2 90% / v1 10%"), .drift, line: 31)]
        row.author = .init(login: nil, when: now - 5 * 86_400_000)
        row.details = ["its nodes run other settings than those saved: it was not updated since"]
        row.mode = .detect
        row.mark = mark(30)
        return row
    }

    private static var staleDeployment: DriftReport.Row {
        var row = DriftReport.Row(Address(.deployment, "fraud-on-prod"), .outOfSync)
        row.layers = [.nodes]
        row.details = ["its last update failed: hook 'notify' failed", "node-1 does not answer\u{1B}[2J"]
        row.author = .init(login: "ci-robot", when: nil)
        row.mark = mark(40)
        return row
    }

    private static var pendingDeployment: DriftReport.Row {
        var row = DriftReport.Row(Address(.deployment, "churn-on-prod"), .pending)
        row.layers = [.git]
        row.fields = [field("generations", git: .value("v4 90% / v5 10%"), live: .value("v4"), .manifest, line: 52)]
        row.mark = mark(50, "deployments/churn file.yaml")
        return row
    }

    private static var orphanedDeployment: DriftReport.Row {
        var row = DriftReport.Row(Address(.deployment, "fraud-on-test"), .orphaned)
        row.details = ["prune is off"]
        row.mark = mark(3, "old/fraud.yaml")
        return row
    }

    private static var unknownDeployment: DriftReport.Row {
        var row = DriftReport.Row(Address(.deployment, "geo-on-prod"), .unknown)
        row.details = ["the health was not told in 30s"]
        row.mark = mark(60)
        return row
    }
}
