internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Reports

/// `mooring watch status`
struct WatchStatusCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows what a running daemon follows: what is live, what is held, what waits.",
        discussion: "With --json it prints what the daemon answers at /api/status.")

    @Argument(
        help: ArgumentHelp("One repository, or one environment of it as REPOSITORY/ENVIRONMENT.", valueName: "place"))
    var place: String?

    @OptionGroup var client: WatchClientOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if let place, place.hasSuffix(".yaml") || place.hasSuffix(".yml") {
            throw ValidationError(
                "'\(place)' is no repository and no environment; name the watch file by '-f \(shellFile(place))'.")
        }
    }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let document = try await WatchClient(client, session).status()
        if let place, let problem = WatchClient.problem(with: place, in: document) { throw Failure(problem) }
        return Answer(
            text: watchStatusText(document, only: place, advice: .daemon(options: client.text), session.style),
            document: document)
    }
}
