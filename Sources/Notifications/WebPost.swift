internal import Files
internal import HTTP
internal import JSON
internal import Resources

/// Sends one JSON document to an address that is a secret.
struct WebPost: Sendable {
    /// Nobody answers a notification with more than a few words.
    private static let longestAnswer = 64 << 10

    let transport: any Transport
    let settings: OutboxSettings

    /// `explain` reads the answer of a refusal; what it returns is told, so it must not be able to hold a secret.
    func send(
        _ body: [UInt8], to url: Secret, headers: [HTTPHeader] = [], explain: (HTTPResponse) -> String? = { _ in nil }
    ) async throws(DeliveryFailure) {
        let request = HTTPRequest(
            .post, url.reveal(), headers: [HTTPHeader("Content-Type", "application/json")] + headers,
            body: .bytes(body), timeout: settings.timeout, maximumBodyBytes: WebPost.longestAnswer,
            label: "POST (notification)")
        let response: HTTPResponse
        do throws(HTTPError) { response = try await transport.send(request) } catch { throw DeliveryFailure(error) }
        let seconds = settings.clock.epochSeconds()
        if let failure = DeliveryFailure(response, epochSeconds: seconds, says: explain(response)) { throw failure }
    }
}

/// How carriers get at secrets.
typealias SecretSource = @Sendable (SecretReference) async throws(FileError) -> Secret

/// The secret that a reference stands for.
func resolved(_ reference: SecretReference, _ source: SecretSource) async throws(DeliveryFailure) -> Secret {
    do throws(FileError) { return try await source(reference) } catch { throw DeliveryFailure(error) }
}
