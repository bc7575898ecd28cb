package import Files
package import HTTP
package import Resources

/// Takes news at once and tells them by and by, to each route what it asked for.
///
/// - Nobody who posts waits: each route has a bounded queue and a lane of its own, so a slow one delays no other.
/// - News of a subject are told once, until there are other news of it; what works again is told only where it was said to
///   have failed, or to drift.
/// - What cannot be delivered is tried again with growing pauses, and given up in the end. The first failure of a route is
///   logged, and then nothing until it works again. No URL, token or password is in a log line or a count.
package final class Outbox: Sendable {
    private let told: [Lane]
    /// The states of commits.
    private let states: [Lane]
    private let file: ToldFile?
    private let settings: OutboxSettings

    /// - Parameters:
    ///   - forges: Where the states of commits are written, by the name of the repository; counted as `forge:NAME`.
    ///   - folder: What a mail server's `caFile` is relative to: the folder of the watch file.
    ///   - path: Where it is kept what was told; without it a restart may tell some of it again.
    ///   - transport: Should neither retry nor follow redirects: the lanes do the former.
    ///   - log: Is called with single lines, without a line break.
    package init(
        _ routes: [NotificationRoute], forges: [String: ForgeSettings] = [:], folder: String = "", path: String? = nil,
        secret: @escaping @Sendable (SecretReference) async throws(FileError) -> Secret, transport: any Transport,
        mail: any MailTransport = CurlMailTransport(), settings: OutboxSettings = OutboxSettings(),
        log: @escaping @Sendable (String) -> Void
    ) {
        let file = path.map { ToldFile($0, log: log) }
        let post = WebPost(transport: transport, settings: settings)
        told = routes.map { route in
            let carrier: any Carrier =
                switch route.target {
                case .webhook(let url, let key): WebhookCarrier(url: url, key: key, secret: secret, post: post)
                case .slack(let url): SlackCarrier(url: url, secret: secret, post: post)
                case .teams(let url): TeamsCarrier(url: url, secret: secret, post: post)
                case .email(let mailing):
                    MailCarrier(mailing, folder: folder, secret: secret, transport: mail, settings: settings)
                }
            return Lane(
                route.name, carrier, settings: settings, file: file, log: log, events: route.events,
                places: route.places)
        }
        states = forges.sorted { $0.key < $1.key }.map { repository, forge in
            Lane(
                "forge:\(repository)",
                StatusCarrier(forge: forge, secret: secret, transport: transport, settings: settings),
                settings: settings, file: file, log: log, events: StatusCarrier.events, places: ["\(repository)/*"])
        }
        self.file = file
        self.settings = settings
    }

    /// Takes news; returns at once.
    package func post(_ news: News) {
        for lane in news.isQuiet ? states : lanes { lane.take(news) }
    }

    private var lanes: [Lane] { told + states }

    /// How many news each route got (`sent`), did not get after all attempts (`failed`), and lost to a full queue or to the
    /// end of the program (`dropped`).
    package var counts: [String: [String: Int]] {
        Dictionary(lanes.map { ($0.name, $0.counts) }) { first, _ in first }
    }

    /// Delivers until its task is cancelled; then what waits is delivered still, for as long as `settings.farewell` says.
    package func run() async {
        let work = lanes.map { lane in Task { await lane.work() } }
        await cancellation()
        for lane in lanes { lane.close() }
        let settings = settings
        let end = Task {
            guard (try? await settings.clock.sleep(settings.farewell)) != nil else { return }
            for task in work { task.cancel() }
        }
        for task in work { await task.value }
        end.cancel()
        await file?.flush()
    }

    /// Returns when the current task is cancelled.
    private func cancellation() async {
        let (never, continuation) = AsyncStream<Never>.makeStream()
        for await _ in never {}
        continuation.finish()
    }
}
