internal import Diagnostics
package import Files
package import HTTP
internal import JSON
package import Resources

/// The calls of a forge that we make: states of commits, open pull requests, one comment on each.
///
/// By the public documentation of GitHub (REST, version 2022-11-28), GitLab (v4) and Gitea (v1). Each call is sent once:
/// who calls tries again, by `ForgeError.isTransient` and `pause`.
package struct Forge: Sendable {
    /// How a commit fares; GitLab knows no difference between `failure` and `error`.
    package enum State: String, Hashable, Sendable, CaseIterable { case pending, success, failure, error }

    /// In characters: GitHub takes no longer one.
    package static let longestDescription = 140
    /// In characters: GitHub takes 65,536 in a comment, the others more.
    package static let longestComment = 65_000
    /// Requests and comments of so many pages are looked at, a hundred on each where the forge gives so many.
    static let mostPages = 10
    private static let longestAnswer = 32 << 20

    let settings: ForgeSettings
    private let token: Secret
    private let transport: any Transport
    private let epochSeconds: @Sendable () -> Int
    private let timeout: Duration

    /// `transport` should not retry. `timeout` is for each call.
    package init(
        _ settings: ForgeSettings, token: Secret, transport: any Transport, timeout: Duration = .seconds(30),
        clock: RetryClock = .system
    ) {
        self.settings = settings
        self.token = token
        self.transport = transport
        self.timeout = timeout
        epochSeconds = clock.epochSeconds
    }

    /// Says how a commit fares. `context` tells one state from others of the same commit, as `mooring/prod`.
    package func setStatus(
        _ state: State, of commit: String, context: String, description: String, link: String?
    ) async throws(ForgeError) {
        let isGitLab = settings.provider == .gitlab
        let word = isGitLab && (state == .failure || state == .error) ? "failed" : state.rawValue
        var body: JSONObject = [
            "state": .string(word), isGitLab ? "name" : "context": .string(Wording.line(context, most: 100)),
            "description": .string(Wording.line(description, most: Forge.longestDescription)),
        ]
        if let link { body["target_url"] = .string(link) }
        let path = "\(repositoryPath)/statuses/\(PercentEncoding.segment(commit))"
        do throws(ForgeError) { _ = try await send(.post, path, .object(body)) } catch {
            // GitLab refuses the state that it has already.
            guard isGitLab, error.diagnostic.message.contains("Cannot transition status") else { throw error }
        }
    }

    /// The open pull requests, the forge's newest first; of very many the first thousand.
    package func openPullRequests() async throws(ForgeError) -> [PullRequest] {
        var requests: [PullRequest] = []
        let path =
            "\(repositoryPath)/\(settings.provider == .gitlab ? "merge_requests?state=opened" : "pulls?state=open")"
        try await pages(path) { items in
            requests += items.compactMap { settings.provider == .gitlab ? .init(gitLab: $0) : .init(gitHub: $0) }
        }
        return requests
    }

    /// Makes `body` the text of our comment on a pull request: the one that begins with `marker`, else a new one.
    ///
    /// `marker` is an HTML comment, which readers do not see, as `<!-- mooring:churn/prod -->`. Others can write it too:
    /// only what we wrote ourselves is taken for ours, as far as the forge tells who we are. A text that is too long is cut.
    package func comment(on number: Int, marker: String, body: String) async throws(ForgeError) {
        let list = commentsPath(number)
        let text = fit("\(marker)\n\(body)")
        var marked: [JSONValue] = []
        try await pages(list) { marked += $0.filter { $0["body"]?.string?.hasPrefix(marker) == true } }
        let content: JSONValue = ["body": .string(text)]
        let comments = String(list.prefix { $0 != "?" })
        guard let own = try await own(marked), let id = own["id"]?.integer else {
            _ = try await send(.post, comments, content)
            return
        }
        // GitLab may keep line breaks in its own way; at worst the same is written again.
        guard own["body"]?.string != text else { return }
        switch settings.provider {
        case .gitlab: _ = try await send(.put, "\(comments)/\(id)", content)
        case .github, .gitea: _ = try await send(.patch, "\(repositoryPath)/issues/comments/\(id)", content)
        }
    }

    private func fit(_ text: String) -> String {
        guard text.utf16.count > Forge.longestComment else { return text }
        let scalars = text.unicodeScalars.prefix(Forge.longestComment / 2)
        return String(String.UnicodeScalarView(scalars)) + "\n\n… and more than a comment holds."
    }

    // MARK: Who we are

    private enum Identity {
        case known(Int)
        /// A token that belongs to no user, as one of a GitHub App; or one that may not ask.
        case program

        func wrote(_ comment: JSONValue) -> Bool {
            let author = comment["user"] ?? comment["author"]
            switch self {
            case .known(let id): return author?["id"]?.integer == id
            // GitHub alone says so; elsewhere the marker must do.
            case .program: return author?["type"].map { $0 == "Bot" } ?? true
            }
        }
    }

    /// The first of these comments that we wrote.
    private func own(_ comments: [JSONValue]) async throws(ForgeError) -> JSONValue? {
        guard !comments.isEmpty else { return nil }
        let identity = try await identity()
        return comments.first { identity.wrote($0) }
    }

    private func identity() async throws(ForgeError) -> Identity {
        do throws(ForgeError) {
            return try await send(.get, "/user").json["id"]?.integer.map { .known($0) } ?? .program
        } catch {
            guard error.reason == .denied || error.reason == .missing else { throw error }
            return .program
        }
    }

    // MARK: Requests

    private var repositoryPath: String {
        switch settings.provider {
        case .gitlab: "/projects/\(PercentEncoding.segment(settings.repository))"
        case .github, .gitea:
            "/repos/"
                + settings.repository.split(separator: "/").map { PercentEncoding.segment(String($0)) }
                .joined(separator: "/")
        }
    }

    private func commentsPath(_ number: Int) -> String {
        switch settings.provider {
        case .gitlab: "\(repositoryPath)/merge_requests/\(number)/notes?sort=asc&order_by=created_at"
        case .github, .gitea: "\(repositoryPath)/issues/\(number)/comments"
        }
    }

    /// Hands page after page to `take`.
    private func pages(_ path: String, _ take: ([JSONValue]) -> Void) async throws(ForgeError) {
        let size = settings.provider == .gitea ? "limit=50" : "per_page=100"
        for page in 1...Forge.mostPages {
            let (response, json) = try await send(.get, "\(path)\(path.contains("?") ? "&" : "?")\(size)&page=\(page)")
            guard let items = json.array else {
                throw ForgeError(.refused, "the forge's answer to 'GET \(path)' is not the list that is documented")
            }
            // Only that there is one is read of the link; where it leads is not for the answer to say.
            take(items)
            guard response.headers["Link"]?.contains("rel=\"next\"") == true else { return }
        }
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil
    ) async throws(ForgeError) -> (response: HTTPResponse, json: JSONValue) {
        var headers: [HTTPHeader]
        switch settings.provider {
        case .github:
            headers = [
                HTTPHeader("Authorization", "Bearer \(token.reveal())"),
                HTTPHeader("Accept", "application/vnd.github+json"), HTTPHeader("X-GitHub-Api-Version", "2022-11-28"),
            ]
        case .gitlab: headers = [HTTPHeader("PRIVATE-TOKEN", token.reveal())]
        case .gitea: headers = [HTTPHeader("Authorization", "token \(token.reveal())")]
        }
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        let request = HTTPRequest(
            method, settings.api + path, headers: headers, body: body.map { .bytes($0.bytes()) } ?? .none,
            timeout: timeout, maximumBodyBytes: Forge.longestAnswer)
        let response: HTTPResponse
        do throws(HTTPError) { response = try await transport.send(request) } catch { throw ForgeError(error) }
        let json = (try? JSONValue(parsing: response.body)) ?? .null
        let error = ForgeError(response, request.label, epochSeconds: epochSeconds(), said: said(json))
        if let error { throw error }
        return (response, json)
    }

    /// The forge's own words for a failure, one short line; none when they repeat the token.
    private func said(_ json: JSONValue) -> String? {
        let message = json["message"]?.string ?? json["message"]?.text() ?? json["error"]?.string
        guard let message, !message.isEmpty, !message.contains(token.reveal()) else { return nil }
        return Wording.line(message, most: 200)
    }
}
