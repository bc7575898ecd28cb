internal import ArgumentParser
internal import Diagnostics
internal import JSON
internal import Reconciling
internal import Reports
internal import Resources

/// A command that asks a running daemon for something.
protocol WatchActionVerb: Verb {
    static var verb: String { get }
    var place: WatchPlace { get }
    var client: WatchClientOptions { get }
    /// What is sent with it.
    var body: JSONValue { get }
    /// What was agreed to, as a sentence.
    var done: String { get }
}

extension WatchActionVerb {
    var body: JSONValue { [:] }

    func answer(_ session: Session) async throws(Failure) -> Answer {
        try await WatchClient(client, session).act(Self.verb, place, body)
        return Answer(
            text: done + "\n",
            document: [
                "mooring": .string(mooringVersion), "place": .string(place.description), "action": .string(Self.verb),
                "diagnostics": [],
            ])
    }
}

let placeHelp = ArgumentHelp("An environment, as REPOSITORY/ENVIRONMENT.", valueName: "place")

/// What each of them says of the token.
private let tokenWords = "The token that proves who asks is read from the variable MOORING_WATCH_TOKEN."

/// `mooring watch approve`
struct WatchApproveCommand: WatchActionVerb {
    static let verb = "approve"
    static let configuration = CommandConfiguration(
        commandName: verb, abstract: "Has a daemon apply the plan with a digest, and no other.",
        discussion: """
            A newer commit, or a change behind Mooring's back, makes another plan with another digest; 'mooring watch plan' \
            shows the one that waits, with its digest. \(tokenWords)
            """)

    @Argument(help: placeHelp) var place: WatchPlace
    @Argument(help: "The plan's digest, as 'mooring watch plan', the status and the page show it.") var digest: String
    @OptionGroup var client: WatchClientOptions
    @OptionGroup var output: OutputOptions

    var body: JSONValue { ["digest": .string(digest)] }
    var done: String { "Approved: '\(place)' is applied now." }
}

/// `mooring watch suspend`
struct WatchSuspendCommand: WatchActionVerb {
    static let verb = "suspend"
    static let configuration = CommandConfiguration(
        commandName: verb, abstract: "Has a daemon write nothing to an environment for a while.",
        discussion: "Plans are made and shown all the same. What is under way is finished. \(tokenWords)")

    @Argument(help: placeHelp) var place: WatchPlace
    @Option(help: ArgumentHelp("Why, for those who see it.", valueName: "text")) var reason: String
    @Option(
        help: ArgumentHelp(
            "Until when: a time in UTC as 2026-12-24T18:00, or from now as 4h. Default: until it is resumed.",
            valueName: "time"))
    var until: Until?
    @OptionGroup var client: WatchClientOptions
    @OptionGroup var output: OutputOptions

    var body: JSONValue {
        ["reason": .string(reason), "until": until.map { .number(JSONNumber($0.milliseconds)) } ?? .null]
    }
    var done: String {
        "Suspended '\(place)'\(until.map { " until \(Instant.short($0.milliseconds))" } ?? "")."
    }

    mutating func validate() throws {
        if reason.isEmpty { throw ValidationError("'--reason' says why, in a few words.") }
    }
}

/// What a daemon is asked for with nothing but a place.
protocol WatchDeed {
    static var verb: String { get }
    static var abstract: String { get }
    /// What was agreed to, as a sentence.
    static func done(_ place: WatchPlace) -> String
}

/// `mooring watch resume`, and the others that take a place alone.
struct WatchDeedCommand<Deed: WatchDeed>: WatchActionVerb {
    static var verb: String { Deed.verb }
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: verb, abstract: Deed.abstract, discussion: tokenWords)
    }

    @Argument(help: placeHelp) var place: WatchPlace
    @OptionGroup var client: WatchClientOptions
    @OptionGroup var output: OutputOptions

    var done: String { Deed.done(place) }
}

enum ResumeDeed: WatchDeed {
    static let verb = "resume"
    static let abstract = "Ends a suspension."
    static func done(_ place: WatchPlace) -> String { "Resumed '\(place)'." }
}

enum RetryDeed: WatchDeed {
    static let verb = "retry"
    static let abstract = "Has a daemon try a held commit once more, at once."
    static func done(_ place: WatchPlace) -> String { "'\(place)' is tried again." }
}

enum SyncDeed: WatchDeed {
    static let verb = "sync"
    static let abstract = "Has a daemon look at git and at the nodes at once."
    static func done(_ place: WatchPlace) -> String { "'\(place)' is looked at now." }
}

enum HealDeed: WatchDeed {
    static let verb = "heal"
    static let abstract = "Has a daemon put back once what drifted."
    static func done(_ place: WatchPlace) -> String { "What drifted in '\(place)' is put back now." }
}

/// A moment that somebody names.
struct Until: ExpressibleByArgument {
    /// Since 1970 (UTC).
    let milliseconds: Int

    init?(argument: String) {
        let text = argument.hasSuffix("Z") ? String(argument.dropLast()) : argument
        if let wall = WallTime(text) {
            milliseconds = wall.seconds * 1000
        } else if let duration = Duration(text: argument) {
            milliseconds = Timekeeper.system.wallMilliseconds() + Int(duration / .milliseconds(1))
        } else {
            return nil
        }
    }
}
