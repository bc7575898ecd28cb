import Diagnostics
import JSON
import Manifests
import Resources
import TestSupport
import Testing

@Suite struct DesiredTests {
    static let whole = """
        apiVersion: mooring/v1
        kind: APIService
        metadata: {project: CHURN, name: scoring}
        spec:
          authMethod: API_KEYS
          authRealm: {queryKeys: [{env: KEY}]}
          endpoints:
            - {id: predict, type: STD_PREDICTION, modelRef: m1}
            - {id: double, type: PY_FUNCTION, code: {file: double.py}, userFunctionName: f}
          package: {version: auto}
        ---
        apiVersion: mooring/v1
        kind: Infra
        metadata: {name: prod}
        spec: {type: STATIC, apiNodes: [{url: "http://n:1", adminAPIKey: {file: key}}]}
        ---
        apiVersion: mooring/v1
        kind: Deployment
        metadata: {name: scoring-on-prod}
        spec: {publishedServiceId: scoring, infraId: prod, version: auto, enabled: true}

        """

    @Test func `reads a service with its endpoints and package, an infra and a deployment`() {
        let loading = Loading(["a/m.yaml": DesiredTests.whole, "a/double.py": "def f(): pass\n"])
        #expect(loading.text == "")
        #expect(
            loading.resources == """
                APIService/CHURN/scoring {"authMethod":"API_KEYS","authRealm":{"queryKeys":[{"secret":{"env":"KEY"}}]}}
                Endpoint/CHURN/scoring/double {"type":"PY_FUNCTION","code":"def f(): pass\\n","userFunctionName":"f"}
                Endpoint/CHURN/scoring/predict {"type":"STD_PREDICTION","modelRef":"m1"}
                Package/CHURN/scoring {"version":"a91bbae2c8acb"}
                Infra/prod {"type":"STATIC","apiNodes":[{"url":"http://n:1","adminAPIKey":{"secret":{"file":"a/key"}}}]}
                Deployment/scoring-on-prod {"publishedServiceId":"scoring","infraId":"prod","version":"a91bbae2c8acb","enabled":true}

                """)
    }

    @Test func `knows what other environments declare on the same nodes`() {
        let workspace = """
            apiVersion: mooring/v1
            kind: Workspace
            metadata: {name: test}
            spec:
              environments:
                dev: {designer: {url: "https://one.test", apiKey: {env: KEY}}, deployer: {url: "https://two.test", apiKey: {env: KEY}}}
                uat: {deployer: {url: "https://two.test", apiKey: {env: KEY}}}
                prod: {deployer: {url: "https://three.test", apiKey: {env: KEY}}}

            """
        let infra = { (name: String, environment: String) in
            """
            apiVersion: mooring/v1
            kind: Infra
            metadata: {name: \(name), environments: [\(environment)]}
            spec: {type: STATIC, stage: Test}

            """
        }
        let loading = Loading(
            ["a.yaml": infra("a", "dev"), "b.yaml": infra("b", "uat"), "c.yaml": infra("c", "prod")],
            environment: "dev", workspace: workspace)
        #expect(loading.diagnostics.filter { $0.severity == .error } == [])
        #expect(loading.desired?.declaredElsewhere == [Address(.infra, "b"): "uat"])
    }
}
