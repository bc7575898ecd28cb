import HTTP
import JSON
import TestSupport

/// Changes the bodies of requests and answers that pass through it.
struct TamperingTransport: Transport {
    let base: any Transport
    /// May change a request, or answer it itself.
    var request: @Sendable (inout HTTPRequest) -> HTTPResponse? = { _ in nil }
    var answer: @Sendable (HTTPRequest, inout HTTPResponse) -> Void = { _, _ in }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var request = request
        if let response = self.request(&request) { return response }
        var response = try await base.send(request)
        answer(request, &response)
        return response
    }
}

extension HTTPRequest {
    /// The body, where it is JSON.
    var json: JSONValue? {
        guard case .bytes(let bytes) = body else { return nil }
        return try? JSONValue(parsing: bytes)
    }
}
