/// What the daemon follows and what it may do: a file of kind `Watch`, which no commit can change.
package struct Watch: Sendable {
    package var name: String
    /// A folder for mirrors, state and plans, relative to the file.
    package var data: String
    package var listen: ListenAddress
    /// How people reach the page, for links; nil: links are left out. Without a slash at the end.
    package var url: String?
    /// Who may act on the page and by its calls, in the order written; nobody where it is empty.
    package var tokens: [WatchToken]
    /// Which secrets the manifests of all repositories may use; none unless the file allows them.
    package var secrets: SecretPolicy
    /// Where all repositories' state is kept; nil: in a file for each below `data`.
    package var state: StateSettings?
    package var notifications: [NotificationRoute]
    /// In the order written.
    package var repositories: [WatchedRepository]

    package static let defaultInterval = Duration.seconds(30)
    package static let defaultListen = ListenAddress(host: "127.0.0.1", port: 8080)

    package init(
        name: String, data: String, listen: ListenAddress = Watch.defaultListen, url: String? = nil,
        tokens: [WatchToken] = [], secrets: SecretPolicy = SecretPolicy(), state: StateSettings? = nil,
        notifications: [NotificationRoute] = [], repositories: [WatchedRepository]
    ) {
        self.name = name
        self.data = data
        self.listen = listen
        self.url = url
        self.tokens = tokens
        self.secrets = secrets
        self.state = state
        self.notifications = notifications
        self.repositories = repositories
    }

    package func repository(_ name: String) -> WatchedRepository? { repositories.first { $0.name == name } }

    /// The secrets of the daemon itself, each once: what no manifest may use unless it is allowed by name.
    package var ownSecrets: [SecretReference] {
        var seen: Set<SecretReference> = []
        let all =
            tokens.map(\.secret) + (state?.secrets ?? []) + notifications.flatMap(\.secrets)
            + repositories.flatMap(\.secrets)
        return all.filter { seen.insert($0).inserted }
    }
}

/// Where the daemon listens. Port 0 takes a free one.
package struct ListenAddress: Hashable, Sendable {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// A person or a program that may act, and what it proves itself with.
package struct WatchToken: Hashable, Sendable {
    /// As approvals and suspensions tell it.
    package let name: String
    package let secret: SecretReference

    package init(name: String, secret: SecretReference) {
        self.name = name
        self.secret = secret
    }
}
