import Glibc
import Diagnostics
import HTTP
import TestSupport
import Testing

@Suite struct CurlTransportTests {
    let transport = CurlTransport()

    func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `gives status, headers and body as they came`() async throws {
        let server = try LoopbackServer {
            .text("\($0.method) \($0.target)", status: 418, headers: [("X-Kind", "a b ")])
        }
        let got = try await transport.send(HTTPRequest(.get, "\(server.url)/a%2Fb/../c//?c=d+e"))
        #expect(got.status == 418)
        #expect(text(got) == "GET /a%2Fb/../c//?c=d+e")
        #expect(got.bodyBytes == 23)
        #expect(got.headers == [HTTPHeader("Content-Length", "23"), HTTPHeader("X-Kind", "a b")])
    }

    @Test(arguments: [
        (HTTPMethod.get, HTTPBody.none, ""),
        (.post, .none, "Content-Length: 0\r\n"), (.put, .none, "Content-Length: 0\r\n"),
        (.delete, .none, "Content-Length: 0\r\n"),
        (.post, .bytes(Array("{}".utf8)), "Content-Length: 2\r\n"),
        (.put, .bytes(Array("[]".utf8)), "Content-Length: 2\r\n"),
        (.delete, .bytes(Array("[1]".utf8)), "Content-Length: 3\r\n"),
        (.put, .bytes([]), "Content-Length: 0\r\n"),
    ])
    func `sends exactly these headers`(method: HTTPMethod, body: HTTPBody, length: String) async throws {
        let server = try LoopbackServer { _ in .text("") }
        let headers = [HTTPHeader("Authorization", "Basic x"), HTTPHeader("X-Empty", "")]
        _ = try await transport.send(HTTPRequest(method, "\(server.url)/x", headers: headers, body: body))
        let request = try #require(server.requests.first)
        #expect(
            request.head
                == "\(method.rawValue) /x HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nUser-Agent: mooring\r\n"
                + "Accept: */*\r\nAccept-Encoding: gzip, deflate\r\nAuthorization: Basic x\r\nX-Empty:\r\n\(length)")
        if case .bytes(let bytes) = body { #expect(request.body == bytes) } else { #expect(request.body.isEmpty) }
    }

    @Test func `sends a long body at once, with the content type that it was given`() async throws {
        let server = try LoopbackServer { .text("\($0.body.count)") }
        let body = [UInt8](repeating: 7, count: 3 << 20)
        let response = try await transport.send(
            HTTPRequest(.put, server.url, headers: [HTTPHeader("content-type", "application/json")], body: .bytes(body))
        )
        #expect(text(response) == "\(3 << 20)")
        #expect(server.requests.first?["Expect"] == nil)
        #expect(
            server.requests.first?.headers.filter { $0.name.lowercased() == "content-type" }.map(\.value) == [
                "application/json"
            ])
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `follows no redirect`(status: Int) async throws {
        let server = try LoopbackServer { .answer($0.target == "/a" ? status : 200, [("Location", "/b")]) }
        let response = try await transport.send(HTTPRequest(.get, "\(server.url)/a"))
        #expect(response.status == status)
        #expect(response.headers["location"] == "/b")
        #expect(server.requests.count == 1)
    }

    @Test func `reads chunks and skips interim answers`() async throws {
        let server = try LoopbackServer { _ in
            .bytes(
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
        }
        let response = try await transport.send(HTTPRequest(.post, server.url))
        #expect(response.status == 201)
        #expect(response.headers == [HTTPHeader("Transfer-Encoding", "chunked")])
        #expect(text(response) == "hello world")
    }

    @Test func `unpacks a compressed document but not a file`() async throws {
        // gzip of "hello", as Python's gzip.compress(b"hello", mtime=0) makes it.
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0,
        ]
        let server = try LoopbackServer { _ in .answer(200, [("Content-Encoding", "gzip")], packed) }
        let scratch = try Scratch()
        #expect(text(try await transport.send(HTTPRequest(.get, server.url))) == "hello")
        let response = try await transport.send(HTTPRequest(.get, server.url, destination: "\(scratch.path)/file"))
        #expect(response.bodyBytes == packed.count)
        #expect(try scratch.read("file") == packed)
        #expect(server.requests.map { $0["Accept-Encoding"] } == ["gzip, deflate", nil])
    }

    @Test func `uses one connection for one request after the other`() async throws {
        let server = try LoopbackServer { _ in .text("ok") }
        for number in 0..<20 {
            let method: HTTPMethod = [.get, .post, .put, .delete][number % 4]
            _ = try await transport.send(HTTPRequest(method, "\(server.url)/\(number)"))
        }
        #expect(server.connections == 1)
        #expect(server.requests.map(\.target) == (0..<20).map { "/\($0)" })
    }

    @Test func `opens no more connections than allowed and answers each request with its own`() async throws {
        let server = try LoopbackServer { .text($0.target) }
        let transport = CurlTransport(TransportConfiguration(maximumConnections: 4))
        let answers = try await withThrowingTaskGroup(of: (String, String).self) { group in
            for number in 0..<200 {
                group.addTask {
                    let response = try await transport.send(HTTPRequest(.get, "\(server.url)/\(number)"))
                    return ("/\(number)", String(decoding: response.body, as: UTF8.self))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 200)
        #expect(answers.allSatisfy { $0.0 == $0.1 })
        #expect((1...4).contains(server.connections))
    }

    @Test(arguments: [
        ("ftp://host/", "the URL must begin with 'http://' or 'https://' and a host"),
        ("/relative", "the URL must begin with 'http://' or 'https://' and a host"),
        ("http:///x", "the URL must begin with 'http://' or 'https://' and a host"),
        ("http://user:hunter2@host/", "the URL must not carry a user or password"),
        ("http://host/a b", "the URL has a character that is not escaped"),
        ("http://host/é", "the URL has a character that is not escaped"),
        ("http://host/\r\nX: y", "the URL has a character that is not escaped"),
    ])
    func `refuses a URL that is none`(url: String, expected: String) async {
        let error = await transport.failure(of: HTTPRequest(.get, url))
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message == expected)
        #expect(error?.diagnostic.message.contains("hunter2") == false)
    }

    @Test(arguments: [("X", "a\r\nY: b"), ("X: y", "a"), ("", "a"), ("X", "a\0b")])
    func `refuses a header that is not one line`(name: String, value: String) async {
        let error = await transport.failure(
            of: HTTPRequest(.get, "http://127.0.0.1/", headers: [HTTPHeader(name, value)]))
        #expect(error?.kind == .invalidRequest)
    }

    @Test func `leaves netrc files alone`() async {
        await #expect(processExitsWith: .success) {
            let scratch = try Scratch()
            try scratch.write(".netrc", Array("default login fromnetrc password secret\n".utf8))
            setenv("HOME", scratch.path, 1)
            let server = try LoopbackServer { .text($0["Authorization"] ?? "none") }
            let response = try await CurlTransport().send(HTTPRequest(.get, server.url))
            #expect(String(decoding: response.body, as: UTF8.self) == "none")
        }
    }

    @Test func `goes through the proxy that the environment names`() async {
        await #expect(processExitsWith: .success) {
            let proxy = try LoopbackServer { .text($0.target) }
            setenv("http_proxy", proxy.url, 1)
            setenv("no_proxy", "127.0.0.1", 1)
            let direct = try LoopbackServer { .text($0.target) }
            let transport = CurlTransport()
            let far = try await transport.send(HTTPRequest(.get, "http://dss.invalid/a"))
            let near = try await transport.send(HTTPRequest(.get, "\(direct.url)/b"))
            #expect(String(decoding: far.body, as: UTF8.self) == "http://dss.invalid/a")
            #expect(String(decoding: near.body, as: UTF8.self) == "/b")
        }
    }
}
