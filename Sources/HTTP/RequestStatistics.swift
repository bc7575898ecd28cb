internal import Synchronization

/// Counts what was sent, over a whole run.
package final class RequestStatistics: Sendable {
    /// The counts at one moment.
    package struct Snapshot: Hashable, Sendable {
        /// Attempts, retries included.
        package var requests = 0
        /// Attempts after the first.
        package var retries = 0
        /// Bytes of answers' bodies.
        package var bytesIn = 0
        /// Bytes of requests' bodies.
        package var bytesOut = 0
        /// The sum of all attempts' times, in milliseconds; more than the run's when they went side by side.
        package var milliseconds = 0
        /// Attempts by method and class of status, as `GET 2xx`; without an answer by the failure, as `GET timeout`.
        package var counts: [String: Int] = [:]

        package init() {}
    }

    private let state = Mutex(Snapshot())

    package init() {}

    package var snapshot: Snapshot { state.withLock { $0 } }

    /// Adds one attempt.
    package func add(_ record: RequestRecord, bytesOut: Int) {
        let result =
            switch record.outcome {
            case .status(let status): "\(status / 100)xx"
            case .failure(let kind): kind.rawValue
            }
        state.withLock { counts in
            counts.requests += 1
            counts.retries += record.attempt > 1 ? 1 : 0
            counts.bytesIn += record.bytesIn
            counts.bytesOut += bytesOut
            counts.milliseconds += record.milliseconds
            counts.counts["\(record.method.rawValue) \(result)", default: 0] += 1
        }
    }
}
