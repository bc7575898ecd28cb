import HTTP
import Testing

extension Transport {
    /// The error of a request that must fail.
    func failure(of request: HTTPRequest) async -> HTTPError? {
        do throws(HTTPError) {
            let response = try await send(request)
            Issue.record("answered with \(response.status)")
            return nil
        } catch { return error }
    }
}
