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
        /// Attempts by route; those of a request without one are not among them.
        package var routes: [Route: Int] = [:]

        package init() {}
    }

    /// Requests that are counted together.
    package struct Route: Hashable, Sendable {
        package let method: HTTPMethod
        /// As `/projects/{}/apiservices/{}/settings`.
        package let path: String
        /// `200`; without an answer the failure, as `timeout`.
        package let result: String

        package init(method: HTTPMethod, path: String, result: String) {
            self.method = method
            self.path = path
            self.result = result
        }
    }

    private let state = Mutex(Snapshot())

    package init() {}

    package var snapshot: Snapshot { state.withLock { $0 } }

    /// Adds one attempt.
    package func add(_ record: RequestRecord, bytesOut: Int) {
        let (result, kind) =
            switch record.outcome {
            case .status(let status): (String(status), "\(status / 100)xx")
            case .failure(let kind): (kind.rawValue, kind.rawValue)
            }
        let route = record.route.map { Route(method: record.method, path: $0, result: result) }
        state.withLock { counts in
            counts.requests += 1
            counts.retries += record.attempt > 1 ? 1 : 0
            counts.bytesIn += record.bytesIn
            counts.bytesOut += bytesOut
            counts.milliseconds += record.milliseconds
            counts.counts["\(record.method.rawValue) \(kind)", default: 0] += 1
            if let route { counts.routes[route, default: 0] += 1 }
        }
    }
}
