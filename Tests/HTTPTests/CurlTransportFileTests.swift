import HTTP
import TestSupport
import Testing

@Suite struct CurlTransportFileTests {
    let transport = CurlTransport()
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [0, 1, 1 << 16, (1 << 20) + 7])
    func `sends a file as one part without a content type`(size: Int) async throws {
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try scratch.write("package.pdf", content)
        let server = try LoopbackServer { _ in .text("") }
        _ = try await transport.send(
            HTTPRequest(.post, server.url, body: .multipart(field: "file", fileName: "pa \"é\".pdf", path: path)))
        let request = try #require(server.requests.first)
        let type = try #require(request["Content-Type"])
        let prefix = "multipart/form-data; boundary="
        try #require(type.hasPrefix(prefix))
        let boundary = type.dropFirst(prefix.count)
        let disposition = "form-data; name=\"file\"; filename=\"pa %22é%22.pdf\""
        let head = "--\(boundary)\r\nContent-Disposition: \(disposition)\r\n\r\n"
        #expect(request.body == Array(head.utf8) + content + Array("\r\n--\(boundary)--\r\n".utf8))
        #expect(request["Content-Length"] == "\(request.body.count)")
        #expect(request["Transfer-Encoding"] == nil)
        #expect(request["Expect"] == nil)
    }

    @Test func `cannot send a file that is not there, nor a folder`() async throws {
        let server = try LoopbackServer { _ in .text("") }
        for (path, words) in [("\(scratch.path)/none", "No such file"), (scratch.path, "cannot be read")] {
            let error = await transport.failure(
                of: HTTPRequest(.post, server.url, body: .multipart(field: "file", fileName: "x", path: path)))
            #expect(error?.kind == .file)
            #expect(error?.message.contains(words) == true)
        }
        #expect(server.requests.isEmpty)
    }

    @Test func `writes a success into the file and nothing into memory`() async throws {
        let content = [UInt8](repeating: 9, count: 1 << 20)
        let server = try LoopbackServer { _ in .answer(200, [], content) }
        let response = try await transport.send(HTTPRequest(.get, server.url, destination: "\(scratch.path)/new"))
        #expect(response.body.isEmpty)
        #expect(response.bodyBytes == 1 << 20)
        #expect(try scratch.read("new") == content)
    }

    @Test func `makes an empty file of an empty success`() async throws {
        let server = try LoopbackServer { _ in .answer(200) }
        _ = try await transport.send(HTTPRequest(.get, server.url, destination: "\(scratch.path)/new"))
        #expect(try scratch.read("new").isEmpty)
        #expect(scratch.names == ["new"])
    }

    @Test func `keeps the body of a failure in memory and makes no file`() async throws {
        let server = try LoopbackServer { _ in .text("why", status: 404) }
        let response = try await transport.send(HTTPRequest(.get, server.url, destination: "\(scratch.path)/new"))
        #expect(response.body == Array("why".utf8))
        #expect(scratch.names.isEmpty)
    }

    @Test func `says when the file cannot be made`() async throws {
        let server = try LoopbackServer { _ in .text("content") }
        let error = await transport.failure(of: HTTPRequest(.get, server.url, destination: "\(scratch.path)/none/new"))
        #expect(error?.kind == .file)
        #expect(error?.message == "'\(scratch.path)/none/new' cannot be made: No such file or directory")
    }

    @Test(arguments: [
        (
            LoopbackServer.Reply.bytesThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
            HTTPError.Kind.connectionLost
        ),
        (.bytesThenClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"), .connectionLost),
        (.endless("HTTP/1.1 200 OK\r\n\r\n"), .bodyTooLarge),
        (.answer(200, [], [UInt8](repeating: 1, count: 1001)), .bodyTooLarge),
        (.bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .timeout),
    ])
    func `removes a file that did not become whole`(reply: LoopbackServer.Reply, kind: HTTPError.Kind) async throws {
        let server = try LoopbackServer { _ in reply }
        let error = await transport.failure(
            of: HTTPRequest(
                .get, server.url, destination: "\(scratch.path)/new", timeout: .milliseconds(500),
                maximumBodyBytes: 1000))
        #expect(error?.kind == kind)
        #expect(scratch.names.isEmpty)
    }
}
