import Diagnostics
import Files
import JSON
import Manifests
import Resources
import TestSupport
import Testing

@Suite struct AcceptTests {
    static let service = """
        # The scoring service.
        apiVersion: mooring/v1
        kind: APIService
        metadata: {project: P, name: scoring}
        spec:
          tags: [a, b]   # set by growth
          authMethod: API_KEYS
          authRealm: {queryKeys: [{env: API_KEY}]}
          customFields:
            owner: ann   # who pays
            team: ${var.team}
          endpoints:
            # the main one
            - id: predict
              type: PY_FUNCTION
              code: {file: predict.py}
              userFunctionName: f
            - id: second
              type: PY_FUNCTION
              code: |
                def g(x):
                    return x
              userFunctionName: "g"   # quoted
          package: {version: v1}

        """

    static let deployment = """
        apiVersion: mooring/v1
        kind: Deployment
        metadata: {name: scoring-on-prod}
        spec:
          publishedServiceId: scoring
          infraId: prod
          version: v1        # the release
          authorizationsToQueryThroughDeployer:
            - {group: ops, queryThroughDeployer: true}    # ops
            - {group: dev, queryThroughDeployer: false}
        ---
        # nodes of production
        apiVersion: mooring/v1
        kind: Infra
        metadata: {name: prod}
        spec:
          type: STATIC
          stage: Production
          permissions: &rights
            - {group: ops, read: true}
          apiNodes:
            - url: http://one
              adminAPIKey: {env: NODE_KEY}
              graphitePrefix: p1
          raw:
            extra: {n: 1}

        """

    static let workspace = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: test}
        spec:
          secrets: {allow: {env: ["*"]}}
          environments:
            local: {sandbox: .mooring/sandbox, variables: {team: growth}}

        """

    static let files = [
        workspaceFile: workspace, "services/scoring.yaml": service, "services/predict.py": "def f(x):\n    return 1\n",
        "prod.yaml": deployment,
    ]

    static let live: [Address: JSONValue] = [
        Address(.apiService, "P", "scoring"): [
            "tags": ["c", "a"], "authMethod": "API_KEYS", "authRealm": ["queryKeys": ["canary", "canary2"]],
            "customFields": ["owner": "bob ${var.x}", "team": "other"],
            "endpoints": [
                ["id": "predict", "type": "PY_FUNCTION", "code": "def f(x):\n    return 2\n", "userFunctionName": "f"],
                [
                    "id": "second", "type": "PY_FUNCTION", "code": "def g(x):\n\n    return x + 1\n",
                    "userFunctionName": "h",
                ],
            ],
        ],
        Address(.deployment, "scoring-on-prod"): [
            "publishedServiceId": "scoring", "infraId": "prod",
            "authorizationsToQueryThroughDeployer": [
                ["group": "ops", "queryThroughDeployer": false, "unknown": 1],
                ["group": "new", "queryThroughDeployer": true],
            ],
        ],
        Address(.infra, "prod"): [
            "type": "STATIC", "stage": "Test", "permissions": [["group": "ops", "read": false]],
            "apiNodes": [
                ["url": "http://one", "adminAPIKey": "e:AES:canary", "unknown": 1],
                ["url": "http://two", "adminAPIKey": "e:AES:canary"],
            ], "extra": ["n": 2, "password": "canary"],
        ],
    ]

    private func accept(
        _ fields: [(String, String)], files: [String: String] = AcceptTests.files,
        mappings: [String: GenerationsMapping] = [:], environment: String = "local"
    ) throws -> AcceptResult {
        let tree = MemoryTree(files)
        let (workspace, problems) = loadWorkspace(tree)
        #expect(text(problems) == "")
        return acceptDrift(
            try fields.map { DriftedField(try #require(Address($0.0)), $0.1) }, live: Self.live, mappings: mappings,
            workspace: try #require(workspace), environment: environment, tree: tree, today: "2026-06-15",
            isHidden: { $0.hasPrefix("e:AES:") })
    }

    private func edited(_ result: AcceptResult, _ path: String) -> String? {
        result.edits.first { $0.path == path }.map { String(decoding: $0.text, as: UTF8.self) }
    }

    @Test func `writes live values where they are declared, and nothing else`() throws {
        let result = try accept(
            [
                ("APIService/P/scoring", "tags"), ("APIService/P/scoring", "customFields.owner"),
                ("Endpoint/P/scoring/predict", "code"), ("Endpoint/P/scoring/second", "code"),
                ("Endpoint/P/scoring/second", "userFunctionName"), ("Deployment/scoring-on-prod", "version"),
                ("Deployment/scoring-on-prod", "authorizationsToQueryThroughDeployer[ops].queryThroughDeployer"),
                ("Deployment/scoring-on-prod", "authorizationsToQueryThroughDeployer[dev]"),
                ("Deployment/scoring-on-prod", "authorizationsToQueryThroughDeployer[new]"),
                ("Infra/prod", "stage"), ("Infra/prod", "permissions[ops].read"),
                ("Infra/prod", "apiNodes[http://one].graphitePrefix"), ("Infra/prod", "extra.n"),
            ], mappings: ["scoring-on-prod": .single("v2")])
        #expect(text(result.refused) == "")
        #expect(result.accepted.count == 13)
        #expect(result.edits.map(\.path) == ["prod.yaml", "services/predict.py", "services/scoring.yaml"])
        #expect(edited(result, "services/predict.py") == "def f(x):\n    return 2\n")
        let service = Self.service.replacing("[a, b] ", with: "[a, c] ").replacing(
            "owner: ann", with: "owner: 'bob $${var.x}'"
        ).replacing("def g(x):\n            return x\n", with: "def g(x):\n\n            return x + 1\n").replacing(
            "\"g\"", with: "\"h\"")
        #expect(
            edited(result, "services/scoring.yaml") == service.replacing("'bob $${var.x}'", with: "\"bob $${var.x}\""))
        let deployment = Self.deployment.replacing("version: v1  ", with: "version: v2  ").replacing(
            "queryThroughDeployer: true}    # ops\n    - {group: dev, queryThroughDeployer: false}",
            with: "queryThroughDeployer: false}    # ops\n    - {group: new, queryThroughDeployer: true}"
        ).replacing("stage: Production", with: "stage: Test").replacing("read: true", with: "read: false").replacing(
            "      graphitePrefix: p1\n", with: ""
        ).replacing("{n: 1}", with: "{n: 2}")
        #expect(edited(result, "prod.yaml") == deployment)
        // Accepted, they are no drift any more: a second time changes nothing.
        var files = Self.files
        for edit in result.edits { files[edit.path] = String(decoding: edit.text, as: UTF8.self) }
        let again = try accept(
            result.accepted.filter { $0.path == "stage" || $0.path == "tags" }.map {
                ($0.address.description, $0.path)
            },
            files: files)
        #expect(again.edits.allSatisfy { files[$0.path] == String(decoding: $0.text, as: UTF8.self) })
    }

    @Test(arguments: [
        ("APIService/P/scoring", "authRealm.queryKeys", "it is a secret"),
        ("APIService/P/scoring", "customFields.team", "a variable"),
        ("Infra/prod", "apiNodes[http://two]", "it holds a secret"),
        ("Infra/prod", "apiNodes[http://one].adminAPIKey", "it is a secret"),
        ("Package/P/scoring", "publish", "a package is made"),
        ("Infra/other", "stage", "no manifest declares"),
        ("Infra/prod", "nothing.there", "does not tell it"),
        ("Deployment/scoring-on-prod", "version", "of no form that Mooring knows"),
        ("Deployment/scoring-on-prod", "publishedServiceId.x", "does not tell it"),
    ])
    func `refuses what a file may not take`(address: String, path: String, reason: String) throws {
        let result = try accept([(address, path)])
        #expect(result.edits == [] && result.accepted == [])
        #expect(result.refused.count == 1 && result.refused[0].message.contains(reason), "\(text(result.refused))")
        #expect(!text(result.refused).contains("canary"))
    }

    @Test func `one mapping takes the place of the other`() throws {
        let half = try #require(JSONNumber(text: "0.5"))
        let result = try accept(
            [("Deployment/scoring-on-prod", "version")],
            mappings: [
                "scoring-on-prod": .several([
                    GenerationsMapping.Entry(generation: "v1", proba: half),
                    GenerationsMapping.Entry(generation: "v2", proba: half),
                ])
            ])
        #expect(text(result.refused) == "")
        let generations = """
              generations:        # the release
                - generation: v1
                  proba: 0.5
                - generation: v2
                  proba: 0.5

            """
        let text = edited(result, "prod.yaml")
        #expect(
            text
                == Self.deployment.replacing("  version: v1        # the release\n", with: generations),
            "\(text ?? "")")
    }

    @Test func `refuses what another environment takes from the same place, and takes an overlay of its own`() throws {
        var files = Self.files
        files[workspaceFile] = """
            apiVersion: mooring/v1
            kind: Workspace
            metadata: {name: test}
            spec:
              manifests: [services, prod.yaml]
              secrets: {allow: {env: ["*"]}}
              environments:
                local: {sandbox: .mooring/a, variables: {team: growth}, overlays: [overlays]}
                other: {sandbox: .mooring/b, variables: {team: growth}}

            """
        files["overlays/infra.yaml"] = """
            apiVersion: mooring/v1
            kind: Infra
            metadata: {name: prod}
            spec: {stage: Development}   # here only

            """
        let result = try accept(
            [("Infra/prod", "stage"), ("Infra/prod", "extra.n"), ("Endpoint/P/scoring/predict", "code")], files: files)
        #expect(result.accepted.map(\.path) == ["stage"])
        #expect(edited(result, "overlays/infra.yaml")?.contains("{stage: Test}   # here only") == true)
        #expect(result.refused.count == 2 && result.refused.allSatisfy { $0.message.contains("other environments") })
    }

    @Test func `refuses a file that another endpoint takes too, and accepts the rest`() throws {
        var files = Self.files
        files["services/scoring.yaml"] = Self.service.replacing(
            "code: |\n        def g(x):\n            return x\n", with: "code: {file: predict.py}\n")
        let result = try accept(
            [("Endpoint/P/scoring/predict", "code"), ("APIService/P/scoring", "tags")], files: files)
        #expect(result.accepted.map(\.path) == ["tags"])
        #expect(result.refused.count == 1 && result.refused[0].message.contains("something else as well"))
    }

    @Test func `tells which derived version follows what was accepted`() throws {
        var files = Self.files
        files["services/scoring.yaml"] = Self.service.replacing("version: v1", with: "version: auto")
        files["prod.yaml"] = Self.deployment.replacing("version: v1", with: "version: auto")
        let result = try accept(
            [("APIService/P/scoring", "tags"), ("Deployment/scoring-on-prod", "version")], files: files,
            mappings: ["scoring-on-prod": .single("v2")])
        #expect(result.accepted.map(\.path) == ["tags"])
        #expect(result.refused.count == 1 && result.refused[0].message.contains("'version: auto' follows"))
        #expect(result.notes.map(\.code) == ["version-follows"])
    }

    @Test func `refuses what an alias repeats`() throws {
        var files = Self.files
        files["prod.yaml"] =
            Self.deployment + """
                ---
                apiVersion: mooring/v1
                kind: PublishedService
                metadata: {name: extra}
                spec: {permissions: &all [{group: a, read: true}], raw: {more: *all}}

                """
        files["prod.yaml"] = files["prod.yaml"]?.replacing(
            "group: ops, read: true", with: "group: ops, read: &yes true"
        )
        .replacing("extra: {n: 1}", with: "extra: {n: *yes}")
        let result = try accept([("Infra/prod", "permissions[ops].read")], files: files)
        #expect(result.edits == [] && result.refused.first?.message.contains("anchor '&yes'") == true)
    }
}
