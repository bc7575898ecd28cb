import Diagnostics
import Files
import JSON
import Manifests
import Resources
import TestSupport
import Testing

@Suite struct WorkspaceTests {
    static let whole = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: churn-apis}
        spec:
          manifests: [services/./a, "infra/*.yaml"]
          limits: {concurrency: 8, requestTimeout: 1m, maxChanges: 50}
          secrets: {allow: {env: ["API_*"], exec: [vault]}}
          environments:
            local:
              sandbox: .mooring/sandbox
            dev:
              designer: {url: "http://design.example.com:11200/dss/", apiKey: {env: DEV_KEY}, basePath: /api/}
              deployer: {sandbox: ../elsewhere}
            prod:
              deployer:
                url: "https://[2001:db8::1]:443"
                bearerToken: {exec: [token, --for, prod]}
                headers: {X-Team: growth, X-Gate: {file: keys/gate}, X-Number: 1.10}
                proxyUser: alice
                verifyTLS: false
                caFile: certs/../ca.pem
                clientCertificate: {cert: c.pem, key: /etc/k.pem}
              promotesFrom: dev
              variables: {infra: prod-k8s, replicas: 3}
              overlays: ["overlays/*"]
              manifests: ["prod-*"]
              limits: {maxChanges: 25, maxDeletes: 1, stopAfterFailures: 1, updates: 2}
              dialect: {multiGenerationMode: X}

        """

    @Test func `reads where state is kept, prune, approval, bounds and the rules`() throws {
        let tree = MemoryTree([
            workspaceFile: """
            apiVersion: mooring/v1
            kind: Workspace
            metadata: {name: w}
            spec:
              state: {postgres: {env: URL}, fingerprintKey: {file: keys/f}}
              prune: true
              limits: {maxChanges: 10%, maxDeletes: 3}
              policy:
                allowPublicAuth: false
                allowIgnoreWarnings: true
                protect: ["Infra/*"]
                freeze: [{from: 2026-12-20T18:00, until: 2027-01-02, timeZone: Europe/Berlin, reason: rest}]
              environments:
                a: {sandbox: a}
                b:
                  sandbox: b
                  prune: false
                  approval: required
                  limits: {maxDeletes: 5%}
                  policy:
                    allowIgnoreWarnings: false
                    protect: []
                    requireTestQueries: true
                    freeze: [{days: [Sat, Fri, Sat], from: 16:00, until: 08:00, timeZone: "+01:00"}]

            """
        ])
        let (loaded, diagnostics) = loadWorkspace(tree)
        #expect(diagnostics.map(\.code) == ["duplicate-element"])
        let workspace = try #require(loaded)
        let mark = { (line: Int, column: Int) in SourceMark(file: workspaceFile, line: line, column: column) }
        #expect(
            workspace.state
                == StateSettings(
                    place: .postgres(.environment("URL")), fingerprintKey: .file("keys/f"), mark: mark(5, 10)))
        #expect(workspace.ownSecrets == [.environment("URL"), .file("keys/f")])

        let a = try #require(workspace.environment("a"))
        #expect(a.prune && a.approval == .none)
        #expect(a.limits.maxChanges == .percent(10) && a.limits.maxDeletes == 3)
        var policy = Policy()
        policy.allowPublicAuth = .init(false, at: mark(9, 5))
        policy.allowIgnoreWarnings = .init(true, at: mark(10, 5))
        policy.protect = .init(["Infra/*"], at: mark(11, 5))
        let once = FreezeWindow(
            span: .once(
                from: try #require(WallTime("2026-12-20T18:00")), until: try #require(WallTime("2027-01-03"))),
            timeZone: "Europe/Berlin", reason: "rest", mark: mark(12, 14))
        policy.freezes = [once]
        #expect(a.policy == policy)

        let b = try #require(workspace.environment("b"))
        #expect(!b.prune && b.approval == .required)
        #expect(b.limits.maxChanges == .percent(10) && b.limits.maxDeletes == .percent(5))
        policy.allowIgnoreWarnings = .init(false, at: mark(21, 9))
        policy.protect = .init([], at: mark(22, 9))
        policy.requireTestQueries = .init(true, at: mark(23, 9))
        policy.freezes = [
            once,
            FreezeWindow(
                span: .weekly(days: [5, 6], startMinute: 16 * 60, minutes: 16 * 60), timeZone: "+01:00", reason: nil,
                mark: mark(24, 18)),
        ]
        #expect(b.policy == policy)
    }

    @Test func `a state that is not spoken of lies in a file of its own`() throws {
        let workspace = try #require(loadWorkspace(MemoryTree([workspaceFile: localWorkspace])).workspace)
        #expect(workspace.state == StateSettings(place: .file(".mooring/state.db")))
        let named = localWorkspace.replacing("spec:\n", with: "spec:\n  state: {file: /var/lib/mooring.db}\n")
        let other = try #require(loadWorkspace(MemoryTree([workspaceFile: named])).workspace)
        #expect(other.state.place == .file("/var/lib/mooring.db"))
    }

    @Test func `tells time zones that there are not where they stand`() throws {
        let text = localWorkspace.replacing(
            "spec:\n",
            with: "spec:\n  policy: {freeze: [{days: [Sat], timeZone: Moon/Far}, {days: [Sat], timeZone: UTC}]}\n")
        let (workspace, diagnostics) = loadWorkspace(MemoryTree([workspaceFile: text])) { name in
            name == "UTC" ? nil : FileError.missing(name)
        }
        #expect(workspace?.environment("local")?.policy.freezes.map(\.timeZone) == ["Moon/Far", "UTC"])
        #expect(diagnostics.map(\.code) == ["file-missing"])
        #expect(diagnostics.first?.mark == SourceMark(file: workspaceFile, line: 5, column: 45))
    }

    @Test func `reads environments, connections and limits`() throws {
        let tree = MemoryTree([workspaceFile: WorkspaceTests.whole, "services/a/m.yaml": ""])
        let (loaded, diagnostics) = loadWorkspace(tree)
        #expect(diagnostics.map(\.code) == ["tls-not-verified"])
        let workspace = try #require(loaded)
        #expect(workspace.name == "churn-apis")
        #expect(workspace.manifests == ["services/a", "infra/*.yaml"])
        #expect(workspace.secrets == SecretPolicy(environment: ["API_*"], files: [], commands: ["vault"]))
        #expect(workspace.environments.map(\.name) == ["local", "dev", "prod"])

        let local = try #require(workspace.environment("local"))
        #expect(local.designer?.target == .sandbox(".mooring/sandbox"))
        #expect(local.deployer == local.designer)
        #expect(local.deployer.authentication == .none)
        #expect(local.limits.concurrency == 8)
        #expect(local.limits.requestTimeout == .seconds(60))
        #expect(local.limits.maxChanges == 50)

        let dev = try #require(workspace.environment("dev"))
        #expect(dev.designer?.target == .url("http://design.example.com:11200/dss"))
        #expect(dev.designer?.authentication == .apiKey(.environment("DEV_KEY")))
        #expect(dev.designer?.basePath == "/api")
        #expect(dev.deployer.target == .sandbox("../elsewhere"))

        let prod = try #require(workspace.environment("prod"))
        #expect(prod.designer == nil)
        var expected = Connection(
            target: .url("https://[2001:db8::1]:443"),
            authentication: .bearerToken(.command(["token", "--for", "prod"])),
            headers: [
                .init(name: "X-Team", value: .text("growth")),
                .init(name: "X-Gate", value: .secret(.file("keys/gate"))),
                .init(name: "X-Number", value: .text("1.10")),
            ],
            proxyUser: "alice", verifyTLS: false, caFile: "ca.pem",
            clientCertificate: .init(certificate: "c.pem", key: "/etc/k.pem"), mark: prod.deployer.mark)
        expected.basePath = "/dip/publicapi"
        #expect(prod.deployer == expected)
        #expect(prod.promotesFrom == "dev")
        #expect(prod.variables["infra"]?.string == "prod-k8s")
        #expect(prod.variables["replicas"]?.number?.integer == 3)
        #expect(prod.overlays == ["overlays/*"])
        #expect(prod.manifests == ["prod-*"])
        var limits = Limits()
        limits.concurrency = 8
        limits.requestTimeout = .seconds(60)
        limits.maxChanges = 25
        limits.maxDeletes = 1
        limits.stopAfterFailures = 1
        limits.updates = 2
        #expect(prod.limits == limits)
        #expect(prod.dialect == ["multiGenerationMode": "X"])
        #expect("\(prod.mark)" == "mooring.yaml:14:5")
    }

    @Test func `one environment needs no other's manifests to be right`() throws {
        let workspace = """
            apiVersion: mooring/v1
            kind: Workspace
            metadata: {name: w}
            spec:
              manifests: [both]
              environments:
                a: {sandbox: a, manifests: [a]}
                b: {sandbox: b, manifests: [b]}

            """
        let files = ["both/m.yaml": manifest("Infra", "name: i", "type: K8S"), "a/m.yaml": "kind: [", "b/m.yaml": ""]
        #expect(Loading(files, environment: "b", workspace: workspace).text == "")
        #expect(Loading(files, environment: "a", workspace: workspace).diagnostics.hasErrors)
    }

    @Test func `the id of a version follows the content and nothing else`() throws {
        let version = { (body: String, code: String) throws -> String in
            let text = manifest("APIService", "project: P, name: s", body)
            let loading = Loading(["m.yaml": text, "f.py": code])
            #expect(!loading.diagnostics.hasErrors)
            return try #require(loading["Package/P/s"]?.spec["version"]?.string)
        }
        let endpoints = "endpoints: [{id: a, type: SQL_QUERY}, {id: b, type: PY_FUNCTION, code: {file: f.py}}]\n"
        let base = try version(endpoints + "tags: [x, z]\npackage: {version: auto}", "pass")
        #expect(base.count == 13)
        // The order of keys, tags and endpoints does not count, nor do notes.
        let same = [
            "package: {version: auto, releaseNotes: n}\ntags: [z, x]\n" + endpoints,
            "tags: [x, z, x]\npackage: {version: auto}\n"
                + "endpoints: [{id: b, code: {file: f.py}, type: PY_FUNCTION}, {id: a, type: SQL_QUERY}]\n",
        ]
        for body in same { #expect(try version(body, "pass") == base) }
        let other = [
            endpoints + "tags: [x, y]\npackage: {version: auto}",
            endpoints + "tags: [x, z]\npackage: {version: auto, revision: 2}",
            endpoints + "tags: [x, z]\nauthRealm: {queryKeys: [{env: A}]}\npackage: {version: auto}",
        ]
        var seen: Set<String> = [base]
        for body in other { #expect(seen.insert(try version(body, "pass")).inserted) }
        #expect(seen.insert(try version(endpoints + "tags: [x, z]\npackage: {version: auto}", "changed")).inserted)
    }

    private static let promoting = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: w}
        spec:
          manifests: [all]
          environments:
            dev: {sandbox: dev, variables: {env: py39}}
            test: {deployer: {sandbox: test}, promotesFrom: dev, variables: {env: py310}}
            prod: {deployer: {sandbox: prod}, promotesFrom: test, overlays: [prod], variables: {env: py311}}

        """
    private static let promoted = [
        "all/s.yaml": manifest(
            "APIService", "project: P, name: s",
            "endpoints: [{id: e, type: PY_FUNCTION, code: x, envSelection: {envName: '${var.env}'}}]\npackage: {version: auto}"
        ),
        "all/d.yaml": manifest("Deployment", "name: d", "{publishedServiceId: s, infraId: i, version: auto}"),
        "all/i.yaml": manifest("Infra", "name: i", "type: K8S"),
        "prod/s.yaml": manifest("APIService", "project: P, name: s", "tags: [live]"),
    ]

    @Test func `where versions are promoted, auto stands for the id of the environment that makes them`() throws {
        let versions = try ["dev", "test", "prod"].map { environment in
            let loading = Loading(Self.promoted, environment: environment, workspace: Self.promoting)
            #expect(loading.text == "")
            let deployment = try #require(loading["Deployment/d"]?.spec["version"]?.string)
            #expect(loading["Package/P/s"]?.spec["version"]?.string == deployment)
            return deployment
        }
        #expect(versions[0].count == 13 && Set(versions).count == 1)
        // Nothing makes it where nothing is promoted from.
        let alone = Self.promoting.replacing(", promotesFrom: dev", with: "")
        let other = Loading(Self.promoted, environment: "test", workspace: alone)
        #expect(try #require(other["Deployment/d"]?.spec["version"]?.string) != versions[0])
        // An overlay there may name the version.
        var named = Self.promoted
        named["dev/s.yaml"] = manifest("Package", "project: P, service: s", "version: v5")
        let overlaid = Self.promoting.replacing("dev: {", with: "dev: {overlays: [dev], ")
        #expect(
            Loading(named, environment: "prod", workspace: overlaid)["Deployment/d"]?.spec["version"]?.string == "v5")
    }

    @Test func `auto is unknown while the environment that makes the version has errors of its own`() {
        var files = Self.promoted
        files["dev/s.yaml"] = manifest("APIService", "project: P, name: other", "tags: [a]")
        let workspace = Self.promoting.replacing("dev: {", with: "dev: {overlays: [dev], ")
        #expect(
            Loading(files, environment: "prod", workspace: workspace).diagnostics.map(\.code) == ["auto-unknown"])
        #expect(
            !Loading(files, environment: "dev", workspace: workspace).diagnostics.map(\.code).contains("auto-unknown"))
    }
}
