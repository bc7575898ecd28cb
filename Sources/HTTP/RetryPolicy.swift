/// How often and how long to try again.
package struct RetryPolicy: Hashable, Sendable {
    /// Attempts of one request, the first included.
    package var maximumAttempts: Int
    /// The jitter's range after the first attempt; it doubles with each further one.
    package var base: Duration
    /// The longest range of the jitter.
    package var ceiling: Duration
    /// A server that asks for a longer pause gets none: its answer is handed on.
    package var maximumRetryAfter: Duration
    /// Retries that a run may make besides its share, so that a short run can bear a fault.
    package var budgetReserve: Int
    /// One retry more for each so many requests: a node that fails for all gets at most a fifth more of them.
    package var requestsPerRetry: Int

    package init(
        maximumAttempts: Int = 4, base: Duration = .milliseconds(250), ceiling: Duration = .seconds(30),
        maximumRetryAfter: Duration = .seconds(60), budgetReserve: Int = 10, requestsPerRetry: Int = 5
    ) {
        precondition(maximumAttempts > 0 && requestsPerRetry > 0, "a request has at least one attempt")
        self.maximumAttempts = maximumAttempts
        self.base = base
        self.ceiling = ceiling
        self.maximumRetryAfter = maximumRetryAfter
        self.budgetReserve = budgetReserve
        self.requestsPerRetry = requestsPerRetry
    }

    /// Returns how long to wait before retry number `attempt` (0-based).
    ///
    /// Full jitter: uniform in `0...min(ceiling, 2^attempt * base)`, in whole microseconds.
    package func backoff(attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        // 2^20 quarter seconds are three days; no ceiling lies beyond, and nothing overflows below.
        let range = min(ceiling, base * (1 << min(max(attempt, 0), 20)))
        let microseconds = range / .microseconds(1)
        return .microseconds(Int64.random(in: 0...max(0, Int64(microseconds)), using: &generator))
    }
}

/// What may follow an attempt that did not succeed.
enum RetryVerdict: Equatable {
    /// The answer stands, or another attempt could do harm.
    case final
    case retry
    /// The server named the pause.
    case retryAfter(Duration)

    /// Judges an answer.
    ///
    /// - 429 says that the request was refused before it was looked at: any method may come again.
    /// - 503 says so only together with `Retry-After`. DSS and the proxies before it also send it bare when a back
    ///   end dies in the middle of a request (inferred), so a bare one counts as 502 and 504 do.
    /// - 502 and 504 come from a proxy that passed the request on: it may have been carried out.
    init(_ response: HTTPResponse, to request: HTTPRequest, epochSeconds: Int) {
        let pause = RetryAfter.parse(response.headers["Retry-After"], epochSeconds: epochSeconds)
        switch response.status {
        case 429: self = pause.map { .retryAfter($0) } ?? .retry
        case 503:
            if let pause { self = .retryAfter(pause) } else { self = request.isReplayable ? .retry : .final }
        case 502, 504: self = request.isReplayable ? .retry : .final
        default: self = .final
        }
    }

    /// Judges a failure: what was never sent may come again, what may have arrived only when that does no harm.
    init(_ error: HTTPError, of request: HTTPRequest) {
        switch error.kind {
        case .unreachable: self = .retry
        case .timeout, .connectionLost: self = request.isReplayable ? .retry : .final
        case .tls, .bodyTooLarge, .invalidRequest, .file, .cancelled: self = .final
        }
    }
}
