/// The files of a workspace to begin with.
struct WorkspaceTemplate {
    struct File {
        /// Relative to the workspace.
        let path: String
        let text: String
        /// Whether a file of that name that is there already serves as well.
        var mayBeKept = false
    }

    let name: String

    var files: [File] {
        [
            File(path: "mooring.yaml", text: workspace), File(path: "services/hello.yaml", text: service),
            File(path: "services/hello.py", text: code), File(path: "infra/local.yaml", text: infra),
            File(path: ".gitignore", text: ".mooring/*\n!.mooring/schemas/\n", mayBeKept: true),
            File(path: ".github/workflows/mooring.yml", text: github, mayBeKept: true),
            File(path: ".gitlab-ci.yml", text: gitlab, mayBeKept: true),
        ]
    }

    private var workspace: String {
        """
        # yaml-language-server: $schema=.mooring/schemas/workspace.json
        apiVersion: mooring/v1
        kind: Workspace
        metadata:
          name: \(name)
        spec:
          manifests: [services, infra]
          environments:
            local:
              # The built-in emulator of a DSS node, with its data in this folder: no server is needed.
              sandbox: .mooring/sandbox
            # A node of your own:
            # prod:
            #   designer: {url: "https://design.example.com:11200", apiKey: {env: DSS_DESIGN_KEY}}
            #   deployer: {url: "https://deployer.example.com:11200", apiKey: {env: DSS_DEPLOYER_KEY}}

        """
    }

    private var service: String {
        """
        # yaml-language-server: $schema=../.mooring/schemas/manifest.json
        apiVersion: mooring/v1
        kind: APIService
        metadata:
          project: SANDBOX
          name: hello
        spec:
          authMethod: PUBLIC
          endpoints:
            - id: greet
              type: PY_FUNCTION
              userFunctionName: greet
              code: {file: hello.py}
              testQueries:
                - name: somebody
                  q: {name: Ada}
          package:
            # Another version is another snapshot of the service: change it together with the service.
            version: v1

        """
    }

    private var code: String {
        """
        def greet(name):
            return "Hello, " + name

        """
    }

    private var infra: String {
        """
        # yaml-language-server: $schema=../.mooring/schemas/manifest.json
        apiVersion: mooring/v1
        kind: Infra
        metadata:
          name: local
        spec:
          type: STATIC
          stage: Development
          apiNodes:
            - url: sandbox://node-1
              adminAPIKey: {file: ../.mooring/sandbox/key}
        ---
        apiVersion: mooring/v1
        kind: Deployment
        metadata:
          name: hello-on-local
        spec:
          publishedServiceId: hello
          infraId: local
          version: auto             # that of the package in services/hello.yaml

        """
    }
}
