import Diagnostics
import HTTP
import NIOCore
import Sandbox
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1))) struct SandboxServerTests {
    /// Answers with what arrived: method, target, body.
    static let echo: @Sendable (SandboxRequest) async -> SandboxAnswer = { request in
        let text = "\(request.method) \(request.target) \(String(decoding: request.body, as: UTF8.self))!"
        return .response(SandboxResponse(status: 200, headers: [HTTPHeader("X-Kind", "echo")], body: Array(text.utf8)))
    }

    @Test(arguments: [
        "//dip//publicapi/projects/", "/a%2Fb/%zz/%41?q=a+b&c=%41&c=", "/x?queries=[{\"q\":1}]", "/x/../y/./z", "*",
    ])
    func `a target arrives as it was sent`(target: String) async throws {
        try await withServer(answer: SandboxServerTests.echo) { port in
            try await Wire.open(to: port) { wire in
                try await wire.send("GET \(target) HTTP/1.1\nHost: h\n\n")
                let answer = try await wire.read(to: "!")
                #expect(
                    answer == """
                        HTTP/1.1 200 OK
                        X-Kind: echo
                        Content-Length: \(target.utf8.count + 6)

                        GET \(target) !
                        """)
            }
        }
    }

    @Test func `any method, with its body, one after the other on one connection`() async throws {
        try await withServer(answer: SandboxServerTests.echo) { port in
            try await Wire.open(to: port) { wire in
                for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
                    try await wire.send("\(method) /p HTTP/1.1\nHost: h\nContent-Length: 2\n\n{}")
                    #expect(try await wire.read(to: "!").hasSuffix("\n\n\(method) /p {}!"))
                }
            }
        }
    }

    @Test func `a body in chunks is one body`() async throws {
        try await withServer(answer: SandboxServerTests.echo) { port in
            try await Wire.open(to: port) { wire in
                try await wire.send("PUT /p HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n1\n{\n1\n}\n0\n\n")
                #expect(try await wire.read(to: "!").hasSuffix("\n\nPUT /p {}!"))
            }
        }
    }

    @Test func `a request line of 1 MiB is read whole`() async throws {
        try await withServer(answer: SandboxServerTests.echo) { port in
            try await Wire.open(to: port) { wire in
                let target = "/run-queries?queries=" + String(repeating: "q", count: 1 << 20)
                try await wire.send("POST \(target) HTTP/1.1\nHost: h\nContent-Length: 0\n\n")
                #expect(try await wire.read(to: "!").hasSuffix("\n\nPOST \(target) !"))
            }
        }
    }

    @Test func `HEAD tells the length of a body that does not come`() async throws {
        try await withServer(answer: SandboxServerTests.echo) { port in
            try await Wire.open(to: port) { wire in
                try await wire.send("HEAD /p HTTP/1.1\nHost: h\nConnection: close\n\n")
                #expect(try await wire.read() == "HTTP/1.1 200 OK\nX-Kind: echo\nContent-Length: 9\n\n")
            }
        }
    }

    @Test func `a client that asks before it sends its body is told to go on`() async throws {
        try await withServer(answer: SandboxServerTests.echo) { port in
            try await Wire.open(to: port) { wire in
                try await wire.send("PUT /p HTTP/1.1\nHost: h\nContent-Length: 2\nExpect: 100-continue\n\n")
                #expect(try await wire.read(to: "\r\n\r\n") == "HTTP/1.1 100 Continue\n\n")
                try await wire.send("{}")
                #expect(try await wire.read(to: "!").hasSuffix("\n\nPUT /p {}!"))
            }
        }
    }

    @Test func `a body that is too long is refused, and the connection closed`() async throws {
        try await withServer(longestBody: 10, answer: SandboxServerTests.echo) { port in
            try await Wire.open(to: port) { wire in
                try await wire.send("PUT /p HTTP/1.1\nHost: h\nContent-Length: 12\n\n0123456789ab")
                let message = #""message": "Request body too large", "#
                let answer = try await wire.read()
                #expect(
                    answer == """
                        HTTP/1.1 413 Payload Too Large
                        Content-Type: application/json;charset=utf-8
                        Connection: close
                        Content-Length: 151

                        {"errorType": "java.lang.IllegalArgumentException", \(message)\
                        "detailedMessage": "Request body too large: at most 10 bytes"}
                        """)
            }
        }
    }

    @Test func `a lost answer closes the connection without a byte`() async throws {
        try await withServer(answer: { _ in .disconnect }) { port in
            try await Wire.open(to: port) { wire in
                try await wire.send("GET /p HTTP/1.1\nHost: h\n\n")
                #expect(try await wire.read() == "")
            }
        }
    }

    @Test func `a cut answer promises more than it brings`() async throws {
        let whole = SandboxResponse(status: 200, body: Array("0123456789".utf8))
        try await withServer(answer: { _ in .truncated(whole, bytes: 4) }) { port in
            try await Wire.open(to: port) { wire in
                try await wire.send("GET /p HTTP/1.1\nHost: h\n\n")
                #expect(try await wire.read() == "HTTP/1.1 200 OK\nContent-Length: 10\n\n0123")
            }
        }
    }

    @Test func `a request that hangs holds up neither others nor the end of the server`() async throws {
        let answer: @Sendable (SandboxRequest) async -> SandboxAnswer = { request in
            request.target == "/hang" ? .hang : await SandboxServerTests.echo(request)
        }
        try await withServer(answer: answer) { port in
            try await Wire.open(to: port) { hanging in
                try await hanging.send("GET /hang HTTP/1.1\nHost: h\n\n")
                try await Wire.open(to: port) { wire in
                    try await wire.send("GET /p HTTP/1.1\nHost: h\n\n")
                    #expect(try await wire.read(to: "!").hasSuffix("\n\nGET /p !"))
                }
            }
        }
    }

    @Test func `requests wait side by side, however few threads there are`() async throws {
        let everybody = Gathering(of: 40)
        try await withServer(answer: { request in
            await everybody.arrive()
            return await SandboxServerTests.echo(request)
        }) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        try await Wire.open(to: port) { wire in
                            try await wire.send("GET /\(number) HTTP/1.1\nHost: h\n\n")
                            #expect(try await wire.read(to: "!").hasSuffix("\n\nGET /\(number) !"))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a port that another process has is an error that says so`() async throws {
        try await withServer(answer: SandboxServerTests.echo) { port in
            let second = SandboxServer(
                host: "127.0.0.1", port: port, signals: [], Exchange(answer: SandboxServerTests.echo))
            let error = await #expect(throws: ServerError.self) { try await second.run { _ in } }
            #expect(
                error?.diagnostic.text() == """
                    error: cannot listen on '127.0.0.1:\(port)': another process listens there [cannot-listen]
                       = Port 0 takes one that is free.

                    """)
        }
    }
}

/// Lets nobody go on before all have come.
actor Gathering {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of count: Int) { missing = count }

    func arrive() async {
        missing -= 1
        if missing == 0 {
            waiting.forEach { $0.resume() }
            waiting = []
        } else if missing > 0 {
            await withCheckedContinuation { waiting.append($0) }
        }
    }
}
