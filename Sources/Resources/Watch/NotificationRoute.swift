/// Where news goes, and which.
package struct NotificationRoute: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        /// JSON by POST, signed when there is a secret: `X-Mooring-Signature`.
        case webhook(url: SecretReference, secret: SecretReference?)
        /// An incoming webhook's URL, which is a secret itself.
        case slack(url: SecretReference)
        case teams(url: SecretReference)
        case email(EmailSettings)
    }

    /// As logs and metrics tell it.
    package let name: String
    package let target: Target
    /// What it is told of.
    package let events: Set<WatchEvent>
    /// Globs of `REPOSITORY/ENVIRONMENT`; empty: all.
    package let places: [String]

    package init(name: String, target: Target, events: Set<WatchEvent>, places: [String] = []) {
        self.name = name
        self.target = target
        self.events = events
        self.places = places
    }

    package var secrets: [SecretReference] {
        switch target {
        case .webhook(let url, let secret): [url] + (secret.map { [$0] } ?? [])
        case .slack(let url), .teams(let url): [url]
        case .email(let settings): settings.password.map { [$0] } ?? []
        }
    }
}

/// A mail server, and to whom it carries.
package struct EmailSettings: Hashable, Sendable {
    /// `smtp://host:587` (with STARTTLS, required unless the host is this machine) or `smtps://host:465`.
    package let server: String
    package let user: String?
    package let password: SecretReference?
    package let from: String
    package let to: [String]
    package let caFile: String?

    package init(
        server: String, user: String? = nil, password: SecretReference? = nil, from: String, to: [String],
        caFile: String? = nil
    ) {
        self.server = server
        self.user = user
        self.password = password
        self.from = from
        self.to = to
        self.caFile = caFile
    }
}

/// What people are told of.
package enum WatchEvent: String, Hashable, Sendable, CaseIterable {
    /// A commit was applied.
    case applied
    /// Something failed and is tried again, or git or DSS cannot be reached.
    case failure
    /// What failed works again.
    case recovery
    /// Live changed by itself.
    case drift
    /// A commit is not applied until a newer one comes or somebody says so.
    case held
    case approvalNeeded = "approval-needed"
}
