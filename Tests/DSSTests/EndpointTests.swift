import DSS
import Files
import HTTP
import JSON
import Testing

@Suite struct EndpointTests {
    static func headers(_ endpoint: DSSEndpoint, _ call: Call = .listStages) -> String {
        do throws(DSSError) {
            let request = try DSSClient(endpoint: endpoint, transport: Recorder([])).request(for: call)
            return request.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        } catch { return error.message }
    }

    static let credentials: [(DSSCredentials, String)] = [
        (.apiKey(Secret("key")), "Authorization: Basic a2V5Og=="),
        (.apiKey(Secret("")), "Authorization: Basic Og=="),
        (.apiKey(Secret("clé")), "Authorization: Basic Y2zpOg=="),
        (.apiKey(Secret("k€y")), "the API key has a character beyond Latin-1"),
        (.apiKey(Secret("key\n")), "the API key has a line break or another control character"),
        (.internalTicket(Secret("t1")), "X-DKU-APITicket: t1"),
        (.bearerToken(Secret("a.b.c")), "Authorization: Bearer a.b.c"),
        (.bearerToken(Secret("a\r\nX: y")), "the bearer token has a line break or another control character"),
        (.none, ""),
    ]

    @Test(arguments: credentials)
    func `credentials are sent as the official client sends them`(credentials: DSSCredentials, expected: String) {
        #expect(Self.headers(DSSEndpoint(host: "http://h", credentials: credentials)) == expected)
    }

    @Test func `own headers are merged as the official client merges them`() {
        let own = [HTTPHeader("authorization", "mine"), HTTPHeader("X-A", "1")]
        let key = DSSEndpoint(host: "http://h", credentials: .apiKey(Secret("key")), headers: own, proxyUser: "ann")
        #expect(Self.headers(key) == "Authorization: Basic a2V5Og==\nX-DKU-ProxyUser: ann\nX-A: 1")
        let token = DSSEndpoint(host: "http://h", credentials: .bearerToken(Secret("t")), headers: own)
        #expect(Self.headers(token) == "authorization: mine\nX-A: 1")
        let broken = DSSEndpoint(host: "http://h", credentials: .none, headers: [HTTPHeader("X-A", "a\nb")])
        #expect(Self.headers(broken) == "the header 'X-A' has a line break or another control character")
    }

    @Test func `a JSON body says that it is JSON`() {
        let endpoint = DSSEndpoint(host: "http://h", credentials: .none)
        #expect(Self.headers(endpoint, .createService("S")) == "Content-Type: application/json")
        #expect(Self.headers(endpoint, .startUpdate("D")) == "")
    }

    @Test(arguments: [
        ("http://h:11200", "/dip/publicapi", "http://h:11200/dip/publicapi/instance-info", "http://h:11200"),
        ("https://h/dss//", "public/api/", "https://h/dss/public/api/instance-info", "https://h"),
        ("https://user:pass@h:1/x", "/", "https://user:pass@h:1/x/instance-info", "https://h:1"),
        ("h", "", "h/instance-info", "h"),
    ])
    func `the base of URLs is host and base path`(host: String, base: String, url: String, origin: String) throws {
        let endpoint = DSSEndpoint(host: host, basePath: base, credentials: .none)
        let request = try DSSClient(endpoint: endpoint, transport: Recorder([])).request(for: .getInstanceInfo)
        #expect(request.url == url)
        #expect(endpoint.origin == origin)
    }

    @Test(arguments: [
        (Call.createPackage("v1", service: "s", project: "P"), 1800),
        (.publishPackage("v1", service: "s", project: "P"), 1800), (.listPackages(service: "s", project: "P"), 30),
    ])
    func `gives what makes an archive the time for it`(call: Call, seconds: Int) throws {
        let client = DSSClient(
            endpoint: DSSEndpoint(host: "http://h", credentials: .none), transport: Recorder([]))
        #expect(try client.request(for: call).timeout == .seconds(seconds))
    }
}
