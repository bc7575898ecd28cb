internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import HTTP
internal import JSON
internal import Resources

/// Which daemon is asked.
struct WatchClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's page, as https://mooring.example.com. Default: where the watch file says.", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp("A PEM file with the authorities to trust for it.", valueName: "file"), completion: .file())
    var caFile: String?

    @OptionGroup var file: WatchFileOptions

    /// The options as a shell reads them back, each after a space.
    var text: String {
        let place = url.map { " --url \(shellWord($0))" } ?? file.text
        return place + (caFile.map { " --ca-file \(shellFile($0))" } ?? "")
    }
}

/// A daemon elsewhere, by its API.
struct WatchClient {
    private let base: String
    /// The options that led here, as a shell reads them back.
    private let options: String
    private let token: Secret?
    private let transport: CurlTransport

    /// The variable with the token that proves who acts.
    static let tokenVariable = "MOORING_WATCH_TOKEN"
    /// An action is answered at once: what follows from it is done later.
    private static let timeout = Duration.seconds(30)
    /// A status of hundreds of environments is far below.
    private static let longestAnswer = 64 << 20

    init(_ options: WatchClientOptions, _ session: Session) throws(Failure) {
        self.options = options.text
        if let url = options.url {
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw Failure(
                    Diagnostic(.error, "bad-url", "'\(url)' is no URL of a daemon: it begins with https:// or http://"),
                    .usage)
            }
            base = url.hasSuffix("/") ? String(url.dropLast()) : url
        } else {
            let watch = try WatchFile(options.file.file, session).watch
            base = watch.url ?? pageURL(host: watch.listen.host, port: watch.listen.port)
        }
        token = session.variables[WatchClient.tokenVariable].flatMap { $0.isEmpty ? nil : Secret($0) }
        transport = CurlTransport(
            TransportConfiguration(
                caFile: options.caFile.map { resolvePath($0, from: session.folder) },
                userAgent: "mooring/\(mooringVersion)"))
    }

    /// How all that it follows stands.
    func status() async throws(Failure) -> JSONValue { try await send(.get, "/api/status") }

    /// What it knows of one environment: `plan` or `drift`.
    func view(_ name: String, of place: WatchPlace) async throws(Failure) -> JSONValue {
        do throws(Failure) { return try await send(.get, path(place, name)) } catch {
            throw await told(error, of: place)
        }
    }

    /// Asks for something; returns once the daemon agreed.
    func act(_ verb: String, _ place: WatchPlace, _ body: JSONValue = [:]) async throws(Failure) {
        guard token != nil else {
            throw Failure(
                Diagnostic(
                    .error, "no-token", "who acts on a daemon must say who it is",
                    hint: "Put your token in the variable \(WatchClient.tokenVariable)."))
        }
        do throws(Failure) { _ = try await send(.post, path(place, verb), body) } catch {
            throw await told(error, of: place)
        }
    }

    /// What is wrong with the name of a repository, or of an environment of it as `churn/prod`; nil where it is followed.
    static func problem(with place: String, in status: JSONValue) -> Diagnostic? {
        let places = (status["repositories"]?.array ?? []).flatMap { repository -> [String] in
            let name = repository["name"]?.string ?? ""
            let environments = repository["environments"]?.array ?? []
            return [name] + environments.map { "\(name)/\($0["name"]?.string ?? "")" }
        }
        guard !places.contains(place) else { return nil }
        return Diagnostic(
            .error, "unknown-place", "the daemon does not follow '\(place)'",
            hint: closest(to: place, among: places).map { "Did you mean '\($0)'?" }
                ?? "It follows \(places.joined(separator: ", ")).")
    }

    /// A failure, with what to do where the daemon has nothing to show, or there is no such place.
    private func told(_ failure: Failure, of place: WatchPlace) async -> Failure {
        if var problem = failure.diagnostics.first, ["no-plan", "no-drift-report"].contains(problem.code) {
            problem.hint = "'mooring watch status \(place)\(options)' tells how it stands."
            return Failure(problem, failure.status)
        }
        guard failure.diagnostics.contains(where: { $0.code == "unknown-environment" }),
            let status = try? await status(), let problem = WatchClient.problem(with: place.description, in: status)
        else { return failure }
        return Failure(problem)
    }

    private func path(_ place: WatchPlace, _ rest: String) -> String {
        "/api/r/\(PercentEncoding.segment(place.repository))/\(PercentEncoding.segment(place.environment))/\(rest)"
    }

    private func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws(Failure) -> JSONValue
    {
        var headers = [HTTPHeader("Accept", "application/json")]
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        if let token { headers.append(HTTPHeader("Authorization", "Bearer \(token.reveal())")) }
        let request = HTTPRequest(
            method, base + path, headers: headers, body: body.map { .bytes($0.bytes()) } ?? .none,
            timeout: WatchClient.timeout, maximumBodyBytes: WatchClient.longestAnswer)
        let answer: HTTPResponse
        do throws(HTTPError) { answer = try await transport.send(request) } catch {
            var problem = error.diagnostic
            problem.hint = "Is the daemon there? Name its page by --url."
            throw Failure(problem)
        }
        let document = try? JSONValue(parsing: answer.body)
        guard answer.status == 200, let document else {
            throw Failure(refusal(answer.status, document), status(answer))
        }
        return document
    }

    /// What the daemon says against it; what no daemon of ours would answer is told as such.
    private func refusal(_ status: Int, _ document: JSONValue?) -> [Diagnostic] {
        let told = (document?["diagnostics"]?.array ?? []).compactMap { entry -> Diagnostic? in
            guard let code = entry["code"]?.string, let message = entry["message"]?.string else { return nil }
            // The daemon speaks to whoever calls it; here it is known where the token comes from.
            let hint =
                status == 401
                ? "Compare the variable \(WatchClient.tokenVariable) with what 'tokens' in the daemon's file names."
                : entry["hint"]?.string
            return Diagnostic(.error, code, message, hint: hint)
        }
        guard told.isEmpty else { return told }
        return [
            Diagnostic(
                .error, "not-a-daemon", "'\(base)' answers with status \(status), and not as a daemon of Mooring does",
                hint: "Name the daemon's page by --url.")
        ]
    }

    private func status(_ answer: HTTPResponse) -> ExitStatus {
        [401, 403, 409].contains(answer.status) ? .refused : .error
    }
}

extension WatchPlace: ExpressibleByArgument {
    /// `REPOSITORY/ENVIRONMENT`.
    package init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(parts[0], parts[1])
    }
}
