import Diagnostics
import Files
import JSON
import Manifests
import Resources
import TestSupport
import Testing

/// A commit that wants more than it may: what a pull request could try.
private let greedy = """
    apiVersion: mooring/v1
    kind: Workspace
    metadata: {name: somebody-elses-state}
    spec:
      manifests: [m]
      limits: {maxChanges: 100%, maxDeletes: 100%, concurrency: 256}
      secrets: {allow: {env: ["*"], file: ["/*"], exec: ["*"]}}
      state: {postgres: {env: ELSEWHERE}, fingerprintKey: {env: KNOWN}}
      prune: true
      policy: {allowPublicAuth: true, allowIgnoreWarnings: true, protect: [], requireTestQueries: false}
      environments:
        dev: {sandbox: dev}
        prod:
          designer: {url: "http://evil.example.com", apiKey: {env: DEPLOY_KEY}, headers: {X: {env: ANN_TOKEN}}}
          deployer: {url: "http://evil.example.com", apiKey: {env: DEPLOY_KEY}, basePath: /x, verifyTLS: false}
          promotesFrom: dev
          variables: {infra: prod-k8s}
          overlays: [overlays]
          manifests: [more]
          limits: {maxChanges: 1000, stopAfterFailures: 1000}
          policy: {allowPublicAuth: true, protect: []}
          approval: none
          prune: true
          dialect: {multiGenerationMode: EVIL}
        lab: {sandbox: lab}

    """

private let rule = """
    apiVersion: mooring/v1
    kind: Watch
    metadata: {name: central}
    spec:
      data: data
      tokens: {ann: {env: ANN_TOKEN}}
      secrets: {allow: {env: ["API_*"], file: [/run/secrets/api/*]}}
      limits: {maxChanges: 7}
      policy: {allowPublicAuth: false, allowIgnoreWarnings: false, requireTestQueries: true, protect: ["Infra/*"]}
      repositories:
        - name: churn
          url: ../churn.git
          environments:
            dev: {deployer: {url: "https://dev", apiKey: {env: DEV_KEY}}}
            prod: {deployer: {url: "https://prod", apiKey: {env: DEPLOY_KEY}}, dialect: {multiGenerationMode: GOOD}}

    """

private let files = [
    "m/infra.yaml": manifest("Infra", "name: \"${var.infra}\", environments: [prod, lab]", "type: K8S"),
    "more/infra.yaml": manifest("Infra", "name: more", "type: K8S"),
    "overlays/o.yaml": manifest("Infra", "name: more", "stage: Production"),
]

/// A commit under a watch file.
private struct Governed {
    let workspace: Workspace?
    let diagnostics: [Diagnostic]
    let tree: MemoryTree

    init(_ commit: String = greedy, _ watchText: String = rule, _ more: [String: String] = [:]) throws {
        tree = MemoryTree(files.merging(more) { _, new in new }.merging([workspaceFile: commit]) { _, new in new })
        let (workspace, problems) = loadWorkspace(tree)
        let (watch, told) = loadWatch(Array(watchText.utf8), file: "watch.yaml")
        #expect(!told.hasErrors)
        try #require(!problems.hasErrors, "\(TestSupport.text(problems))")
        let loaded = try #require(watch)
        let repository = try #require(loaded.repository("churn"))
        (self.workspace, diagnostics) = governed(try #require(workspace), by: loaded, repository)
    }

    func desired(_ environment: String) throws -> (desired: DesiredState?, diagnostics: [Diagnostic]) {
        loadDesired(try #require(workspace), environment: environment, tree: tree, today: today)
    }
}

@Suite struct GoverningTests {
    @Test func `a commit decides nothing of what the watch file says`() throws {
        let governed = try Governed()
        #expect(governed.diagnostics == [])
        let workspace = try #require(governed.workspace)
        #expect(workspace.name == "churn")
        #expect(workspace.state == StateSettings(place: .file("data/state/churn.db")))
        #expect(workspace.secrets == SecretPolicy(environment: ["API_*"], files: ["/run/secrets/api/*"]))
        #expect(workspace.environments.map(\.name) == ["dev", "prod"])
        let prod = try #require(workspace.environment("prod"))
        #expect(prod.designer == nil)
        #expect(prod.deployer.target == .url("https://prod"))
        #expect(prod.deployer.authentication == .apiKey(.environment("DEPLOY_KEY")))
        #expect(prod.deployer.verifyTLS && prod.deployer.headers == [] && prod.deployer.basePath == "/dip/publicapi")
        var limits = Limits()
        limits.maxChanges = 7
        #expect(prod.limits == limits)
        #expect(prod.policy.allowPublicAuth?.value == false)
        #expect(prod.policy.allowIgnoreWarnings?.value == false)
        #expect(prod.policy.requireTestQueries?.value == true)
        #expect(prod.policy.protect?.value == ["Infra/*"])
        #expect(!prod.prune)
        #expect(prod.dialect == ["multiGenerationMode": "GOOD"])
        #expect(
            workspace.ownSecrets == [
                .environment("DEV_KEY"), .environment("DEPLOY_KEY"), .environment("ANN_TOKEN"),
            ])
    }

    @Test func `a commit need name no connections, nor name them whole`() throws {
        let plain = """
            apiVersion: mooring/v1
            kind: Workspace
            metadata: {name: churn}
            spec:
              manifests: [m]
              environments:
                dev: {}
                prod: {deployer: {url: "https://elsewhere"}, promotesFrom: dev}

            """
        let tree = MemoryTree(["mooring.yaml": plain, "m/infra.yaml": manifest("Infra", "name: i", "type: K8S")])
        #expect(loadWorkspace(tree).diagnostics.map(\.code).sorted() == ["missing-field", "no-connection"])
        let (workspace, diagnostics) = loadWorkspace(tree, isGoverned: true)
        #expect(diagnostics == [])
        let watch = try #require(loadWatch(Array(rule.utf8), file: "watch.yaml").watch)
        let own = governed(try #require(workspace), by: watch, watch.repositories[0])
        #expect(own.diagnostics == [])
        #expect(own.workspace?.environments.map(\.deployer.targetText) == ["https://dev", "https://prod"])
    }

    @Test func `what is wanted is the commit's own`() throws {
        let governed = try Governed()
        let prod = try #require(governed.workspace?.environment("prod"))
        #expect(prod.promotesFrom == "dev")
        let (desired, diagnostics) = try governed.desired("prod")
        #expect(TestSupport.text(diagnostics) == "")
        #expect(
            desired?.resources.map { "\($0.address) \($0.spec.referenceJSON.text())" } == [
                #"Infra/more {"type":"K8S","stage":"Production"}"#, #"Infra/prod-k8s {"type":"K8S"}"#,
            ])
    }

    @Test func `what is left alone for want of a design node is told, unless it is made by another environment`() throws
    {
        let watch = try #require(loadWatch(Array(rule.utf8), file: "watch.yaml").watch)
        let repository = try #require(watch.repository("churn"))
        let service = manifest(
            "APIService", "project: P, name: s", "endpoints: [{id: e, type: PY_FUNCTION, code: x, userFunctionName: f}]"
        )
        let all = try Governed(greedy, rule, ["m/service.yaml": service])
        let words =
            "2 declared services, endpoints and packages are only referred to: 'dev' of 'churn' has no 'designer'"
        let expected = ["dev": words, "prod": "nothing"]
        var told: [String: String] = [:]
        for watched in repository.environments {
            let desired = try #require(try all.desired(watched.name).desired)
            told[watched.name] = passedOver(desired, by: watched, of: repository)?.message ?? "nothing"
        }
        #expect(told == expected)
    }

    @Test func `rules that a commit adds hold besides those of the watch file`() throws {
        let stricter = greedy.replacing(
            "policy: {allowPublicAuth: true, protect: []}",
            with: """
                policy:
                        protect: ["Deployment/*"]
                        allowPublicAuth: false
                        requireTestQueries: true
                        allowIgnoreWarnings: false
                        freeze: [{from: 2026-12-20, until: 2026-12-31, timeZone: UTC}]
                """)
        let lax = rule.replacing(
            "policy: {allowPublicAuth: false, allowIgnoreWarnings: false, requireTestQueries: true, protect: [\"Infra/*\"]}",
            with: "policy: {protect: [\"Infra/*\"], allowPublicAuth: true}")
        let policy = try #require(try Governed(stricter, lax).workspace?.environment("prod")?.policy)
        #expect(policy.protect?.value == ["Infra/*", "Deployment/*"])
        #expect(policy.allowPublicAuth?.value == false)
        #expect(policy.allowIgnoreWarnings?.value == false)
        #expect(policy.requireTestQueries?.value == true)
        #expect(policy.freezes.count == 1)
    }

    @Test(arguments: [
        ("{env: API_KEY}", nil), ("{file: /run/secrets/api/key}", nil),
        ("{file: /run/secrets/api/../key}", "secret-not-allowed"), ("{env: DEPLOY_KEY}", "secret-not-allowed"),
        ("{env: ANN_TOKEN}", "secret-not-allowed"), ("{env: HOME}", "secret-not-allowed"),
        ("{file: /etc/shadow}", "secret-not-allowed"), ("{exec: [cat, /etc/shadow]}", "secret-not-allowed"),
        ("{file: key}", "relative-secret"), ("{file: ../../run/secrets/api/key}", "relative-secret"),
    ])
    func `a commit uses the secrets that the watch file allows`(secret: String, code: String?) throws {
        let infra = manifest(
            "Infra", "name: s", "type: STATIC\napiNodes: [{url: http://node, adminAPIKey: \(secret)}]")
        let (_, diagnostics) = try Governed(greedy, rule, ["m/s.yaml": infra]).desired("prod")
        #expect(diagnostics.map(\.code) == (code.map { [$0] } ?? []))
        if code == "secret-not-allowed" {
            #expect(diagnostics.first?.hint?.hasSuffix("in watch.yaml.") == true)
        }
    }

    @Test func `an environment that the commit lacks is an error of the watch file's line`() throws {
        let (workspace, diagnostics) = { ($0.workspace, $0.diagnostics) }(
            try Governed(greedy, rule.replacing("        dev: {", with: "        devel: {")))
        #expect(workspace == nil)
        #expect(
            TestSupport.text(diagnostics) == """
                error: the environment 'prod' promotes from 'dev', which 'watch.yaml' does not name [unwatched-origin]
                  --> mooring.yaml:13:5
                   = Add 'dev' to the environments of 'churn' there: how it is reached is nowhere else.
                error: the commit has no environment 'devel' [unknown-environment]
                  --> watch.yaml:14:9
                   = The environments are: dev, prod, lab.

                """)
    }

    @Test func `environments that share a node are compared by the watch file's connections`() throws {
        let shared = rule.replacing("https://dev", with: "https://prod")
        let one = manifest("Infra", "name: i, environments: [dev]", "type: K8S")
        let other = manifest("Infra", "name: i, environments: [prod]", "type: STATIC\napiNodes: []")
        let more = ["m/i.yaml": one + other]
        let (_, told) = try Governed(greedy, shared, more).desired("prod")
        #expect(told.map(\.code) == ["environments-conflict"])
        let (_, apart) = try Governed(greedy, rule, more).desired("prod")
        #expect(apart == [])
    }

    @Test func `each environment is told its own problems, as when it is loaded alone`() throws {
        let shared = rule.replacing("https://dev", with: "https://prod")
        let one = manifest("Infra", "name: i, environments: [dev]", "type: K8S")
        let other = manifest("Infra", "name: i, environments: [prod]", "type: STATIC\napiNodes: []")
        let worlds = [
            (rule, ["m/i.yaml": one + other]), (shared, ["m/i.yaml": one + other]),
            (rule, ["overlays/o.yaml": manifest("Infra", "name: nothing", "stage: X")]),
            (shared, ["more/m.yaml": manifest("Infra", "name: more", "typ: X"), "m/i.yaml": one]),
            (rule, ["m/i.yaml": "kind: ["]),
        ]
        for (watchText, more) in worlds {
            let governed = try Governed(greedy, watchText, more)
            let workspace = try #require(governed.workspace)
            let each = loadEachDesired(workspace, tree: governed.tree, today: today)
            #expect(each.keys.sorted() == ["dev", "prod"])
            for name in each.keys {
                let (desired, diagnostics) = try governed.desired(name)
                #expect(TestSupport.text(each[name]?.diagnostics ?? []) == TestSupport.text(diagnostics))
                #expect(each[name]?.desired.resources == desired?.resources)
                #expect(each[name]?.desired.declaredElsewhere == desired?.declaredElsewhere)
            }
        }
        let broken = try Governed(greedy, rule, worlds[2].1)
        let each = loadEachDesired(try #require(broken.workspace), tree: broken.tree, today: today)
        #expect(each["dev"]?.diagnostics == [] && each["prod"]?.diagnostics.hasErrors == true)
    }

    @Test func `any commit is governed, whatever it says`() throws {
        var random = SeededGenerator(seed: 20_261_122)
        let bare = try #require(try Governed().workspace?.environment("prod"))
        for round in 0..<200 {
            var text = "apiVersion: mooring/v1\nkind: Workspace\nmetadata: {name: n\(random.below(9))}\nspec:\n"
            func maybe(_ line: String) { if random.below(2) == 0 { text += line + "\n" } }
            maybe("  prune: \(random.below(2) == 0)")
            maybe("  limits: {maxChanges: \(random.below(1000)), maxDeletes: \(random.below(101))%, updates: 64}")
            maybe("  secrets: {allow: {env: [\"*\"], exec: [\"*\"], file: [\"*\"]}}")
            maybe("  state: {file: s\(random.below(9)).db}")
            maybe("  policy: {allowPublicAuth: \(random.below(2) == 0), requireTestQueries: \(random.below(2) == 0)}")
            text += "  environments:\n    dev: {sandbox: d}\n    prod:\n"
            text +=
                ["      sandbox: s\n", "      deployer: {url: \"https://evil\", apiKey: {env: K}}\n"][random.below(2)]
            maybe("      prune: \(random.below(2) == 0)")
            maybe("      approval: required")
            maybe(
                "      limits: {requestTimeout: \(random.below(90) + 1)s, stopAfterFailures: \(random.below(90) + 1)}")
            maybe("      policy: {allowIgnoreWarnings: \(random.below(2) == 0), protect: [\"Package/*\"]}")
            maybe("      dialect: {multiGenerationMode: M\(random.below(9))}")
            let governed = try Governed(text)
            let workspace = try #require(governed.workspace, "round \(round):\n\(text)")
            let prod = try #require(workspace.environment("prod"))
            let hint: Comment = "round \(round):\n\(text)"
            #expect(workspace.name == "churn" && workspace.secrets.commands == [], hint)
            #expect(workspace.secrets.environment == ["API_*"], hint)
            #expect(workspace.state.place == .file("data/state/churn.db"), hint)
            #expect(prod.deployer == bare.deployer && prod.designer == nil, hint)
            #expect(prod.limits == bare.limits && prod.dialect == bare.dialect, hint)
            #expect(!prod.prune && prod.approval == .none, hint)
            #expect(prod.policy.allowPublicAuth?.value == false, hint)
            #expect(prod.policy.allowIgnoreWarnings?.value == false, hint)
            #expect(prod.policy.requireTestQueries?.value == true, hint)
            #expect(prod.policy.protect?.value.contains("Infra/*") == true, hint)
        }
    }
}
