package import HTTP

/// One request as it came over the wire.
package struct SandboxRequest: Sendable {
    package var method: String
    /// Path and query as sent, nothing decoded.
    package var target: String
    package var headers: [HTTPHeader]
    package var body: [UInt8]

    package init(method: String, target: String, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }
}

/// One whole answer; the body's length is the shell's to send.
package struct SandboxResponse: Sendable {
    package var status: Int
    package var headers: [HTTPHeader]
    package var body: [UInt8]

    package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What becomes of a request: mostly an answer, but a fault plan may ask for worse.
package enum SandboxAnswer: Sendable {
    case response(SandboxResponse)
    /// The answer is lost: what was asked is done, and the connection is cut.
    case disconnect
    /// No answer comes until the client gives up.
    case hang
    /// The headers announce the whole body; after `bytes` of it the connection is cut.
    case truncated(SandboxResponse, bytes: Int)
}
