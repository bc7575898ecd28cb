package import HTTP
import JSON

/// Our client of a DSS node, with the names of the official one.
///
/// What differs from the official client, and why:
/// - A JSON body has the header `Content-Type: application/json`: the published reference asks for it.
/// - Ids are percent-encoded, a slash at the end of the host is dropped: else they change the request.
/// - Redirects are errors: a `POST` would become a `GET`.
/// - Errors keep the HTTP status and the request.
/// - Deleting a deployment is one call; the reads before it belong to who decides.
package struct DSSClient: Sendable {
    package let endpoint: DSSEndpoint
    let transport: any Transport
    /// Whether requests are given up soon, and not sent again when they had no answer.
    private var isHasty = false

    /// The same node, asked once and for a third of the time: for what may do without an answer.
    ///
    /// By default that is 10 s. A longer `limits.requestTimeout` gives these longer too.
    package var hasty: DSSClient {
        var client = self
        client.isHasty = true
        return client
    }

    package init(endpoint: DSSEndpoint, transport: any Transport) {
        self.endpoint = endpoint
        self.transport = transport
    }

    /// Sends a call once and checks that the answer is of the kind that the contract has.
    ///
    /// A call whose reply is a file needs a `destination`: the path of a file that does not exist yet.
    package func send(_ call: Call, destination: String? = nil) async throws(DSSError) -> Reply {
        let response = try await exchange(call, destination: destination)
        return try AnswerReader(call: call, endpoint: endpoint).reply(response)
    }

    /// Sends a call once and returns the answer, whatever its status.
    func exchange(_ call: Call, destination: String? = nil) async throws(DSSError) -> HTTPResponse {
        precondition(
            (call.reply == .file) == (destination != nil), "a download, and nothing else, has a destination")
        let request = try request(for: call, destination: destination)
        do { return try await transport.send(request) } catch {
            throw DSSError(.transport(error), request: call.line, origin: endpoint.origin)
        }
    }

    /// The request for a call, as it is sent.
    package func request(for call: Call, destination: String? = nil) throws(DSSError) -> HTTPRequest {
        do throws(UnsendableError) {
            if let problem = call.problem { throw UnsendableError(reason: problem) }
            var headers = try endpoint.requestHeaders()
            var body = HTTPBody.none
            switch call.body {
            case .none: break
            case .json(let value):
                body = .bytes(value.bytes(.python))
                if headers["Content-Type"] == nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
            case .file(let field, let name, let path):
                body = .multipart(field: field, fileName: name, path: path)
            }
            let timeout = call.movesArchive ? endpoint.archiveTimeout : endpoint.requestTimeout
            return HTTPRequest(
                call.method, endpoint.host + endpoint.basePath + call.target, headers: headers, body: body,
                destination: destination,
                timeout: isHasty ? timeout / 3 : timeout,
                maximumBodyBytes: call.reply == .file ? endpoint.maximumArchiveBytes : endpoint.maximumBodyBytes,
                isReplayable: call.isReplayable && !isHasty, label: call.line, route: call.route)
        } catch {
            throw DSSError(.unsendable(error.reason), request: call.line, origin: endpoint.origin)
        }
    }
}
