internal import Glibc
package import HTTP

/// Sends requests to a sandbox in this process.
///
/// The host of a URL chooses the API node of that name (`sandbox://node-1/admin/api/…`); any other host is the DSS node.
package struct SandboxTransport: Transport {
    private let sandbox: Sandbox

    package init(_ sandbox: Sandbox) { self.sandbox = sandbox }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let (answer, delay) = sandbox.begin(try encode(request))
        if delay >= request.timeout {
            try await wait(request.timeout, request)
            throw HTTPError(.timeout, "no answer within \(request.timeout)", request: request.label)
        }
        if delay > .zero { try await wait(delay, request) }
        if Task.isCancelled { throw HTTPError(.cancelled, "cancelled", request: request.label) }
        switch answer {
        case .response(let response): return try deliver(response, request)
        case .disconnect, .truncated:
            throw HTTPError(.connectionLost, "the connection was cut before the whole answer", request: request.label)
        case .hang:
            try await wait(request.timeout - delay, request)
            throw HTTPError(.timeout, "no answer within \(request.timeout)", request: request.label)
        }
    }

    private func wait(_ duration: Duration, _ request: HTTPRequest) async throws(HTTPError) {
        do { try await sandbox.sleep(duration) } catch {
            throw HTTPError(.cancelled, "cancelled", request: request.label)
        }
    }

    private func encode(_ request: HTTPRequest) throws(HTTPError) -> SandboxRequest {
        var headers = request.headers
        var body: [UInt8] = []
        switch request.body {
        case .none: break
        case .bytes(let bytes): body = bytes
        case .multipart(let field, let fileName, let path):
            do throws(SandboxError) {
                guard let content = try DataFolder.read(path) else {
                    throw SandboxError(.data, "there is no file '\(path)'")
                }
                let encoded = Multipart.encode(field: field, fileName: fileName, content: content)
                headers.append(HTTPHeader("Content-Type", encoded.type))
                body = encoded.body
            } catch {
                throw HTTPError(.file, error.message, request: request.label)
            }
        }
        return SandboxRequest(
            method: request.method.rawValue, target: target(of: request.url), headers: headers, body: body)
    }

    /// Path and query of a URL, below `/nodes/NAME` when its host is a node.
    private func target(of url: String) -> String {
        guard let scheme = url.range(of: "://") else { return url }
        let rest = url[scheme...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let (host, path) = (String(rest[..<end]), String(rest[end...]))
        return sandbox.isNode(host) ? "/nodes/\(host)\(path)" : path
    }

    private func deliver(_ response: SandboxResponse, _ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        guard response.body.count <= request.maximumBodyBytes else {
            throw HTTPError(
                .bodyTooLarge, "the answer is longer than \(request.maximumBodyBytes) bytes", request: request.label)
        }
        var answer = HTTPResponse(status: response.status, headers: response.headers, body: response.body)
        if let path = request.destination, (200..<300).contains(response.status) {
            do throws(SandboxError) { try DataFolder.writeAtomically(response.body, to: path) } catch {
                throw HTTPError(.file, error.message, request: request.label)
            }
            answer.body = []
        }
        return answer
    }
}

extension String {
    /// Where the text after `mark` begins.
    fileprivate func range(of mark: String) -> Index? {
        self[...].firstRange(ofText: mark).map { index($0, offsetBy: mark.count) }
    }
}
