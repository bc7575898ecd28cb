internal import CLibCrypto
internal import Glibc

/// Two ends, for us and for a program; -1 where there is none.
struct Pipe {
    let reading: Int32
    let writing: Int32

    init(none: Void) { (reading, writing) = (-1, -1) }

    /// Neither end is inherited by itself.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }

    func close() { for end in [reading, writing] where end >= 0 { Glibc.close(end) } }
}

extension ChildProcess.Failure {
    static let overdue = ChildProcess.Failure(reason: "no answer in time", isOverdue: true)
}

extension ChildProcess {
    /// A stream of -1 leads nowhere.
    static func spawn(
        _ program: String, _ words: [String], folder: String, environment: [String: String],
        streams: (input: Int32, output: Int32, errors: Int32)
    ) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (stream, number) in [(streams.input, Int32(0)), (streams.output, 1), (streams.errors, 2)] {
            if stream >= 0 {
                posix_spawn_file_actions_adddup2(&actions, stream, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0)
            }
        }
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
}
