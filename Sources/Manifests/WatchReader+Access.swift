internal import Diagnostics
internal import JSON
internal import Resources
internal import YAML

extension WatchReader {
    private static let ways = ["token", "sshKey", "sshAgent"]

    /// How the daemon proves itself, checked against the form of the repository's URL.
    mutating func credentials(
        _ value: DeclaredValue?, _ node: YAMLNode?, _ url: RepositoryURL, _ repository: YAMLNode
    ) -> GitCredentials {
        guard let node, let value else {
            if url.transport == .ssh {
                fields.error(
                    repository["url"] ?? repository, "missing-field", "the repository lacks 'credentials'",
                    hint: "Over SSH the daemon needs a key: write credentials: {sshKey: PATH}, or {sshAgent: true}.")
            }
            return .none
        }
        let named = (node.mapping ?? []).filter { WatchReader.ways.contains($0.name) }
        guard let way = named.first, named.count == 1 else {
            if node.mapping != nil {
                fields.error(
                    named.dropFirst().first?.key ?? node, "bad-credentials",
                    "'credentials' must name one of token, sshKey and sshAgent")
            }
            return .none
        }
        check(way, node, url)
        let user = value["user"]?.string ?? url.user ?? "git"
        let hosts = value["knownHosts"]?.string
        switch way.name {
        case "token":
            if url.transport == .http {
                fields.warning(
                    way.key, "token-in-clear", "the token is sent over http://: anyone on the way can read it",
                    hint: "Write https://.")
            }
            return value["token"]?.secret.map { .token(user: user, $0) } ?? .none
        case "sshKey":
            guard let path = value["sshKey"]?.string else { return .none }
            return .sshKey(path: path, passphrase: value["passphrase"]?.secret, user: user, knownHosts: hosts)
        default:
            if value["sshAgent"]?.bool == false {
                fields.error(
                    way.value, "bad-credentials", "'sshAgent' is true or left out", hint: "Name a key by 'sshKey'.")
            }
            return .sshAgent(user: user, knownHosts: hosts)
        }
    }

    /// What does not belong to the way or to the URL would be passed over, and somebody relied on it.
    private mutating func check(_ way: YAMLNode.Member, _ node: YAMLNode, _ url: RepositoryURL) {
        let isToken = way.name == "token"
        let transports: [RepositoryURL.Transport] = isToken ? [.https, .http] : [.ssh]
        if !transports.contains(url.transport) {
            fields.error(
                way.key, "bad-credentials",
                "'\(way.name)' is for a 'url' \(isToken ? "that begins with https://" : "of SSH")",
                hint: url.transport == .path ? "A path on this machine needs none." : nil)
        }
        for name in ["passphrase", "knownHosts"] where name == "passphrase" ? way.name != "sshKey" : isToken {
            guard let member = node.mapping?.first(where: { $0.name == name }) else { continue }
            fields.error(
                member.key, "field-without-use", "'\(name)' belongs to \(name == "passphrase" ? "'sshKey'" : "SSH")")
        }
    }

    /// The APIs of the services that everybody means by their names.
    private static let publicAPIs: [ForgeSettings.Provider: (host: String, api: String)] = [
        .github: ("github.com", "https://api.github.com"), .gitlab: ("gitlab.com", "https://gitlab.com/api/v4"),
    ]

    mutating func forge(_ value: DeclaredValue?, _ node: YAMLNode?, _ url: RepositoryURL) -> ForgeSettings? {
        guard let node, let value, let token = value["token"]?.secret,
            let provider = (value["provider"]?.string).flatMap(ForgeSettings.Provider.init(rawValue:))
        else { return nil }
        var api: String?
        if let place = node["api"] {
            guard let text = value["api"]?.string else { return nil }
            api = webURL(text, place, "'api'", example: "https://git.example.com/api/v1")
            if api?.lowercased().hasPrefix("http://") == true {
                fields.warning(
                    place, "token-in-clear", "the token is sent over http://: anyone on the way can read it",
                    hint: "Write https://.")
            }
        } else if let known = WatchReader.publicAPIs[provider], url.host == known.host || url.host.isEmpty {
            api = known.api
        } else {
            // Its own server's token is none of the public service's business.
            fields.error(
                node, "missing-field", "'forge' lacks 'api'",
                hint:
                    "Say where the API of \(url.host.isEmpty ? "the server" : url.host) lies, as https://git.example.com/api/v1."
            )
        }
        guard let api else { return nil }
        let name = value["repository"]?.string ?? (url.transport == .path ? "" : url.path)
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.count == 2 || provider == .gitlab, !parts.contains(where: \.isEmpty) else {
            fields.error(
                node["repository"] ?? node, node["repository"] == nil ? "missing-field" : "bad-repository",
                node["repository"] == nil
                    ? "'forge' lacks 'repository'" : "'repository' must be owner and name, not '\(name)'",
                hint: "Write it as ml/churn.")
            return nil
        }
        return ForgeSettings(
            provider: provider, api: api, repository: name, token: token,
            pullRequests: value["pullRequests"]?.bool ?? true)
    }
}
