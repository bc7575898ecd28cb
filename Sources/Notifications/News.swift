package import Resources

/// One thing that people should know. No secret is in it.
package struct News: Hashable, Sendable {
    package let event: WatchEvent
    package let place: WatchPlace
    package let revision: CommitStamp?
    /// One line, as `churn/prod: commit 1a2b3c4d5e is held`.
    package let title: String
    /// What more there is to say, a line each.
    package let lines: [String]
    /// Where the page tells more.
    package let link: String?
    /// Who acted, where somebody did.
    package let actor: String?
    /// What it is about: the same news of the same subject is told once, until something else is told of it.
    package let subject: String
    /// In milliseconds since 1970 (UTC).
    package let time: Int
    /// Whether it is for the states of commits alone: nobody waits to hear of it.
    package let isQuiet: Bool

    /// The subject of news of deployments that are not well, or are again; more of them are other news.
    package static let health = "health"

    package init(
        event: WatchEvent, place: WatchPlace, revision: CommitStamp?, title: String, lines: [String] = [],
        link: String? = nil, actor: String? = nil, subject: String, time: Int, isQuiet: Bool = false
    ) {
        self.event = event
        self.place = place
        self.revision = revision
        self.title = title
        self.lines = lines
        self.link = link
        self.actor = actor
        self.subject = subject
        self.time = time
        self.isQuiet = isQuiet
    }
}
