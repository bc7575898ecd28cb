import Foundation
import Glibc
import Testing

/// A daemon that answers on a port.
final class RunningDaemon: Sendable {
    let program: RunningProgram
    let url: String
    private let bench: Workbench

    init(_ program: RunningProgram, url: String, bench: Workbench) {
        self.program = program
        self.url = url
        self.bench = bench
    }

    deinit { program.signal(SIGKILL) }

    struct Status: Decodable {
        struct Repository: Decodable {
            let name: String
            let head: String?
            let problem: Problem?
            let environments: [Environment]
        }

        struct Environment: Decodable {
            struct Held: Decodable {
                let revision: String
                let reason: String
                let rolledBack: Bool
            }

            struct Pending: Decodable {
                let digest: String
                let needsApproval: Bool
            }

            let name: String
            let revision: String?
            let sync: String
            let health: String
            let held: Held?
            let suspended: Bool
            let problem: Problem?
            let pending: Pending?
            let drifted: Int?
            let driftChecked: String?
        }

        struct Problem: Decodable {
            struct Reason: Decodable {
                let code: String
                let message: String
            }

            let diagnostics: [Reason]
        }

        let repositories: [Repository]
    }

    /// How the first repository stands, and its first environment.
    typealias State = (repository: Status.Repository, environment: Status.Environment)

    func state() async throws -> State {
        // Hundreds of times in a test: a process for each would be too much.
        let answer = try Page.get(url + "/api/status")
        let status = try JSONDecoder().decode(Status.self, from: answer)
        let repository = try #require(status.repositories.first)
        return (repository, try #require(repository.environments.first))
    }

    /// Asks until a condition holds, and returns the state that met it; fails the test when it does not in time.
    @discardableResult func wait(
        _ what: String, until isMet: (State) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> State {
        let deadline = ContinuousClock.now + .seconds(WatchBench.patience)
        while true {
            let state = try await state()
            if isMet(state) { return state }
            guard ContinuousClock.now < deadline else {
                Issue.record("not in time: \(what)\n\(state)\n\(program.errors)", sourceLocation: sourceLocation)
                throw RunningProgram.TookTooLong()
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Waits until a commit is live and nothing is wrong.
    @discardableResult func live(
        _ commit: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> State {
        try await wait(
            "\(commit) is live", until: { $0.environment.revision == commit && $0.environment.sync == "Synced" },
            sourceLocation: sourceLocation)
    }

    /// Waits until a commit is held; returns why.
    @discardableResult func held(
        _ commit: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Status.Environment.Held {
        let state = try await wait(
            "\(commit) is held", until: { $0.environment.held?.revision == commit }, sourceLocation: sourceLocation)
        return try #require(state.environment.held)
    }

    /// Asks for something by the command line, as `approve churn/prod DIGEST`.
    @discardableResult func act(_ arguments: String...) async throws -> Workbench.Outcome {
        try await bench.start(["watch"] + arguments + ["--url", url]).end(within: WatchBench.patience)
    }

    /// Ends it as a service manager does.
    func stop() async throws -> Workbench.Outcome {
        program.signal(SIGTERM)
        return try await program.end(within: WatchBench.patience)
    }
}

/// A page of a daemon on this machine.
private enum Page {
    struct Unavailable: Error {
        let url: String
        let reason: String
    }

    /// What the daemon answers to a GET, which must be status 200.
    static func get(_ url: String) throws -> Data {
        let parts = try #require(URLComponents(string: url))
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        // A daemon that hangs must not hang the tests.
        var patience = timeval(tv_sec: Int(WatchBench.patience), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(parts.port ?? 0).bigEndian
        address.sin_addr.s_addr = inet_addr(parts.host ?? "")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Unavailable(url: url, reason: String(cString: strerror(errno))) }
        let request = Array("GET \(parts.path) HTTP/1.1\r\nHost: \(parts.host ?? "")\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw Unavailable(url: url, reason: "the request was not taken")
        }
        var answer = Data()
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { break }
            answer += part.prefix(count)
        }
        let line = answer.prefix { $0 != UInt8(ascii: "\r") }
        guard line.starts(with: Array("HTTP/1.1 200".utf8)), let end = answer.firstRange(of: Data("\r\n\r\n".utf8))
        else { throw Unavailable(url: url, reason: String(decoding: line, as: UTF8.self)) }
        return answer[end.upperBound...]
    }
}
