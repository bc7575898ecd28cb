import Synchronization

/// The calls of webhooks that were taken, so that none is taken twice. Only calls that proved themselves are kept.
final class SeenCalls: Sendable {
    private struct Book {
        var times: [[UInt8]: Duration] = [:]
        /// In the order in which they came.
        var order: [[UInt8]] = []
        /// Where the oldest in `order` stands.
        var first = 0
    }

    /// A call that comes again after a day asks for one look-up, no more.
    static let longestMemory = Duration.seconds(86_400)
    /// At the rate that is let through, the busiest forge sends fewer in a day; each takes some 100 bytes.
    static let most = 8192

    private let book = Mutex(Book())
    private let now: @Sendable () -> Duration

    init(now: @escaping @Sendable () -> Duration) { self.now = now }

    /// Whether it is the first time; if so, it is remembered.
    func take(_ code: [UInt8]) -> Bool {
        let time = now()
        return book.withLock { book in
            while book.first < book.order.count {
                let oldest = book.order[book.first]
                let isOver = book.times[oldest].map { time - $0 >= SeenCalls.longestMemory } ?? true
                guard isOver || book.order.count - book.first >= SeenCalls.most else { break }
                book.times[oldest] = nil
                book.first += 1
            }
            if book.first >= SeenCalls.most {
                book.order.removeFirst(book.first)
                book.first = 0
            }
            guard book.times[code] == nil else { return false }
            book.times[code] = time
            book.order.append(code)
            return true
        }
    }
}
