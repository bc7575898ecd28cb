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

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let document = try await WatchClient(client, session).status()
        if let place, !WatchStatusCommand.places(in: document).contains(place) {
            let places = WatchStatusCommand.places(in: document)
            throw Failure(
                Diagnostic(
                    .error, "unknown-place", "the daemon does not follow '\(place)'",
                    hint: closest(to: place, among: places).map { "Did you mean '\($0)'?" }
                        ?? "It follows \(places.joined(separator: ", "))."))
        }
        return Answer(text: watchStatusText(document, only: place, session.style), document: document)
    }

    /// Each repository, and each of its environments.
    private static func places(in document: JSONValue) -> [String] {
        (document["repositories"]?.array ?? []).flatMap { repository -> [String] in
            let name = repository["name"]?.string ?? ""
            let environments = repository["environments"]?.array ?? []
            return [name] + environments.map { "\(name)/\($0["name"]?.string ?? "")" }
        }
    }
}
