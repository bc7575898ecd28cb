internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import Glibc
internal import JSON
internal import Resources
internal import Sandbox
internal import Server

/// `mooring sandbox`
struct SandboxCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serves an emulator of a DSS node and its API nodes.",
        discussion: """
            It prints its URL and its admin key when it is ready, and serves until it is interrupted. The key comes from the \
            variable MOORING_SANDBOX_KEY; else it is made once and kept in DATA/key.

            What is to go wrong is a JSON object, sent by PUT to /sandbox/faults (GET reads it, DELETE ends it), or in the file \
            DATA/faults.json, which is read at the start. Its members, all optional:

              latency         milliseconds that each answer is held back
              errorRate       0 to 1: nothing is done, and an error comes back
              status          of that error (503); retryAfter: its header, seconds
              lostAnswers     0 to 1: it is done, and the answer is lost
              truncate        0 to 1: it is done, and the answer breaks off
              html, hang      0 to 1: a login page comes; no answer ever comes
              times           how many requests are harmed at most
              rules           a list of such objects; the first that hits decides
              match           in a rule: {"method": "PUT", "path": "*/settings"}
              deadNodes       ids of API nodes that do not answer, as ["node-2"]
              updates         [{"deployment": "churn-*", "outcome": "fail"}]
              outcome         fail, hang, abort, lostFuture, unhealthy or partial
              updateDuration  milliseconds that each update takes
              seed            a number; the same seed, the same faults

            What a fresh one begins with is a JSON object too, the file of --seed. Its members, all lists and all optional:

              projects        their keys, as ["CHURN"]; others answer 403
              stages, nodes   names; without them Development, Test, Production, and node-1, node-2
              users           [{"login": "ann", "key": "..."}]: what they change is listed under their name
              services        [{"projectKey": "CHURN", "id": "churn", "settings": {"endpoints": []}}]
              packages        [{"projectKey": "CHURN", "serviceId": "churn", "id": "v1", "publish": true}]
              published       [{"id": "churn", "settings": {}}]
              infras          [{"id": "prod", "type": "STATIC", "stage": "Production", "apiNodes": []}]
              deployments     [{"id": "d1", "publishedServiceId": "churn", "infraId": "prod", "version": "v1"}]
            """)

    /// DSS's own port.
    @Option(help: "The port; 0 takes a free one.")
    var port: UInt16 = 11200

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("Keep the data in this folder. Default: in memory only.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Hold each answer back for so long, as 20ms.", valueName: "duration"))
    var latency: String?

    @Option(
        help: ArgumentHelp("What a fresh sandbox begins with: a JSON file.", valueName: "file"), completion: .file())
    var seed: String?

    @OptionGroup var output: OutputOptions

    /// A seed is written by hand or by a script for a test.
    private static let longestSeed = 64 << 20

    mutating func validate() throws {
        if let latency, Duration(text: latency) == nil {
            throw ValidationError("'--latency' takes a duration as 20ms or 2s, not '\(latency)'.")
        }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        // The server hears SIGINT and SIGTERM itself and ends in order; a second one ends it at once.
        let signals = SignalWatch { if $0 == SIGHUP { SignalWatch.endProcess(by: $0) } }
        defer { signals.end() }
        do {
            let folder = try takeFolder(session)
            let given = session.variables[SandboxFolder.keyVariable].flatMap { $0.isEmpty ? nil : $0 }
            let key = folder?.key ?? given ?? SandboxFolder.newKey()
            let sandbox = try Sandbox(
                SandboxOptions(
                    data: folder?.path, seed: try seedValue(session), key: key,
                    latency: latency.flatMap { Duration(text: $0) } ?? .zero))
            let host = host
            defer { folder?.withdrawAnnouncement() }
            try await SandboxServer(sandbox: sandbox, host: host, port: Int(port)).run { port in
                let url = SandboxCommand.url(host: host, port: port)
                sandbox.setBaseURL(url)
                do throws(FileError) { try folder?.announce(url: url) } catch {
                    // It serves all the same; only the environment key 'sandbox' does not find it.
                    session.tell([error.diagnostic])
                }
                SandboxCommand.announce(url, key, sandbox.nodes, session)
            }
        } catch let failure as Failure {
            throw failure
        } catch let error as any DiagnosableError {
            throw Failure(error.diagnostic)
        } catch {
            throw Failure(Diagnostic(.error, "server-failed", "the server ended: \(error)"))
        }
        return Answer(isSilent: true)
    }

    private func takeFolder(_ session: Session) throws -> SandboxFolder? {
        guard let data else { return nil }
        let path = resolvePath(data, from: session.folder)
        let given = session.variables[SandboxFolder.keyVariable].flatMap { $0.isEmpty ? nil : $0 }
        guard let folder = try SandboxFolder(taking: path, key: given) else {
            throw Failure(SandboxFolder.held(data), .locked)
        }
        return folder
    }

    private func seedValue(_ session: Session) throws -> JSONValue? {
        guard let seed else { return nil }
        let bytes = try readFile(
            resolvePath(seed, from: session.folder), limit: SandboxCommand.longestSeed, name: seed)
        do { return try JSONValue(parsing: bytes) } catch {
            throw Failure(
                Diagnostic(
                    .error, "bad-seed", "the seed is not JSON: \(error.message)",
                    at: SourceMark(file: seed, line: error.line, column: error.column)))
        }
    }

    private static func url(host: String, port: Int) -> String {
        // A client on this machine cannot connect to "any address".
        let name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
        return "http://\(name.contains(":") ? "[\(name)]" : name):\(port)"
    }

    private static func announce(_ url: String, _ key: String, _ nodes: [String: String], _ session: Session) {
        let sorted = nodes.sorted { $0.key < $1.key }
        if session.isJSON {
            let document: JSONValue = [
                "url": .string(url), "apiKey": .string(key),
                "nodes": .object(JSONObject(sorted.map { ($0.key, .string($0.value)) })),
            ]
            Console.output.write(document.text(.python) + "\n")
        } else {
            var text = "The sandbox answers at \(url)\n  admin key  \(key)\n"
            for (name, url) in sorted { text += "  API node   \(name)  \(url)\n" }
            Console.output.write(text + "Ctrl-C ends it.\n")
        }
    }
}
