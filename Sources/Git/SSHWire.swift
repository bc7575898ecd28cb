internal import Files
internal import Glibc

/// A repository by SSH, through the client that every machine with git has.
///
/// libgit2's own SSH knows neither time-outs nor the RSA signatures that servers still take; and whom to trust is said in
/// `known_hosts`, which its owner reads best.
final class SSHWire: Wire {
    static let isStateless = false

    private let command: SSHCommand
    private let timeout: Duration
    private let mostBytes: Int
    private let breaker: Breaker
    private var stream: SSHStream?

    init(_ command: SSHCommand, timeout: Duration, mostBytes: Int, _ breaker: Breaker) {
        self.command = command
        self.timeout = timeout
        self.mostBytes = mostBytes
        self.breaker = breaker
    }

    func open(isFetch: Bool) throws(GitError) -> any WireStream {
        if let stream { return stream }
        let opened = try SSHStream(command, timeout: timeout, mostBytes: mostBytes, breaker)
        stream = opened
        return opened
    }

    func close() { stream = nil }
}

/// A client that runs, and what it carries.
private final class SSHStream: WireStream {
    private let command: SSHCommand
    private let child: ChildProcess
    private let timeout: Duration
    private let mostBytes: Int
    private let breaker: Breaker
    private var left: Int
    private let end: ContinuousClock.Instant

    /// A fetch may take so many times as long as the server may keep silent.
    private static let patience = 20
    /// References, besides the pack.
    private static let mostAdvertisedBytes = 128 << 20

    init(_ command: SSHCommand, timeout: Duration, mostBytes: Int, _ breaker: Breaker) throws(GitError) {
        self.command = command
        self.timeout = timeout
        self.mostBytes = mostBytes
        self.breaker = breaker
        left = mostBytes + SSHStream.mostAdvertisedBytes
        end = .now + timeout * SSHStream.patience
        do throws(ChildProcess.Failure) {
            child = try ChildProcess(
                command.words, folder: "/", environment: command.environment, hasInput: true, hasComplaints: true)
        } catch {
            throw GitError(
                .unsupported, "'\(command.words[0])' cannot be started: \(error.reason)",
                hint: "Install 'openssh-client', or follow the repository by HTTPS.")
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        // Where it has hung up, what it says instead tells why.
        _ = try wait(inParts: false) { (deadline) throws(ChildProcess.Failure) in
            try child.write(bytes, until: deadline)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        let count = try wait { (deadline) throws(ChildProcess.Failure) in try child.read(into: buffer, until: deadline)
        }
        left -= count
        guard left >= 0 else { throw .tooMuch(bytes: mostBytes) }
        if count == 0 {
            let ending = try wait { (deadline) throws(ChildProcess.Failure) in try child.wait(until: deadline) }
            guard ending == .exit(0) else { throw command.error(child.complaints) }
        }
        return count
    }

    /// In parts, so that it can be broken off; not what must not be begun twice.
    private func wait<T>(
        inParts: Bool = true, _ body: (ContinuousClock.Instant) throws(ChildProcess.Failure) -> T
    ) throws(GitError) -> T {
        let deadline = min(ContinuousClock.now + timeout, end)
        while true {
            try breaker.check()
            do throws(ChildProcess.Failure) {
                return try body(inParts ? min(.now + Breaker.pause, deadline) : deadline)
            } catch {
                guard error.isOverdue else { throw GitError(.failed, "'ssh' fails: \(error.reason)") }
                guard ContinuousClock.now >= deadline else { continue }
                throw GitError(
                    .unreachable, "no answer in time from '\(command.place)'",
                    hint: "Check the address, whether the server runs, and whether a firewall is between.")
            }
        }
    }
}
