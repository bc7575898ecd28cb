import HTTP
import TestSupport
import Testing

@Suite struct CurlTransportTests {
    let transport = CurlTransport()

    @Test func `gets and puts`() async throws {
        let server = try LoopbackServer { .text("\($0.method) \($0.target)", headers: [("X-Kind", "a b ")]) }
        let got = try await transport.send(HTTPRequest(.get, "\(server.url)/a%2Fb?c=d"))
        #expect(got.status == 200)
        #expect(String(decoding: got.body, as: UTF8.self) == "GET /a%2Fb?c=d")
        #expect(got.headers == [HTTPHeader("Content-Length", "14"), HTTPHeader("X-Kind", "a b")])
        let put = try await transport.send(
            HTTPRequest(
                .put, "\(server.url)/x", headers: [HTTPHeader("Content-Type", "application/json")],
                body: .bytes(Array("{}".utf8))))
        #expect(String(decoding: put.body, as: UTF8.self) == "PUT /x")
        #expect(server.requests[1].bodyText == "{}")
    }
}
