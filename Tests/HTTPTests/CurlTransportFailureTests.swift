import Diagnostics
import HTTP
import TestSupport
import Testing

@Suite struct CurlTransportFailureTests {
    let transport = CurlTransport()

    @Test(arguments: [
        (
            LoopbackServer.Reply.bytesThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
            HTTPError.Kind.connectionLost
        ),
        (.bytesThenClose("HTTP/1.1 200 OK\r\nContent-"), .connectionLost),
        (.close, .connectionLost),
        (.bytesThenClose("<html>not HTTP</html>"), .connectionLost),
        (.hang, .timeout),
        (.bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .timeout),
        (.endless("HTTP/1.1 200 OK\r\n\r\n"), .bodyTooLarge),
        (.endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n"), .bodyTooLarge),
        (.answer(200, [], [UInt8](repeating: 1, count: 1001)), .bodyTooLarge),
        (.bytes("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n"), .bodyTooLarge),
        (
            .bytesThenClose(
                "HTTP/1.1 200 OK\r\n" + String(repeating: "X: \(String(repeating: "y", count: 9000))\r\n", count: 40)),
            .bodyTooLarge
        ),
    ])
    func `names what a server did`(reply: LoopbackServer.Reply, kind: HTTPError.Kind) async throws {
        let server = try LoopbackServer { _ in reply }
        let error = await transport.failure(
            of: HTTPRequest(.get, "\(server.url)/x?secret=1", timeout: .milliseconds(500), maximumBodyBytes: 1000))
        #expect(error?.kind == kind)
        #expect(error?.request == "GET /x")
        #expect(error?.origin == server.url)
    }

    @Test func `takes a body of just the allowed length`() async throws {
        let server = try LoopbackServer { _ in .answer(200, [], [UInt8](repeating: 1, count: 1000)) }
        #expect(try await transport.send(HTTPRequest(.get, server.url, maximumBodyBytes: 1000)).bodyBytes == 1000)
        let empty = try LoopbackServer { _ in .answer(200) }
        #expect(try await transport.send(HTTPRequest(.get, empty.url, maximumBodyBytes: 0)).bodyBytes == 0)
        #expect(await transport.failure(of: HTTPRequest(.get, server.url, maximumBodyBytes: 0))?.kind == .bodyTooLarge)
    }

    @Test func `knows that a refused connection carried nothing`() async throws {
        let port = try DeadPort()
        let error = try #require(await transport.failure(of: HTTPRequest(.post, "\(port.url)/x")))
        #expect(error.kind == .unreachable)
        #expect(!error.mayHaveArrived)
        #expect(error.diagnostic.message.hasPrefix("no connection to 'http://127.0.0.1:\(port.port)': "))
    }

    @Test(arguments: [(Duration.milliseconds(200), Duration.seconds(30)), (.seconds(30), .milliseconds(200))])
    func `knows that a connection that never stood carried nothing`(connect: Duration, total: Duration) async throws {
        let port = try DeadPort(isDeaf: true)
        let transport = CurlTransport(TransportConfiguration(connectTimeout: connect))
        let error = await transport.failure(of: HTTPRequest(.post, port.url, timeout: total))
        #expect(error?.kind == .unreachable)
    }

    @Test func `never sends twice what may not come twice, though a kept connection dies`() async throws {
        let server = try LoopbackServer {
            $0.target == "/first" ? .text("") : $0.connection == 0 ? .close : .text("again")
        }
        _ = try await transport.send(HTTPRequest(.get, "\(server.url)/first"))
        let error = await transport.failure(of: HTTPRequest(.post, "\(server.url)/second", body: .bytes([1])))
        #expect(error?.kind == .connectionLost)
        #expect(error?.message == "the server closed the connection without an answer")
        #expect(server.requests.map(\.target) == ["/first", "/second"])
    }

    @Test(arguments: [false, true])
    func `sends again what may come twice when a kept connection dies`(isFile: Bool) async throws {
        let scratch = try Scratch()
        let path = try scratch.write("file", [1, 2, 3])
        let server = try LoopbackServer {
            $0.target == "/first" ? .text("") : $0.connection == 0 ? .close : .text("again")
        }
        _ = try await transport.send(HTTPRequest(.get, "\(server.url)/first"))
        let body = isFile ? HTTPBody.multipart(field: "f", fileName: "n", path: path) : .bytes([1])
        let response = try await transport.send(HTTPRequest(.put, "\(server.url)/second", body: body))
        #expect(response.body == Array("again".utf8))
        #expect(server.requests.map(\.target) == ["/first", "/second", "/second"])
        #expect(server.requests[1].body == server.requests[2].body)
    }

    @Test func `breaks off when the task is cancelled`() async throws {
        let (arrived, continuation) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { _ in
            continuation.yield()
            return .hang
        }
        // With one connection, the second waits for the first.
        let transport = CurlTransport(TransportConfiguration(maximumConnections: 1))
        let first = Task { await transport.failure(of: HTTPRequest(.get, "\(server.url)/1")) }
        for await _ in arrived { break }
        let second = Task { await transport.failure(of: HTTPRequest(.get, "\(server.url)/2")) }
        second.cancel()
        #expect(await second.value?.kind == .cancelled)
        first.cancel()
        #expect(await first.value?.kind == .cancelled)
        #expect(server.requests.map(\.target) == ["/1"])
    }

    @Test func `goes on after a cancelled request`() async throws {
        let server = try LoopbackServer { $0.target == "/hang" ? .hang : .text("ok") }
        let transport = CurlTransport(TransportConfiguration(maximumConnections: 1))
        for _ in 0..<50 {
            let task = Task { await transport.failure(of: HTTPRequest(.get, "\(server.url)/hang")) }
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
        }
        #expect(try await transport.send(HTTPRequest(.get, server.url)).status == 200)
    }

    @Test func `ends what is under way at its shutdown, and starts nothing after it`() async throws {
        let (arrived, continuation) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { _ in
            continuation.yield()
            return .hang
        }
        let transport = CurlTransport(TransportConfiguration(maximumConnections: 1))
        let tasks = (0..<3).map { number in
            Task { await transport.failure(of: HTTPRequest(.get, "\(server.url)/\(number)")) }
        }
        for await _ in arrived { break }
        transport.shutdown()
        for task in tasks { #expect(await task.value?.kind == .cancelled) }
        transport.shutdown()
        #expect(await transport.failure(of: HTTPRequest(.get, server.url))?.message == "the connections were shut down")
        #expect(server.requests.count == 1)
    }
}
