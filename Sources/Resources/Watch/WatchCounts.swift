/// What the daemon counted since it started, for `/metrics`.
package struct WatchCounts: Hashable, Sendable {
    /// Counts of durations by upper bounds in seconds.
    package struct Histogram: Hashable, Sendable {
        /// Sorted; above the last one there is one more count.
        package let bounds: [Double]
        package private(set) var counts: [Int]
        package private(set) var sum: Double

        package init(bounds: [Double]) {
            self.bounds = bounds
            counts = Array(repeating: 0, count: bounds.count + 1)
            sum = 0
        }

        package mutating func add(_ seconds: Double) {
            counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
            sum += seconds
        }

        package var total: Int { counts.reduce(0, +) }
    }

    package static let reconcileBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800]

    package struct Place: Hashable, Sendable {
        /// From the first reading to the last record.
        package var reconciles = Histogram(bounds: WatchCounts.reconcileBounds)
        /// From a commit's own time to when it was live.
        package var commitToLive = Histogram(bounds: WatchCounts.reconcileBounds)
        /// By result: `applied`, `nothing`, `failed`, `rolled-back`, `held`, …
        package var results: [String: Int] = [:]

        package init() {}
    }

    package struct Repository: Hashable, Sendable {
        package var lookUps = 0
        package var failedLookUps = 0
        package var fetches = 0

        package init() {}
    }

    package struct Request: Hashable, Sendable, Comparable {
        /// `GET`, and the route with its names left out: `/api-deployer/deployments/{}/settings`.
        package let method: String
        package let route: String
        /// `200`, or the failure, as `timeout`.
        package let status: String

        package init(method: String, route: String, status: String) {
            self.method = method
            self.route = route
            self.status = status
        }

        package static func < (left: Request, right: Request) -> Bool {
            (left.route, left.method, left.status) < (right.route, right.method, right.status)
        }
    }

    package var places: [WatchPlace: Place] = [:]
    package var repositories: [String: Repository] = [:]
    package var requests: [Request: Int] = [:]
    /// By route's name and result: `sent`, `failed`, `dropped`.
    package var notifications: [String: [String: Int]] = [:]

    package init() {}
}
