internal import CLibGit2
internal import Dispatch
internal import Files
internal import Glibc
internal import HTTP
internal import Synchronization

/// A repository by HTTP, as `git http-backend` and all forges serve it.
final class HTTPWire: Wire {
    static let isStateless = true

    private let url: String
    private let transport: any Transport
    private let headers: [HTTPHeader]
    private let timeout: Duration
    private let mostBytes: Int
    /// Where packs lie while they are read.
    private let incoming: String?
    private let breaker: Breaker

    /// A pack may take so many times as long as a look-up.
    private static let fetchPatience = 20
    /// References of a server: a million of them are less.
    private static let mostAdvertisedBytes = 128 << 20

    /// `url` is without a login and a slash at its end; `incoming` is a file that may be written.
    init(
        url: String, transport: any Transport, access: GitAccess, timeout: Duration, mostBytes: Int, incoming: String?,
        _ breaker: Breaker
    ) throws(GitError) {
        self.url = url
        self.transport = transport
        self.timeout = timeout
        self.mostBytes = mostBytes
        self.incoming = incoming
        self.breaker = breaker
        switch access {
        case .none: headers = []
        case .token(let user, let token):
            let login = Base64.encode(Array("\(user):\(token.reveal())".utf8))
            headers = [HTTPHeader("Authorization", "Basic \(login)")]
        case .sshKey, .sshAgent:
            throw GitError(
                .unsupported, "'\(url)' takes no SSH key",
                hint: "Give a 'token' under 'credentials', or an SSH address.")
        }
    }

    func open(isFetch: Bool) throws(GitError) -> any WireStream {
        isFetch ? Exchange(self) : Answer(memory: try advertisement())
    }

    func close() {}

    private func advertisement() throws(GitError) -> [UInt8] {
        let service = "git-upload-pack"
        let request = HTTPRequest(
            .get, "\(url)/info/refs?service=\(service)", headers: headers, timeout: timeout,
            maximumBodyBytes: HTTPWire.mostAdvertisedBytes)
        let response = try send(request)
        guard response.headers["Content-Type"]?.hasPrefix("application/x-\(service)-advertisement") == true else {
            throw GitError(
                .missing, "there is no git repository at '\(url)': the server answers with something else",
                hint: "Check 'url': it is what 'git clone' takes, mostly with '.git' at its end.")
        }
        return response.body
    }

    fileprivate func exchange(_ body: [UInt8]) throws(GitError) -> any WireStream {
        let service = "git-upload-pack"
        let request = HTTPRequest(
            .post, "\(url)/\(service)",
            headers: headers + [
                HTTPHeader("Content-Type", "application/x-\(service)-request"),
                HTTPHeader("Accept", "application/x-\(service)-result"),
            ], body: .bytes(body), destination: incoming, timeout: timeout * HTTPWire.fetchPatience,
            stallTimeout: timeout, maximumBodyBytes: mostBytes)
        let response = try send(request)
        guard let incoming else { return Answer(memory: response.body) }
        return try Answer(file: incoming)
    }

    private func send(_ request: HTTPRequest) throws(GitError) -> HTTPResponse {
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try block(transport, request, breaker)
        } catch {
            throw GitError(error, at: url, mostBytes: request.maximumBodyBytes)
        }
        guard response.status == 200 else { throw GitError(response, at: url, hasToken: !headers.isEmpty) }
        return response
    }
}

/// Waits for an answer on this thread, which is never one of the common pool.
private func block(
    _ transport: any Transport, _ request: HTTPRequest, _ breaker: Breaker
) throws(HTTPError) -> HTTPResponse {
    let outcome = Mutex<Result<HTTPResponse, HTTPError>?>(nil)
    let box = Outcome(outcome)
    let done = DispatchSemaphore(value: 0)
    let work = Task.detached {
        let result: Result<HTTPResponse, HTTPError>
        do throws(HTTPError) {
            result = .success(try await transport.send(request))
        } catch {
            result = .failure(error)
        }
        box.value.withLock { $0 = result }
        done.signal()
    }
    let pause = Int(Breaker.pause / .milliseconds(1))
    while done.wait(timeout: .now() + .milliseconds(pause)) == .timedOut {
        if breaker.isBroken { work.cancel() }
    }
    guard let result = box.value.withLock({ $0 }) else { preconditionFailure("the answer is there by now") }
    return try result.get()
}

private final class Outcome: Sendable {
    let value: Mutex<Result<HTTPResponse, HTTPError>?>

    init(_ value: consuming Mutex<Result<HTTPResponse, HTTPError>?>) { self.value = value }
}

/// A message of ours, which goes out when its answer is first read.
private final class Exchange: WireStream {
    private let wire: HTTPWire
    private var message: [UInt8] = []
    private var answer: (any WireStream)?

    init(_ wire: HTTPWire) { self.wire = wire }

    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) { message += bytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        let answer = if let answer { answer } else { try wire.exchange(message) }
        self.answer = answer
        return try answer.read(into: buffer)
    }
}

/// An answer that came whole.
private final class Answer: WireStream {
    private var memory: ArraySlice<UInt8> = []
    private var descriptor: Int32 = -1
    private let path: String?

    init(memory: [UInt8]) {
        self.memory = memory[...]
        path = nil
    }

    init(file path: String) throws(GitError) {
        self.path = path
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("read", path) }
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
        if let path { unlink(path) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        preconditionFailure("nothing is written to an answer")
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        guard let path else {
            let count = min(memory.count, buffer.count)
            buffer.copyBytes(from: memory.prefix(count))
            memory = memory.dropFirst(count)
            return count
        }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path) }
            return count
        }
    }
}
