internal import Synchronization

/// Sends requests with libcurl: kept connections, HTTP/2 where a TLS server has it, proxies as the environment says.
///
/// One thread serves all requests; it starts with the first and ends with `shutdown()` or the last reference.
/// Redirects are not followed, `.netrc` is not read. A cancelled task's transfer is broken off.
package final class CurlTransport: Transport {
    private let loop: CurlLoop

    package init(_ configuration: TransportConfiguration = TransportConfiguration()) { loop = CurlLoop(configuration) }

    deinit { loop.stop() }

    /// Ends what is under way as `cancelled`, and the thread; later requests fail.
    package func shutdown() { loop.stop() }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let origin = try check(request)
        let loop = self.loop
        let current = Mutex<Submission>(.none)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let transfer = CurlTransfer(request, origin: origin, continuation: continuation)
                let isCancelled = current.withLock { state in
                    if case .cancelled = state { return true }
                    state = .submitted(transfer)
                    return false
                }
                if isCancelled {
                    transfer.resume(.failure(transfer.error(.cancelled, "the request was cancelled")))
                } else {
                    loop.submit(transfer)
                }
            }
        } onCancel: {
            let transfer = current.withLock { state -> CurlTransfer? in
                defer { state = .cancelled }
                if case .submitted(let transfer) = state { return transfer }
                return nil
            }
            if let transfer { loop.cancel(transfer) }
        }
        return try outcome.get()
    }

    private enum Submission {
        case none
        case submitted(CurlTransfer)
        case cancelled
    }

    /// Returns the origin; refuses what would be read otherwise on the wire than here.
    private func check(_ request: HTTPRequest) throws(HTTPError) -> String {
        func invalid(_ message: String) -> HTTPError { HTTPError(.invalidRequest, message, request: request.label) }
        guard let parts = URLParts(request.url), ["http", "https"].contains(parts.scheme) else {
            throw invalid("the URL must begin with 'http://' or 'https://' and a host")
        }
        guard !parts.hasCredentials else { throw invalid("the URL must not carry a user or password") }
        guard request.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw invalid("the URL has a character that is not escaped")
        }
        for header in request.headers where !header.isValid {
            throw invalid(
                "the header '\(header.name.filter { $0.isASCII && !$0.isWhitespace })' has a forbidden character")
        }
        return parts.origin
    }
}

extension HTTPHeader {
    /// Whether the field is one line: a line break in a value would forge a further field.
    fileprivate var isValid: Bool {
        let separators = Array("()<>@,;:\\\"/[]?={}".utf8)
        return !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !separators.contains($0) }
            && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }
}
