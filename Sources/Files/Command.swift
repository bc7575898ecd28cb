internal import CLibCrypto
internal import Glibc
internal import Resources

/// Why a command gave no secret; the reason holds nothing of its output.
struct CommandFailure: Error {
    let reason: String
}

/// A program that prints a secret: run without a shell, with a deadline, its output bounded.
struct Command {
    /// The program and its arguments; not empty.
    let words: [String]
    let folder: String
    let environment: [String: String]
    let timeout: Duration
    let maximumBytes: Int

    /// The path of the program: as given where it holds a slash (from `folder`), else the first of that name on `PATH`.
    static func find(_ program: String, in folder: String, environment: [String: String]) -> String? {
        if program.contains("/") {
            let path = resolvePath(program, from: folder)
            return isProgram(path) ? path : nil
        }
        let places = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return places.lazy.map { "\($0)/\(program)" }.first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        FileStatus(path)?.isFile == true && access(path, X_OK) == 0
    }

    /// What the program writes on its standard output. It has no input; what it says on standard error is thrown
    /// away, for it may hold the secret.
    func run() throws(CommandFailure) -> [UInt8] {
        guard let program = Command.find(words[0], in: folder, environment: environment) else {
            throw CommandFailure(reason: "there is no such program")
        }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw CommandFailure(reason: "no pipe could be made") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child: pid_t?
        do {
            defer { close(ends[1]) }
            child = spawn(program, output: ends[1])
        }
        defer { close(ends[0]) }
        guard let child else { throw CommandFailure(reason: "the program could not be started") }
        let deadline = ContinuousClock.now + timeout
        do throws(CommandFailure) {
            let output = try collect(from: ends[0], until: deadline)
            let status = try wait(for: child, until: deadline)
            // The low seven bits are the signal that ended it, the next byte is its exit status.
            guard status & 0x7F == 0 else { throw CommandFailure(reason: "the command was killed") }
            let exit = (status >> 8) & 0xFF
            guard exit == 0 else { throw CommandFailure(reason: "the command ended with status \(exit)") }
            return output
        } catch {
            // The whole group: what the program started must not live on.
            kill(-child, SIGKILL)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            throw error
        }
    }

    private func spawn(_ program: String, output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addchdir_np(&actions, folder)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, to be ended with all it started; and none of the signals that we ignore or block.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in arguments + settings { free(pointer) } }
        var child: pid_t = 0
        return posix_spawn(&child, program, &actions, &attributes, &arguments, &settings) == 0 ? child : nil
    }

    private func collect(from descriptor: Int32, until deadline: ContinuousClock.Instant) throws(CommandFailure)
        -> [UInt8]
    {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw overdue }
            let ready = poll(&waiting, 1, Int32(clamping: Command.milliseconds(left)))
            if ready < 0, errno != EINTR { throw CommandFailure(reason: "its output could not be read") }
            if ready <= 0 { continue }
            let room = buffer.count
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, room) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure(reason: "its output could not be read") }
            if count == 0 { return output }
            output += buffer[..<count]
            guard output.count <= maximumBytes else {
                throw CommandFailure(reason: "its output is larger than \(maximumBytes >> 10) KiB")
            }
        }
    }

    private func wait(for child: pid_t, until deadline: ContinuousClock.Instant) throws(CommandFailure) -> Int32 {
        var status: Int32 = 0
        while true {
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child { return status }
            if ended < 0, errno != EINTR { throw CommandFailure(reason: "the command was lost") }
            guard ContinuousClock.now < deadline else { throw overdue }
            // It has closed its output already, so it ends within moments.
            usleep(1000)
        }
    }

    private var overdue: CommandFailure {
        CommandFailure(reason: "the command took longer than \(timeout.text)")
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000 + 1
    }
}

/// Whether this process may read a file.
func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }
