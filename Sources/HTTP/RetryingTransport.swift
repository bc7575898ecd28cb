internal import Glibc
internal import Synchronization

/// Sends through another transport, again where that is safe, no faster than the server bears, and counts.
///
/// What is safe says `RetryVerdict`. A request is bounded by its attempts; its attempts and pauses together last at
/// most `timeout * maximumAttempts`, waiting for the limiter left out. A run is bounded by a budget of retries.
package final class RetryingTransport: Transport {
    private let base: any Transport
    private let policy: RetryPolicy
    private let limiter: ConcurrencyLimiter?
    private let statistics: RequestStatistics?
    private let clock: RetryClock
    private let generator: Mutex<any RandomNumberGenerator & Sendable>
    private let observe: (@Sendable (RequestRecord) -> Void)?
    /// Requests so far, and retries among them.
    private let budget = Mutex((requests: 0, retries: 0))

    /// - Parameter observe: Called after each attempt, on whatever thread; it should be quick.
    package init(
        _ base: any Transport, policy: RetryPolicy = RetryPolicy(), limiter: ConcurrencyLimiter? = nil,
        statistics: RequestStatistics? = nil, clock: RetryClock = .system,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        observe: (@Sendable (RequestRecord) -> Void)? = nil
    ) {
        self.base = base
        self.policy = policy
        self.limiter = limiter
        self.statistics = statistics
        self.clock = clock
        self.generator = Mutex(generator)
        self.observe = observe
    }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        budget.withLock { $0.requests += 1 }
        var left = request.timeout * policy.maximumAttempts
        for attempt in 1..<policy.maximumAttempts {
            var current = request
            current.timeout = min(request.timeout, left)
            let start = clock.now()
            let (result, waited) = await sendOnce(current, attempt: attempt)
            left -= clock.now() - start - waited
            guard let pause = pause(after: result, of: request, attempt: attempt), pause < left, takesFromBudget()
            else { return try result.get() }
            do { try await clock.sleep(pause) } catch {
                throw Self.cancelled(request)
            }
            left -= pause
        }
        var last = request
        last.timeout = min(request.timeout, left)
        return try await sendOnce(last, attempt: policy.maximumAttempts).result.get()
    }

    /// Sends once, under a permit; `waited` is the time before that was given.
    private func sendOnce(
        _ request: HTTPRequest, attempt: Int
    ) async -> (result: Result<HTTPResponse, HTTPError>, waited: Duration) {
        let asked = clock.now()
        let permit = await limiter?.acquire()
        let start = clock.now()
        if limiter != nil, permit == nil {
            return (.failure(Self.cancelled(request)), start - asked)
        }
        let result: Result<HTTPResponse, HTTPError>
        do throws(HTTPError) { result = .success(try await base.send(request)) } catch { result = .failure(error) }
        if let permit { limiter?.release(permit, Self.load(result)) }
        report(request, result, clock.now() - start, attempt: attempt)
        return (result, start - asked)
    }

    private static func cancelled(_ request: HTTPRequest) -> HTTPError {
        let origin = URLParts(request.url)?.origin ?? ""
        return HTTPError(.cancelled, "the request was cancelled", request: request.label, origin: origin)
    }

    private static func load(_ result: Result<HTTPResponse, HTTPError>) -> ConcurrencyLimiter.Outcome {
        guard case .success(let response) = result else { return .other }
        return switch response.status {
        case 429, 503: .overloaded
        case ..<500: .success
        default: .other
        }
    }

    private func report(
        _ request: HTTPRequest, _ result: Result<HTTPResponse, HTTPError>, _ time: Duration, attempt: Int
    ) {
        guard statistics != nil || observe != nil else { return }
        let outcome: RequestRecord.Outcome
        var bytesIn = 0
        switch result {
        case .success(let response): (outcome, bytesIn) = (.status(response.status), response.bodyBytes)
        case .failure(let error): outcome = .failure(error.kind)
        }
        let record = RequestRecord(
            label: request.label, method: request.method, path: URLParts(request.url).map { String($0.path) } ?? "?",
            outcome: outcome, milliseconds: Int(time / .milliseconds(1)), bytesIn: bytesIn, attempt: attempt,
            route: request.route)
        statistics?.add(record, bytesOut: request.body.byteCount)
        observe?(record)
    }

    /// How long to wait before another attempt; nil when there should be none.
    private func pause(
        after result: Result<HTTPResponse, HTTPError>, of request: HTTPRequest, attempt: Int
    ) -> Duration? {
        let verdict =
            switch result {
            case .success(let response): RetryVerdict(response, to: request, epochSeconds: clock.epochSeconds())
            case .failure(let error): RetryVerdict(error, of: request)
            }
        switch verdict {
        case .final: return nil
        case .retry: return generator.withLock { policy.backoff(attempt: attempt - 1, using: &$0) }
        case .retryAfter(let pause):
            guard pause <= policy.maximumRetryAfter else { return nil }
            // Not all at the same moment.
            return pause + generator.withLock { policy.backoff(attempt: 0, using: &$0) }
        }
    }

    private func takesFromBudget() -> Bool {
        budget.withLock { budget in
            guard budget.retries < policy.budgetReserve + budget.requests / policy.requestsPerRetry else {
                return false
            }
            budget.retries += 1
            return true
        }
    }
}

extension HTTPBody {
    /// What a request sends, the frame of a multipart body left out.
    fileprivate var byteCount: Int {
        switch self {
        case .none: return 0
        case .bytes(let bytes): return bytes.count
        case .multipart(_, _, let path):
            var status = stat()
            return stat(path, &status) == 0 ? Int(status.st_size) : 0
        }
    }
}
