import Foundation
import Testing

/// A repository that somebody pushes to, a sandbox on a port, and the daemon between them: all as the programs they are.
final class WatchBench: Sendable {
    let bench: Workbench
    let sandbox: RunningProgram
    let sandboxURL: String
    /// What is pushed from; its files are beside it in the folder `work`.
    private let git: Git

    /// The sandbox's key, and ann's token.
    static let key = "the-key-of-the-tests"
    static let token = "the-token-of-ann"
    /// Longer than anything that a daemon of a test does on a busy machine.
    static let patience = 90.0

    private struct Announcement: Decodable { let url: String }

    /// `environment` goes into the watch file's environment, `repository` into its repository; each a line of YAML in flow
    /// style without braces.
    init(repository: String = "", environment: String = "", spec: String = "") async throws {
        bench = try Workbench([
            "DSS_KEY": WatchBench.key, "NODE_KEY": WatchBench.key, "ANN_TOKEN": WatchBench.token,
            "MOORING_WATCH_TOKEN": WatchBench.token, "NO_COLOR": "1",
        ])
        sandbox = try await bench.serve("sandbox")
        sandboxURL = try JSONDecoder().decode(Announcement.self, from: Data(sandbox.output.utf8)).url
        git = Git(folder: bench.folder)
        try bench.write(
            "watch.yaml",
            WatchBench.file(url: sandboxURL, repository: repository, environment: environment, spec: spec))
        try await git("init", "-q", "--bare", "-b", "main", "origin.git")
        try await git("init", "-q", "-b", "main", "work")
        try await git("-C", "work", "remote", "add", "origin", "../origin.git")
        for (name, text) in WatchBench.manifests { try bench.write("work/\(name)", text) }
    }

    deinit { sandbox.signal(SIGKILL) }

    private static func file(url: String, repository: String, environment: String, spec: String) -> String {
        """
        apiVersion: mooring/v1
        kind: Watch
        metadata: {name: central}
        spec:
          data: data
          listen: 127.0.0.1:0
          interval: 1s
          tokens: {ann: {env: ANN_TOKEN}}
          secrets: {allow: {env: [NODE_KEY]}}
          \(spec)
          repositories:
            - name: churn
              url: origin.git
              ref: {branch: main}
              \(repository)
              environments:
                prod: {designer: {url: "\(url)", apiKey: {env: DSS_KEY}}, \(environment)}

        """
    }

    /// A service that answers, rolled out to one node.
    private static let manifests = [
        "mooring.yaml": """
        apiVersion: mooring/v1
        kind: Workspace
        metadata: {name: churn}
        spec:
          manifests: [apis]
          environments:
            prod: {sandbox: the-watch-file-says-where}

        """,
        "apis/churn.yaml": """
        apiVersion: mooring/v1
        kind: APIService
        metadata: {project: CHURN, name: churn}
        spec:
          authMethod: PUBLIC
          endpoints:
            - {id: discount, type: PY_FUNCTION, userFunctionName: discount, code: {file: ../code/discount.py}}
          package: {version: v1}
        ---
        apiVersion: mooring/v1
        kind: Infra
        metadata: {name: prod}
        spec:
          type: STATIC
          stage: Production
          apiNodes: [{url: "sandbox://node-1", adminAPIKey: {env: NODE_KEY}}]
        ---
        apiVersion: mooring/v1
        kind: Deployment
        metadata: {name: churn-on-prod}
        spec:
          publishedServiceId: churn
          infraId: prod
          version: auto
          rollout: {timeout: 1m, failAfter: 1s, onFailure: rollback}

        """,
        "code/discount.py": "def discount(price):\n    return price * 0.9\n",
    ]

    // MARK: - Commits

    @discardableResult func git(_ arguments: String...) async throws -> String { try await git.run(arguments) }

    /// Commits all that lies in `work` and pushes it; returns the commit's id.
    @discardableResult func push(_ message: String = "Change it", _ options: String...) async throws -> String {
        try await git("-C", "work", "add", "-A")
        try await git("-C", "work", "commit", "-q", "--allow-empty", "-m", message)
        _ = try await git.run(["-C", "work", "push", "-q"] + options + ["origin", "HEAD:main"])
        return try await head()
    }

    func head() async throws -> String { try await git("-C", "work", "rev-parse", "HEAD") }

    /// Another version with other code; `breaks` makes one whose code does not start.
    func release(_ version: String, breaks: Bool = false) throws {
        try bench.write(
            "work/code/discount.py",
            (breaks ? "# sandbox: unhealthy\n" : "") + "def discount(price):\n    return price  # \(version)\n")
        let text = try bench.read("work/apis/churn.yaml")
        try bench.write(
            "work/apis/churn.yaml", text.replacing(/package: \{version: \w+\}/, with: "package: {version: \(version)}"))
    }

    // MARK: - The daemon

    func daemon(_ arguments: String...) async throws -> RunningDaemon {
        let program = try bench.start(["watch", "--json"] + arguments)
        do {
            try await program.wait(within: WatchBench.patience) { $0.output.hasSuffix("\n") }
            let announcement = try JSONDecoder().decode(Announcement.self, from: Data(program.output.utf8))
            return RunningDaemon(program, url: announcement.url, bench: bench)
        } catch {
            program.signal(SIGKILL)
            Issue.record("the daemon does not start: \(program.errors)")
            throw error
        }
    }

    /// The methods and paths that were sent to the sandbox so far and were no reads, as `PUT /dip/…`.
    func writes() async throws -> [String] {
        struct Entry: Decodable {
            let method: String
            let path: String
        }
        let log = try await ask("GET", "\(sandboxURL)/sandbox/requests")
        return try JSONDecoder().decode([Entry].self, from: Data(log.utf8))
            .filter { $0.method != "GET" && !$0.path.hasPrefix("/sandbox/") }.map { "\($0.method) \($0.path)" }
    }

    func deletions() async throws -> [String] { try await writes().filter { $0.hasPrefix("DELETE") } }

    /// The version that answers a query, by the node's own word.
    func serving() async throws -> String? {
        struct Answer: Decodable {
            struct Context: Decodable { let serviceGeneration: String }

            let apiContext: Context
        }
        let answer = try await ask(
            "POST", "\(sandboxURL)/nodes/node-1/public/api/v1/churn/discount/run", #"{"params": {"price": 100}}"#)
        return try JSONDecoder().decode(Answer.self, from: Data(answer.utf8)).apiContext.serviceGeneration
    }

    /// Changes one setting as bob does in a screen of DSS; `value` is JSON.
    func change(_ path: String, _ key: String, to value: String) async throws {
        try bench.write("sandbox.json", sandbox.output)
        let script = Workbench.top.appending(path: "scripts/somebody.py").path
        try await tool("python3", script, bench.path("sandbox.json"), "bob", path, key, value)
    }

    /// Sends a request as the sandbox's administrator, and returns the answer's text.
    func ask(_ method: String, _ url: String, _ body: String = "") async throws -> String {
        let script = """
            import base64, sys, urllib.request
            method, url, body, key = sys.argv[1:]
            login = "Basic " + base64.b64encode((key + ":").encode()).decode()
            request = urllib.request.Request(url, body.encode() or None, {"Authorization": login}, method=method)
            print(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60).read().decode())
            """
        return try await tool("python3", "-c", script, method, url, body, WatchBench.key)
    }

    /// Runs a program of the system in the folder; returns what it prints.
    @discardableResult func tool(_ words: String...) async throws -> String {
        let outcome = try await RunningProgram(
            "/usr/bin/env", words, folder: bench.folder,
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
            scratch: bench.folder
        ).end(within: WatchBench.patience)
        try #require(outcome.status == 0, "\(words.first ?? ""): \(outcome.errors)")
        return outcome.output
    }
}

/// `git`, as one user without settings of his own.
private struct Git: Sendable {
    let folder: URL

    func run(_ arguments: [String]) async throws -> String {
        let settings = [
            "user.name=Ann", "user.email=ann@example.com", "commit.gpgsign=false", "protocol.file.allow=always",
        ]
        let outcome = try await RunningProgram(
            "/usr/bin/env", ["git"] + settings.flatMap { ["-c", $0] } + arguments, folder: folder,
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
                "GIT_CONFIG_NOSYSTEM": "1",
            ], scratch: folder
        ).end(within: WatchBench.patience)
        try #require(outcome.status == 0, "git \(arguments.joined(separator: " ")): \(outcome.errors)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
