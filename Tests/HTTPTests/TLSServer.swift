import Glibc
import Synchronization
import TestSupport

/// A child program whose standard input and output we hold.
final class Program: Sendable {
    private let id: pid_t
    let input: Int32
    let output: Int32

    init(_ arguments: [String]) throws {
        (id, input, output) = try Self.lock.withLock { _ in try Self.start(arguments) }
    }

    /// One start at a time: a child of another start would inherit our ends of the pipes before they are marked, and
    /// keep them open.
    private static let lock = Mutex(())

    private static func start(_ arguments: [String]) throws -> (pid_t, Int32, Int32) {
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw Scratch.Failure(message: "no pipe") }
        for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pointers = arguments.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        let code = posix_spawnp(&child, arguments[0], &actions, nil, pointers, environ)
        close(toChild[0])
        close(fromChild[1])
        guard code == 0 else { throw Scratch.Failure(message: "'\(arguments[0])' cannot be started: \(code)") }
        return (child, toChild[1], fromChild[0])
    }

    deinit {
        close(input)
        close(output)
        kill(id, SIGKILL)
        var status: Int32 = 0
        waitpid(id, &status, 0)
    }

    /// Reads standard output until `isEnough` or its end.
    func read(_ seen: inout [UInt8], until isEnough: ([UInt8]) -> Bool) {
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while !isEnough(seen) {
            let count = Glibc.read(output, &piece, piece.count)
            guard count > 0 else { return }
            seen += piece[..<count]
        }
    }

    /// Reads likewise on a thread of its own, because the pool's must not block for long.
    func bytes(until isEnough: @escaping @Sendable ([UInt8]) -> Bool) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            detachThread { [self] in
                var seen: [UInt8] = []
                read(&seen, until: isEnough)
                continuation.resume(returning: seen)
            }
        }
    }

    /// Waits for the end; true for status 0.
    static func run(_ arguments: [String]) throws -> Bool {
        let program = try Program(arguments)
        var output: [UInt8] = []
        program.read(&output) { _ in false }
        var status: Int32 = 0
        return waitpid(program.id, &status, 0) == program.id && status == 0
    }
}

/// A certificate authority, a server's certificate for 127.0.0.1 alone and a client's, made by `openssl`.
struct Authority {
    let scratch = try? Scratch()
    var caFile: String { path("ca.pem") }

    func path(_ name: String) -> String { "\(scratch?.path ?? "")/\(name)" }

    init() throws {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        func make(_ name: String, _ more: [String]) throws {
            let files = ["-keyout", path("\(name).key"), "-out", path("\(name).pem"), "-subj", "/CN=\(name)"]
            guard try Program.run(["openssl", "req", "-x509"] + key + files + more) else {
                throw Scratch.Failure(message: "openssl made no certificate '\(name)'")
            }
        }
        let signed = ["-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-addext", "basicConstraints=CA:FALSE"]
        try make("ca", [])
        try make("server", signed + ["-addext", "subjectAltName=IP:127.0.0.1"])
        try make("client", signed)
        let locked = ["-in", path("client.key"), "-out", path("locked.key"), "-aes256", "-passout", "pass:secret"]
        guard try Program.run(["openssl", "ec"] + locked) else {
            throw Scratch.Failure(message: "openssl locked no key")
        }
    }
}

/// `openssl s_server` with the authority's server certificate.
struct TLSServer {
    let program: Program
    let port: Int
    /// What it printed while it started.
    private(set) var seen: [UInt8] = []

    init(_ authority: Authority, _ more: [String]) throws {
        program = try Program(
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", authority.path("server.pem"), "-key",
                authority.path("server.key"),
            ] + more)
        var printed: [UInt8] = []
        program.read(&printed) { Self.port(in: $0) != nil }
        guard let port = Self.port(in: printed) else {
            throw Scratch.Failure(message: "openssl s_server did not start")
        }
        self.port = port
        seen = printed
    }

    var url: String { "https://127.0.0.1:\(port)" }

    /// It prints `ACCEPT 127.0.0.1:40123` when it listens.
    private static func port(in printed: [UInt8]) -> Int? {
        for line in String(decoding: printed, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast() where line.hasPrefix("ACCEPT ")
        {
            return line.split(separator: ":").last.flatMap { Int($0) }
        }
        return nil
    }
}
