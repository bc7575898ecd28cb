import DSS
import Files
import HTTP
import JSON

/// A transport that keeps what was sent and answers as told: in order, the last answer again and again.
actor Recorder: Transport {
    private(set) var requests: [HTTPRequest] = []
    private var answers: [Result<HTTPResponse, HTTPError>]

    init(_ answers: [Result<HTTPResponse, HTTPError>]) { self.answers = answers }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        requests.append(request)
        let answer = answers.count > 1 ? answers.removeFirst() : answers[0]
        return try answer.get()
    }
}

/// An answer with that body, as JSON unless another type is given.
func answer(
    _ body: String, status: Int = 200, type: String? = "application/json;charset=utf-8", headers: [HTTPHeader] = []
) -> Result<HTTPResponse, HTTPError> {
    let typed = type.map { [HTTPHeader("Content-Type", $0)] } ?? []
    return .success(HTTPResponse(status: status, headers: typed + headers, body: Array(body.utf8)))
}

/// A client of `https://dss.example.com` with an ASCII key.
func client(_ recorder: Recorder, endpoint: DSSEndpoint = endpoint()) -> DSSClient {
    DSSClient(endpoint: endpoint, transport: recorder)
}

func endpoint(_ host: String = "https://dss.example.com") -> DSSEndpoint {
    DSSEndpoint(host: host, credentials: .apiKey(Secret("key")))
}

/// Sends one call and returns what came or the error's text.
func outcome(_ call: Call, _ answers: Result<HTTPResponse, HTTPError>...) async -> Result<Reply, DSSError> {
    do throws(DSSError) {
        return .success(
            try await client(Recorder(answers)).send(call, destination: call.reply == .file ? "/archives/new.zip" : nil)
        )
    } catch { return .failure(error) }
}
