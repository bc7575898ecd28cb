internal import Files
internal import HTTP
internal import Resources
internal import Synchronization

/// One route at work: a queue, and one delivery after the other. No lane waits for another.
final class Lane: Sendable {
    private struct State {
        /// Of each subject what was taken last, delivered or on its way.
        var taken: Told
        /// Of each subject what was delivered last: what a restart may know.
        var delivered: Told
        var waiting = 0
        var isFailing = false
        var sent = 0
        var failed = 0
        var dropped = 0
    }

    let name: String
    private let carrier: any Carrier
    private let events: Set<WatchEvent>
    private let places: [Glob]
    private let settings: OutboxSettings
    private let file: ToldFile?
    private let log: @Sendable (String) -> Void
    private let stream: AsyncStream<News>
    private let queue: AsyncStream<News>.Continuation
    private let state: Mutex<State>

    init(
        _ name: String, _ carrier: any Carrier, settings: OutboxSettings, file: ToldFile?,
        log: @escaping @Sendable (String) -> Void, events: Set<WatchEvent>, places: [String]
    ) {
        self.name = name
        self.carrier = carrier
        self.settings = settings
        self.file = file
        self.log = log
        self.events = events
        self.places = places.map { Glob($0) }
        (stream, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(settings.longestQueue))
        let told = file?.told(name) ?? Told()
        state = Mutex(State(taken: told, delivered: told))
    }

    var counts: [String: Int] {
        state.withLock { ["sent": $0.sent, "failed": $0.failed, "dropped": $0.dropped] }
    }

    /// Takes news unless they were told already; never waits.
    func take(_ news: News) {
        let isHere = places.isEmpty || places.contains { $0.matches(news.place.description) }
        let wanted = isHere && events.contains(news.event)
        let isNew = state.withLock { state in
            let before = state.taken[news.key]
            if let before, before.says(news.entry) { return false }
            // What was never said to have failed need not be said to work again.
            if news.event == .recovery, !(before.map { $0.event.isTrouble && events.contains($0.event) } ?? false) {
                return false
            }
            state.taken[news.key] = news.entry
            if wanted { state.waiting += 1 }
            return true
        }
        guard isNew else { return }
        guard wanted else { return remember(news) }
        switch queue.yield(news) {
        case .enqueued: break
        case .dropped(let oldest): lose(oldest) { $0.dropped += 1 }
        case .terminated: lose(news) { $0.dropped += 1 }
        @unknown default: break
        }
    }

    /// Takes no more; `work` ends when the queue is empty.
    func close() { queue.finish() }

    /// Delivers until the lane is closed and empty, or its task is cancelled.
    func work() async {
        for await news in stream {
            // A stream gives what waits in it to a cancelled task too.
            if Task.isCancelled { break }
            await deliver(news)
        }
        // What is left when the time to end is over.
        state.withLock { state in
            state.dropped += state.waiting
            state.waiting = 0
        }
    }

    private func deliver(_ news: News) async {
        let parcel = Parcel(news, route: name)
        let clock = settings.clock
        let start = clock.now()
        for attempt in 0..<settings.mostAttempts {
            let failure: DeliveryFailure
            do throws(DeliveryFailure) {
                try await carrier.carry(parcel)
                return arrived(news)
            } catch {
                failure = error
            }
            tell(failure)
            let pause = max(settings.backoff(attempt), failure.pause ?? .zero)
            let left = settings.patience - (clock.now() - start)
            guard failure.isTransient, attempt + 1 < settings.mostAttempts, pause < left,
                (try? await clock.sleep(pause)) != nil
            else { break }
        }
        lose(news) { $0.failed += 1 }
    }

    private func arrived(_ news: News) {
        let wasFailing = state.withLock { state in
            state.waiting -= 1
            state.sent += 1
            defer { state.isFailing = false }
            return state.isFailing
        }
        if wasFailing { log("notifications: '\(name)' gets news again") }
        remember(news)
    }

    private func remember(_ news: News) {
        let told = state.withLock { state in
            state.delivered[news.key] = news.entry
            return state.delivered
        }
        file?.put(told, of: name)
    }

    /// The same news may be told once more, since nobody heard them.
    private func lose(_ news: News, _ count: (inout State) -> Void) {
        state.withLock { state in
            state.waiting -= 1
            count(&state)
            if let taken = state.taken[news.key], taken == news.entry {
                state.taken[news.key] = state.delivered[news.key]
            }
        }
    }

    /// Once, until something arrives again.
    private func tell(_ failure: DeliveryFailure) {
        let isFirst = state.withLock { state in
            defer { state.isFailing = true }
            return !state.isFailing
        }
        guard isFirst else { return }
        let next = failure.isTransient ? "it is tried again" : "these news are given up"
        log("notifications: '\(name)' cannot be told: \(failure.words); \(next)")
    }
}

extension WatchEvent {
    /// Whether a recovery ends it.
    fileprivate var isTrouble: Bool { self == .failure || self == .drift }
}
