import Diagnostics
import Files
import JSON
import Manifests
import Resources
import TestSupport
import Testing

@Suite struct ImportTests {
    static let workspace = """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: test}
        spec:
          secrets: {allow: {env: ["CHURN_*", "PROD_*"]}}
          environments:
            local: {sandbox: .mooring/sandbox}

        """

    private func imported(
        _ estate: LiveEstate, existing: [String: String] = [:], environments: [String] = [], schemaPath: String? = nil,
        workspace: String = ImportTests.workspace
    ) throws -> ImportResult {
        let tree = MemoryTree(existing.merging([workspaceFile: workspace]) { given, _ in given })
        let loaded = try #require(loadWorkspace(tree).workspace)
        let states = existing.isEmpty ? [] : loadAllDesired(loaded, tree: tree, today: "2026-06-15").desired
        return importManifests(
            estate, workspace: loaded, existing: states, environments: environments, schemaPath: schemaPath,
            isHidden: { $0.hasPrefix("e:AES:") || $0.hasPrefix("***") })
    }

    /// The manifests' meaning; errors where they have any.
    private func desired(_ result: ImportResult, beside existing: [String: String] = [:]) throws -> DesiredState {
        var files = existing
        files[workspaceFile] = ImportTests.workspace.replacing("[\"CHURN_*\", \"PROD_*\"]", with: "[\"*\"]")
        for file in result.files { files[file.path] = file.text }
        let tree = MemoryTree(files)
        let (states, problems) = loadAllDesired(
            try #require(loadWorkspace(tree).workspace), tree: tree, today: "2026-06-15")
        #expect(text(problems) == "")
        return try #require(states.first)
    }

    private func selecting(_ estate: LiveEstate) -> LiveEstate {
        var estate = estate
        estate.selected = Set(
            estate.services.map { Address(.apiService, $0.project, $0.id) }
                + estate.publishedServices.map { Address(.publishedService, $0.id) }
                + estate.infras.map { Address(.infra, $0.id) } + estate.deployments.map { Address(.deployment, $0.id) })
        return estate
    }

    private func version(_ id: String, _ created: Int? = nil) -> LiveEstate.Version {
        LiveEstate.Version(id: id, createdOn: created)
    }

    private func service(
        _ project: String, _ id: String, _ settings: JSONValue = ["authMethod": "PUBLIC"], packages: [String] = []
    ) -> LiveEstate.Service {
        LiveEstate.Service(
            project: project, id: id, settings: settings,
            packages: packages.enumerated().map { version($0.element, $0.offset) })
    }

    private func published(
        _ id: String, _ versions: [String], _ settings: JSONValue? = ["owner": "ann", "permissions": []]
    ) -> LiveEstate.PublishedService {
        LiveEstate.PublishedService(
            id: id, settings: settings, versions: versions.enumerated().map { version($0.element, $0.offset) })
    }

    @Test func `writes what a person would`() throws {
        var estate = LiveEstate()
        estate.services = [
            service(
                "CHURN", "scoring",
                [
                    "id": "scoring", "projectKey": "CHURN", "name": "scoring", "authMethod": "API_KEYS",
                    "authRealm": ["queryKeys": ["canary-1", "canary-2"], "other": "canary"], "tags": ["b", "a"],
                    "customFields": ["owner": "ann", "apiToken": "canary", "none": .null],
                    "oauth2Config": ["x": "canary"],
                    "endpoints": [
                        [
                            "id": "f", "type": "PY_FUNCTION", "code": "def f(x):\n    return x\n",
                            "userFunctionName": "f",
                            "envSelection": ["envMode": "INHERIT", "more": 1], "useJava": false, "new": "canary",
                        ],
                        ["id": "p", "type": "STD_PREDICTION", "modelRef": "aBc", "code": ""],
                        ["id": "q", "type": "BRAND_NEW"],
                    ], "versionTag": ["versionNumber": 3],
                ], packages: ["v1", "v2", "v3"])
        ]
        estate.publishedServices = [
            published("scoring", ["v1", "v2"], ["owner": "ann", "permissions": [["group": "ops", "deploy": true]]]),
            published("old", ["1"]),
        ]
        estate.infras = [
            LiveEstate.Infra(
                id: "prod",
                settings: [
                    "id": "prod", "type": "STATIC", "stage": "Production", "governCheckPolicy": "NO_CHECK",
                    "permissions": [],
                    "apiNodes": [["url": "http://node-1:12000", "adminAPIKey": "e:AES:canary", "x": 1]],
                    "more": "canary",
                ])
        ]
        estate.deployments = [
            LiveEstate.Deployment(
                id: "scoring-on-prod",
                settings: [
                    "id": "scoring-on-prod", "publishedServiceId": "scoring", "infraId": "prod", "enabled": true,
                    "tags": [], "authorizationsToQueryThroughDeployer": [], "containerLimits": ["memory": "canary"],
                ], mapping: .single("v2"))
        ]
        let result = try imported(selecting(estate), schemaPath: ".mooring/schemas/manifest.json")
        #expect(
            result.files.map { "=== \($0.path)\n\($0.text)" }.joined()
                == """
                === deployments/scoring-on-prod.yaml
                # yaml-language-server: $schema=../.mooring/schemas/manifest.json
                apiVersion: mooring/v1
                kind: Deployment
                metadata:
                  name: scoring-on-prod
                spec:
                  publishedServiceId: scoring
                  infraId: prod
                  version: v2
                === infra/prod.yaml
                # yaml-language-server: $schema=../.mooring/schemas/manifest.json
                apiVersion: mooring/v1
                kind: Infra
                metadata:
                  name: prod
                spec:
                  type: STATIC
                  stage: Production
                  apiNodes:
                    - url: http://node-1:12000
                      adminAPIKey: {env: PROD_NODE_1_12000_ADMIN_API_KEY}
                === published/old.yaml
                # yaml-language-server: $schema=../.mooring/schemas/manifest.json
                apiVersion: mooring/v1
                kind: PublishedService
                metadata:
                  name: old
                spec:
                  owner: ann
                === services/CHURN/scoring.yaml
                # yaml-language-server: $schema=../../.mooring/schemas/manifest.json
                apiVersion: mooring/v1
                kind: APIService
                metadata:
                  project: CHURN
                  name: scoring
                spec:
                  authMethod: API_KEYS
                  authRealm:
                    queryKeys:
                      - {env: CHURN_SCORING_QUERY_KEYS_0}
                      - {env: CHURN_SCORING_QUERY_KEYS_1}
                  tags: [b, a]
                  customFields:
                    owner: ann
                    apiToken: {secret: {env: CHURN_SCORING_API_TOKEN}}
                  endpoints:
                    - id: f
                      type: PY_FUNCTION
                      useJava: false
                      code: |
                        def f(x):
                            return x
                      userFunctionName: f
                      envSelection:
                        envMode: INHERIT
                    - id: p
                      type: STD_PREDICTION
                      modelRef: aBc
                  package:
                    version: v2
                ---
                apiVersion: mooring/v1
                kind: PublishedService
                metadata:
                  name: scoring
                spec:
                  permissions:
                    - group: ops
                      deploy: true
                  owner: ann

                """)
        #expect(
            result.secrets.map { "\($0.reference) \($0.address) \($0.field) \($0.isAllowed)" } == [
                "{env: CHURN_SCORING_QUERY_KEYS_0} APIService/CHURN/scoring authRealm.queryKeys[0] true",
                "{env: CHURN_SCORING_QUERY_KEYS_1} APIService/CHURN/scoring authRealm.queryKeys[1] true",
                "{env: CHURN_SCORING_API_TOKEN} APIService/CHURN/scoring customFields.apiToken true",
                "{env: PROD_NODE_1_12000_ADMIN_API_KEY} Infra/prod apiNodes[http://node-1:12000].adminAPIKey true",
            ])
        #expect(
            result.notes.map(\.message) == [
                "'Endpoint/CHURN/scoring/q' is left unmanaged: Mooring does not know the type 'BRAND_NEW'"
            ])
        #expect(!text(result.notes).contains("canary"))
        _ = try desired(result)
    }

    @Test(arguments: [
        "a\r\nb\r\n", "tab\t\n  trailing  \n\n\n", "no end\nx", "\0\u{7}\n", "\u{85}\u{2028}x\n", " x\ny\n", "\n\n x\n",
        "\n", "\n\n",
        "e\u{301}é\n", "😀\u{FEFF}\n", "---\n...\n", "# c\n%x\n", "${var.a} $${var.b} $$${var.c}\n", "a: [\n", "true",
        "1.10",
        "~", "'\"\\\n", String(repeating: "x", count: 5000) + "\n",
    ])
    func `code comes back to the byte`(code: String) throws {
        var estate = LiveEstate()
        estate.services = [
            service("P", "s", ["endpoints": [["id": "f", "type": "PY_FUNCTION", "code": .string(code)]]])
        ]
        let result = try imported(selecting(estate))
        let back = try desired(result)[Address(.endpoint, "P", "s", "f")]?.spec["code"]?.string
        #expect(back.map { Array($0.utf8) } == Array(code.utf8))
    }

    @Test func `gives files names that every file system takes, and no two the same`() throws {
        var estate = LiveEstate()
        let names = [
            "Scoring", "scoring", "mooring", "Mooring", "..", ".hidden", "con", "a b", "a:b", "a\\b", "größe",
            String(repeating: "ü", count: 200), "*", "x/y", "", " space", "tab\t", "ok.",
        ]
        estate.services = names.filter { !$0.isEmpty && !$0.contains("/") }.flatMap {
            [service("P", $0), service("p", $0)]
        }
        let result = try imported(selecting(estate))
        #expect(Set(result.files.map { $0.path.lowercased() }).count == result.files.count)
        for file in result.files {
            let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
            #expect(parts.count == 3 && parts[0] == "services" && ["P", "p-2"].contains(parts[1]))
            #expect(parts[2].hasSuffix(".yaml") && !parts[2].hasPrefix(".") && parts[2] != "mooring.yaml")
            #expect(parts[2].utf8.count <= 255 && !parts[2].contains { ":\\*?\"<>| \t".contains($0) })
        }
        // Names that no manifest can hold are told.
        #expect(result.notes.filter { $0.code == "not-declarable" }.count == 6)
        let declared = try desired(result).resources(of: .apiService).count
        #expect(declared == estate.services.count - 6)
    }

    @Test func `tells where a package is published, as far as ids tell`() throws {
        var estate = LiveEstate()
        estate.services = [
            service("A", "twin", packages: ["v1"]), service("B", "twin", packages: ["v1", "v2"]),
            service("A", "renamed", packages: ["r1", "r2"]), service("A", "alone", packages: ["x1"]),
            service("A", "none"), service("A", "odd", packages: ["auto", "w1"]),
        ]
        estate.publishedServices = [
            published("twin", ["v1", "v2"]), published("public-name", ["r1"]), published("other", ["x1", "y1"]),
            published("odd", ["auto"]),
        ]
        let result = try imported(selecting(estate))
        let packages = try desired(result).resources(of: .package).map { resource in
            let spec = PackageSpec(resource)
            return "\(resource.address) \(spec.version) \(spec.publishedService ?? "nowhere")"
        }
        #expect(
            packages == [
                "Package/A/alone x1 nowhere", "Package/A/odd w1 nowhere", "Package/A/renamed r1 public-name",
                "Package/A/twin v1 nowhere", "Package/B/twin v2 twin",
            ])
        #expect(result.notes.map(\.code) == ["published-elsewhere"])
    }

    @Test func `skips what is declared, and declares external what is only referred to`() throws {
        var estate = LiveEstate()
        estate.services = [service("P", "known"), service("P", "new")]
        estate.publishedServices = [
            published("known", ["v1"]), published("apart", ["v1"]), published("blind", ["v1"], nil),
        ]
        estate.infras = [LiveEstate.Infra(id: "i", settings: nil)]
        estate.deployments = ["known", "apart", "blind", "gone"].map { id in
            LiveEstate.Deployment(
                id: "d-\(id)", settings: ["publishedServiceId": .string(id), "infraId": "i"],
                mapping: id == "apart" ? .single("v9") : .single("v1"))
        }
        estate = selecting(estate)
        estate.selected.remove(Address(.publishedService, "apart"))
        estate.selected.remove(Address(.infra, "i"))
        let existing = """
            apiVersion: mooring/v1
            kind: APIService
            metadata: {project: P, name: known}
            spec: {package: {version: v1}}
            """
        let result = try imported(estate, existing: ["a.yaml": existing], environments: ["local"])
        #expect(
            result.files.map(\.path) == [
                "deployments/d-apart.yaml", "deployments/d-blind.yaml", "deployments/d-known.yaml", "external.yaml",
                "services/P/new.yaml",
            ])
        let externals = result.files[3]
        #expect(
            externals.addresses == [
                Address(.publishedService, "apart"), Address(.publishedService, "blind"), Address(.infra, "i"),
            ])
        #expect(externals.text.contains("environments: [local]\n  external: true\n"))
        #expect(!result.files[0].text.contains("version"))
        #expect(
            result.notes.map(\.message) == [
                "the mapping of 'Deployment/d-apart' is left unmanaged: it is of no form that Mooring can declare",
                "'Deployment/d-gone' is skipped: its publishedServiceId 'gone' is not visible to this key",
                "declared already, and skipped: 'APIService/P/known'",
            ])
        #expect(try desired(result, beside: ["a.yaml": existing]).resources.count == 9)
    }

    @Test func `leaves unmanaged what a manifest cannot say, and tells it`() throws {
        var estate = LiveEstate()
        estate.services = [
            service(
                "CHURN", "s",
                [
                    "authMethod": "NEW_METHOD", "tags": "no list", "customFields": ["secret": ["env": "X"]],
                    "endpoints": [["id": "e", "type": "PY_FUNCTION", "code": "e:AES:canary", "useJava": "yes"]],
                ])
        ]
        estate.infras = [
            LiveEstate.Infra(
                id: "prod",
                settings: [
                    "type": "NEW_TYPE", "stage": ["a"], "permissions": [["group": "a"], ["group": "a"]],
                    "carbonAPISettings": ["carbonAPIURL": "***"],
                ])
        ]
        let result = try imported(selecting(estate))
        #expect(
            result.notes.map(\.message) == [
                "'authMethod' of 'APIService/CHURN/s' is left unmanaged: it is 'NEW_METHOD', which Mooring does not know",
                "'tags' of 'APIService/CHURN/s' is left unmanaged: it is a string, not a list, each a string",
                "'customFields' of 'APIService/CHURN/s' is left unmanaged: a map with nothing but 'secret' stands for a secret in a manifest",
                "'useJava' of 'Endpoint/CHURN/s/e' is left unmanaged: it is a string, not a boolean",
                "'code' of 'Endpoint/CHURN/s/e' is left unmanaged: DSS hides its value",
                "'stage' of 'Infra/prod' is left unmanaged: it is a list, not a string",
                "'permissions' of 'Infra/prod' is left unmanaged: two elements have the group 'a'",
                "'carbonAPISettings.carbonAPIURL' of 'Infra/prod' is left unmanaged: DSS hides its value",
            ])
        #expect(result.secrets.isEmpty)
        let infra = try desired(result)[Address(.infra, "prod")]
        #expect(infra?.spec.referenceJSON == ["raw": ["type": "NEW_TYPE"]])
    }

    @Test func `proposes names that are neither taken nor forbidden in silence`() throws {
        var estate = LiveEstate()
        let settings: JSONValue = ["authMethod": "API_KEYS", "authRealm": ["queryKeys": ["canary"]]]
        estate.services = [
            service("CHURN", "a-b", settings), service("CHURN", "a_b", settings), service("ÄÖ", "1", settings),
        ]
        let workspace = """
            apiVersion: mooring/v1
            kind: Workspace
            metadata: {name: test}
            spec:
              secrets: {allow: {env: ["CHURN_*"]}}
              environments:
                local: {deployer: {url: "https://x", apiKey: {env: CHURN_A_B_QUERY_KEYS_0}}}

            """
        let result = try imported(selecting(estate), workspace: workspace)
        #expect(
            result.secrets.map { "\($0.reference) \($0.isAllowed)" } == [
                "{env: CHURN_A_B_QUERY_KEYS_0_2} true", "{env: CHURN_A_B_QUERY_KEYS_0_3} true",
                "{env: SECRET_1_QUERY_KEYS_0} false",
            ])
    }
}
