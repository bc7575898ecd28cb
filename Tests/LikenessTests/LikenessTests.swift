import Testing

/// Where our client differs from the official one, and why.
struct Difference {
    let operation: String
    /// The official client's first line that differs, and ours.
    let theirs: String
    let ours: String
    let reason: String
}

@Suite struct LikenessTests {
    static let differences = [
        Difference(
            operation: "DSSAPIService.get_package_summary, marks",
            theirs: "GET /projects/CHURN/apiservices/scoring/packages/a+b&c=d;e:f@g/summary",
            ours: "GET /projects/CHURN/apiservices/scoring/packages/a%2Bb%26c%3Dd%3Be%3Af%40g/summary",
            reason: "an id is one segment, and a proxy on the way may read the marks otherwise"),
        Difference(
            operation: "DSSAPIService.get_package_summary, a slash",
            theirs: "GET /projects/CHURN/apiservices/scoring/packages/a/b/summary",
            ours: "GET /projects/CHURN/apiservices/scoring/packages/a%2Fb/summary",
            reason: "unescaped, an id changes which call it is"),
        Difference(
            operation: "DSSAPIService.get_package_summary, a question",
            theirs: "GET /projects/CHURN/apiservices/scoring/packages/a?b",
            ours: "GET /projects/CHURN/apiservices/scoring/packages/a%3Fb%23c/summary",
            reason: "unescaped, an id ends the path"),
        Difference(
            operation: "DSSAPIService.get_package_summary, an escape",
            theirs: "GET /projects/CHURN/apiservices/scoring/packages/aAb/summary",
            ours: "GET /projects/CHURN/apiservices/scoring/packages/a%2541b/summary",
            reason: "an id with an escape in it is not the id without"),
        Difference(
            operation: "DSSAPIDeployerInfraSettings.save, unusual numbers",
            theirs: #"{"id": "odd", "type": "STATIC", "apiNodes": [], "weights": [1.5, 100000.0, 1e-07, 0, 0.1]}"#,
            ours: #"{"id": "odd", "type": "STATIC", "apiNodes": [], "weights": [1.50, 1E5, 1e-7, -0, 0.1]}"#,
            reason: "what is not ours goes back as it came, to the byte"),
        Difference(
            operation: "a host with a slash at its end",
            theirs: "GET //dip/publicapi/api-deployer/stages",
            ours: "GET /api-deployer/stages",
            reason: "two slashes at the start of a path are another path"),
    ]

    /// The one line that our client adds to each request with a JSON body: the published reference asks for it.
    static let contentType = "Content-Type: application/json"

    @Test func `every recorded operation has its calls`() throws {
        let recordings = try Recordings()
        #expect(recordings.requests.keys.sorted() == (try Operation.all(recordings).map(\.name).sorted()))
    }

    @Test func `our client sends what the official one sends`() async throws {
        let recordings = try Recordings()
        for operation in try Operation.all(recordings) {
            let ours = await operation.requests().map(withoutContentType)
            var theirs = recordings.requests[operation.name] ?? []
            for difference in LikenessTests.differences where difference.operation == operation.name {
                #expect(
                    theirs.contains { $0.split(separator: "\n").contains { $0 == difference.theirs } },
                    "the official client no longer differs: \(difference.reason)")
                theirs = theirs.map { $0.replacing(difference.theirs, with: difference.ours) }
            }
            #expect(ours == theirs, "\(operation.name)")
        }
    }

    @Test func `a JSON body says that it is one, and nothing else has a content type`() async throws {
        for operation in try Operation.all(Recordings()) {
            for request in await operation.requests() {
                let hasBody = request.split(separator: "\n").contains { $0.hasPrefix("{") || $0.hasPrefix("[") }
                #expect(request.contains(LikenessTests.contentType) == hasBody, "\(request)")
            }
        }
    }

    private func withoutContentType(_ request: String) -> String {
        request.replacing("\n\(LikenessTests.contentType)", with: "")
    }
}
