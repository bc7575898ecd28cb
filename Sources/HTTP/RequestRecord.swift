/// One attempt of a request, as a log shows it: never a header, a body or a query.
package struct RequestRecord: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case status(Int)
        case failure(HTTPError.Kind)
    }

    package let label: String
    package let method: HTTPMethod
    /// As on the wire, without the query.
    package let path: String
    package let outcome: Outcome
    /// From the start of the attempt to its end, waiting for the limiter left out.
    package let milliseconds: Int
    /// Bytes of the answer's body.
    package let bytesIn: Int
    /// 1-based.
    package let attempt: Int
    /// The path with its names left out.
    package let route: String?

    package init(
        label: String, method: HTTPMethod, path: String, outcome: Outcome, milliseconds: Int, bytesIn: Int,
        attempt: Int, route: String? = nil
    ) {
        self.label = label
        self.method = method
        self.path = path
        self.outcome = outcome
        self.milliseconds = milliseconds
        self.bytesIn = bytesIn
        self.attempt = attempt
        self.route = route
    }

    /// One line: `GET /dip/publicapi/projects/ 200 12 ms 345 bytes`, with `attempt 2` behind it for a retry.
    package var text: String {
        let result =
            switch outcome {
            case .status(let status): String(status)
            case .failure(let kind): kind.rawValue
            }
        let retry = attempt > 1 ? " attempt \(attempt)" : ""
        return "\(method.rawValue) \(path) \(result) \(milliseconds) ms \(bytesIn) bytes\(retry)"
    }
}
