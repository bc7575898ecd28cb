internal import Glibc
internal import Synchronization

/// A child program whose standard input and output we hold.
package final class Program: Sendable {
    private let id: pid_t
    package let input: Int32
    package let output: Int32

    package init(_ arguments: [String]) throws {
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
    package func read(_ seen: inout [UInt8], until isEnough: ([UInt8]) -> Bool) {
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while !isEnough(seen) {
            let count = Glibc.read(output, &piece, piece.count)
            guard count > 0 else { return }
            seen += piece[..<count]
        }
    }

    /// Reads likewise on a thread of its own, because the pool's must not block for long.
    package func bytes(until isEnough: @escaping @Sendable ([UInt8]) -> Bool) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            detachThread { [self] in
                var seen: [UInt8] = []
                read(&seen, until: isEnough)
                continuation.resume(returning: seen)
            }
        }
    }

    /// Waits for the end; true for status 0.
    package static func run(_ arguments: [String]) throws -> Bool {
        let program = try Program(arguments)
        var output: [UInt8] = []
        program.read(&output) { _ in false }
        var status: Int32 = 0
        return waitpid(program.id, &status, 0) == program.id && status == 0
    }
}
