import Diagnostics
import JSON
import Planning
import Resources

/// Values that several tests report on.
enum Sample {
    static func mark(_ line: Int, _ file: String = "services/scoring.yaml", column: Int = 5) -> SourceMark {
        SourceMark(file: file, line: line, column: column)
    }

    static func resource(_ address: Address, _ spec: JSONValue = [:], line: Int = 1) -> Resource {
        Resource(
            address: address, metadata: Metadata(), spec: DeclaredValue(reference: spec, at: mark(line)),
            mark: mark(line, column: 1))
    }

    static let service = Address(.apiService, "CHURN", "scoring")
    static let endpoint = Address(.endpoint, "CHURN", "scoring", "predict")
    static let package = Address(.package, "CHURN", "scoring")
    static let infra = Address(.infra, "prod")
    static let deployment = Address(.deployment, "scoring-on-prod")

    static let targets = PlanTargets(
        designer: "https://design.example.com:11200", deployer: "https://deployer.example.com", source: nil)

    /// One change of each kind of thing that a plan can show.
    static var plan: Plan {
        var plan = Plan(environment: "prod", targets: targets)
        plan.commit = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"
        plan.changes = [
            serviceChange, endpointChange, packageChange, infraChange, deploymentChange, rollout, oldDeployment,
        ]
        plan.unchanged = [Address(.infra, "dev"), Address(.deployment, "scoring-on-dev")]
        plan.external = [Address(.publishedService, "legacy")]
        plan.unmanaged = [Address(.endpoint, "CHURN", "scoring", "old")]
        plan.fingerprints = [
            infra: String(repeating: "0", count: 64), service: "absent", deployment: String(repeating: "1", count: 64),
        ]
        var degraded = LiveRollout()
        degraded.health = "ERROR"
        degraded.messages = ["node-1 does not answer"]
        degraded.serviceURLs = ["http://node-1:12000/public/api/v1/scoring/"]
        degraded.lastUpdate = .failed("hook 'notify' failed")
        var unknown = LiveRollout()
        unknown.problem = Diagnostic(.warning, "timed-out", "the health was not told in 30s", hint: "Look at the node.")
        plan.rollouts = [
            Address(.deployment, "fraud-on-prod"): degraded, Address(.deployment, "scoring-on-dev"): unknown,
        ]
        plan.diagnostics = [
            Diagnostic(
                .warning, "package-exists", "the service changes, but its package 'v3' exists already",
                at: mark(12), excerpt: "    version: v3", length: 2, hint: "Give the package a new version.",
                address: package.description, related: [.init(mark(3), "the service is declared here")])
        ]
        plan.refusals = [
            Diagnostic(
                .error, "replace-not-allowed", "'infraId' of 'Deployment/scoring-on-prod' can't be changed in place",
                at: mark(7, "deployments.yaml"), hint: "Set metadata.lifecycle.replace: true, or change the field back."
            )
        ]
        plan.adopted = [Address(.deployment, "scoring-on-dev"), Address(.infra, "dev")]
        plan.rerecorded = [Address(.publishedService, "scoring")]
        plan.orphaned = [
            Orphan(
                address: Address(.deployment, "fraud-on-test"), ownership: .owned, reason: "--prune is not on",
                mark: mark(3, "old/fraud.yaml")),
            Orphan(
                address: Address(.infra, "legacy"), ownership: .adopted, reason: "it was adopted, not made by Mooring",
                mark: nil),
        ]
        plan.forgotten = [Address(.apiService, "CHURN", "old"), package.at(version: "v1")]
        plan.released = [ReleasedField(address: infra, path: "permissions[readers]")]
        plan.held = [
            HeldResource(
                address: Address(.deployment, "scoring-on-dev"),
                hold: Hold(
                    reason: "v4 answers\u{7} nonsense", by: "ann@build-1", since: 1_772_355_600_000,
                    manifest: AppliedSpec(bytes: Array(#"{"infraId":"dev","version":"v4"}"#.utf8))))
        ]
        plan.ignored = [
            IgnoredField(
                address: infra, path: "carbonAPISettings", pointer: "/carbonAPISettings",
                reason: "set by the network team", until: "2026-12-31")
        ]
        plan.uncheckedSecrets = [UncheckedSecret(address: infra, path: "apiNodes[http://node-1:12000].adminAPIKey")]
        return plan
    }

    /// The same beside its base: some of each share.
    static var branchPlan: Plan {
        var plan = plan
        plan.hasUncommitted = true
        let stamp = { (id: String, author: String, subject: String) in
            CommitStamp(id: String(repeating: id, count: 20), author: author, subject: subject, time: 1_795_305_600_000)
        }
        var branch = BranchComparison(
            name: "origin/main", base: stamp("1a", "Ann", "Release 7"), changes: [:], orphaned: [:])
        let shares: [BranchComparison.Share] = [.branch, .branch, .pending, .branch, .pending, .drift, .branch]
        for (change, share) in zip(plan.changes, shares) {
            branch.changes[change.address] = BranchComparison.Part(
                share: share, fields: change.fields.indices.map { $0 == 0 ? share : share == .branch ? .drift : share })
        }
        branch.authors = [
            service: .commit(stamp("2b", "Bob\u{7} <b>", "Add the `scoring` service")), endpoint: .uncommitted,
            package: .commit(stamp("3c", "Cleo", "Package v3")),
        ]
        branch.orphaned = [Address(.deployment, "fraud-on-test"): .branch, Address(.infra, "legacy"): .pending]
        plan.branch = branch
        return plan
    }

    private static var serviceChange: Change {
        Change(
            resource(
                service, ["authMethod": "API_KEYS", "authRealm": ["queryKeys": [["secret": ["env": "API_KEY"]]]]]),
            .create,
            fields: [
                FieldChange(path: "authMethod", before: .absent, after: .value("API_KEYS"), mark: mark(6)),
                FieldChange(path: "authRealm.queryKeys", before: .absent, after: .secret("unavailable"), mark: mark(7)),
                FieldChange(path: "tags", before: .absent, after: .value(["growth", "churn"]), mark: mark(8)),
            ], cause: Cause(.manifest, at: mark(1)),
            steps: [
                Step(.createAPIService, "POST /projects/CHURN/apiservices/", on: .designer),
                Step(.saveAPIService, "PUT /projects/CHURN/apiservices/scoring/settings", on: .designer),
            ],
            notes: [
                "the secret {env: API_KEY} is unavailable here: an apply fails before its first write",
                "no call of DSS deletes an API service",
            ])
    }

    static let codeBefore = (1...12).map { "line \($0)\n" }.joined()
    static let codeAfter = codeBefore.replacing("line 6\n", with: "line six\nline \u{1B}[31m6½\n")

    private static var endpointChange: Change {
        var change = Change(
            resource(endpoint, ["type": "PY_FUNCTION", "code": .string(codeAfter)], line: 9), .update,
            fields: [
                FieldChange(
                    path: "code", before: .value(.string(codeBefore)), after: .value(.string(codeAfter)), mark: mark(11)
                ),
                FieldChange(path: "useJava", before: .value(true), after: .value(.null), mark: mark(12)),
                FieldChange(
                    path: "envSelection.envName", before: .value("py39-\u{202E}long-name-of-a-code-environment"),
                    after: .value("py311-another-long-name-of-a-code-environment"), mark: mark(13)),
            ], cause: Cause(.manifest, at: mark(11)),
            steps: [Step(.saveAPIService, "PUT /projects/CHURN/apiservices/scoring/settings", on: .designer)])
        change.waitsFor = [service]
        return change
    }

    private static var packageChange: Change {
        var change = Change(
            resource(package, ["version": "v4"], line: 14), .create,
            fields: [
                FieldChange(path: "version", before: .absent, after: .value("v4"), mark: mark(15)),
                FieldChange(path: "publish", before: .absent, after: .value("scoring v4"), mark: mark(15)),
            ], cause: Cause(.manifest, at: mark(15)),
            steps: [
                Step(.createPackage, "POST /projects/CHURN/apiservices/scoring/packages/v4", on: .designer),
                Step(
                    .publishPackage, "POST /projects/CHURN/apiservices/scoring/packages/v4/publish", on: .designer,
                    subject: "scoring"),
            ], notes: ["a package is a snapshot: what its saved models hold at that moment is not compared"])
        change.waitsFor = [service, endpoint]
        return change
    }

    private static var infraChange: Change {
        var stage = FieldChange(path: "stage", before: .value("Test"), after: .value("Production"), mark: mark(22))
        stage.origin = .drift
        var limit = FieldChange(path: "limits.ceil", before: .value(4), after: .value(9), mark: mark(23))
        limit.origin = .conflict
        limit.applied = .value(8)
        var change = Change(
            resource(infra, ["stage": "Production"], line: 20), .update,
            fields: [
                stage, limit,
                FieldChange(
                    path: "apiNodes[http://node-2:12000]", before: .absent,
                    after: .value([
                        "url": "http://node-2:12000", "adminAPIKey": "(secret)", "graphitePrefix": "mooring.node-2",
                    ]),
                    mark: mark(24)),
                FieldChange(
                    path: "apiNodes[http://node-9:12000]", before: .value(["url": "http://node-9:12000"]),
                    after: .absent,
                    mark: mark(24)),
            ], cause: Cause(.conflict, at: mark(22)),
            steps: [Step(.saveInfra, "PUT /api-deployer/infras/prod/settings", on: .deployer)])
        change.adoptsExisting = true
        return change
    }

    private static var deploymentChange: Change {
        var change = Change(
            resource(
                deployment,
                [
                    "publishedServiceId": "scoring", "infraId": "prod",
                    "generations": [["generation": "v3", "proba": 0.9], ["generation": "v4", "proba": 0.1]],
                ], line: 30), .replace,
            fields: [
                FieldChange(
                    path: "infraId", before: .value("test"), after: .value("prod"), isImmutable: true, mark: mark(31)),
                FieldChange(
                    path: "generations", before: .value("v3"), after: .value("v3 90% / v4 10%"), mark: mark(32)),
                FieldChange(path: "key", before: .secret("set"), after: .secret("changed"), mark: mark(33)),
            ], cause: Cause(.manifest, at: mark(31)),
            steps: [
                Step(.saveDeployment, "PUT /api-deployer/deployments/scoring-on-prod/settings", on: .deployer),
                Step(.startUpdate, "POST /api-deployer/deployments/scoring-on-prod/actions/update", on: .deployer),
                Step(
                    .awaitHealth, "GET /api-deployer/deployments/scoring-on-prod/status/heavy", on: .deployer,
                    subject: "HEALTHY"),
            ], notes: ["'infraId' can't be changed in place: it is deleted and made anew"])
        change.waitsFor = [package, infra]
        return change
    }

    private static var oldDeployment: Change {
        var change = Change(
            resource(
                Address(.deployment, "scoring-on-old"),
                ["publishedServiceId": "scoring", "infraId": "old", "version": "v1"], line: 50),
            .delete, cause: Cause(.orphaned, at: mark(9, "old/scoring.yaml")),
            steps: [
                Step(.disableDeployment, "PUT /api-deployer/deployments/scoring-on-old/settings", on: .deployer),
                Step(.startUpdate, "POST /api-deployer/deployments/scoring-on-old/actions/update", on: .deployer),
                Step(.deleteDeployment, "DELETE /api-deployer/deployments/scoring-on-old", on: .deployer),
            ])
        change.waitsFor = [deployment]
        return change
    }

    private static var rollout: Change {
        Change(
            resource(
                Address(.deployment, "fraud-on-prod"), ["publishedServiceId": "fraud", "infraId": "prod"], line: 40),
            .rollout,
            cause: Cause(.outOfSync, at: mark(40), "its last update failed: hook 'notify' failed"),
            steps: [
                Step(.startUpdate, "POST /api-deployer/deployments/fraud-on-prod/actions/update", on: .deployer),
                Step(
                    .awaitHealth, "GET /api-deployer/deployments/fraud-on-prod/status/heavy", on: .deployer,
                    subject: "HEALTHY"),
            ])
    }
}
