import Files
import HTTP
import Notifications
import Resources
import Synchronization
import TestSupport

/// A value that several tasks change.
final class Box<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value { mutex.withLock { $0 } }

    @discardableResult func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        mutex.withLock { body(&$0) }
    }
}

/// Time that passes only while somebody waits for it, and then at once.
final class FakeClock: Sendable {
    private let state = Box((now: Duration.zero, slept: [Duration]()))

    /// What was waited for, in order; the wait for the end of the program is not among it.
    var slept: [Duration] { state.value.slept }

    func clock(farewell: Duration) -> RetryClock {
        RetryClock(
            now: { [state] in state.value.now }, epochSeconds: { 1_790_000_000 },
            sleep: { [state] pause in
                // It must not end before what it waits for.
                if pause == farewell { try await Task.sleep(for: .seconds(3600)) }
                state.change {
                    $0.now += pause
                    $0.slept.append(pause)
                }
            })
    }
}

/// An outbox at work and all that it says.
struct Post {
    let clock = FakeClock()
    let log = Box<[String]>([])
    let outbox: Outbox

    init(
        _ routes: [NotificationRoute], forges: [String: ForgeSettings] = [:], path: String? = nil,
        secrets: [String: String] = [:], transport: any Transport = CurlTransport(),
        mail: any MailTransport = CurlMailTransport(), tune: (inout OutboxSettings) -> Void = { _ in }
    ) {
        var settings = OutboxSettings()
        // As long as nothing else lasts, so that the clock can tell.
        settings.farewell = .seconds(7777)
        settings.clock = clock.clock(farewell: settings.farewell)
        settings.random = { 0.5 }
        tune(&settings)
        outbox = Outbox(
            routes, forges: forges, path: path,
            secret: { reference throws(FileError) in
                guard case .environment(let name) = reference, let text = secrets[name] else {
                    throw FileError.missing("\(reference)")
                }
                return Secret(text)
            }, transport: transport, mail: mail, settings: settings,
            log: { [log] line in log.change { $0.append(line) } })
    }

    /// Tells all that was posted, and ends.
    func finish() async {
        let run = Task { await outbox.run() }
        run.cancel()
        await run.value
    }
}

func news(
    _ event: WatchEvent = .held, _ place: String = "churn/prod", revision: CommitStamp? = .sample,
    title: String = "churn/prod: commit 1a2b3c4d5e is held", lines: [String] = ["unknown field 'modelref'"],
    link: String? = "https://mooring.example.com/r/churn/prod", actor: String? = nil,
    subject: String = "commit", time: Int = 1_790_000_000_250
) -> News {
    let parts = place.split(separator: "/").map { String($0) }
    return News(
        event: event, place: WatchPlace(parts[0], parts[1]), revision: revision, title: title, lines: lines, link: link,
        actor: actor, subject: subject, time: time)
}

extension CommitStamp {
    static let sample = CommitStamp(
        id: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", author: "Ann", subject: "Raise the threshold",
        time: 1_789_999_000_000)

    static func named(_ id: String) -> CommitStamp { CommitStamp(id: id, author: "Ann", subject: "x", time: 0) }
}

extension NotificationRoute {
    static func webhook(
        _ name: String = "hook", url: String = "URL", key: String? = nil,
        events: Set<WatchEvent> = Set(WatchEvent.allCases), places: [String] = []
    ) -> NotificationRoute {
        let target = Target.webhook(url: .environment(url), secret: key.map { .environment($0) })
        return NotificationRoute(name: name, target: target, events: events, places: places)
    }
}

/// A server that records and answers 200.
func recorder() throws -> LoopbackServer { try LoopbackServer { _ in .text("ok") } }
