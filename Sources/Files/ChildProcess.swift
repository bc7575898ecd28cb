internal import CLibCrypto
internal import Glibc

/// A program that runs beside us without a shell, its standard streams in our hands; for one thread at a time.
///
/// It is in a process group of its own, and ends with all that it started when this is released.
package final class ChildProcess {
    /// Why nothing is known of what it did; nothing of its output is in the reason.
    package struct Failure: Error {
        package let reason: String
        /// Whether it took too long.
        package var isOverdue = false
    }

    /// How a program ended.
    package enum Ending: Hashable, Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    package struct Result: Sendable {
        package let ending: Ending
        package let output: [UInt8]
        package let complaints: [UInt8]
    }

    /// What is kept of its standard error: the end, which says why it gave up.
    private static let mostComplaints = 64 << 10

    private let id: pid_t
    /// Which streams had something at the last look.
    private var ready: Set<Int32> = []
    private var ending: Ending?
    private var input: Int32
    private var output: Int32
    private var errors: Int32
    /// The end of what it wrote on its standard error so far.
    package private(set) var complaints: [UInt8] = []

    /// Starts `words[0]` with the others as its arguments, in `folder`.
    ///
    /// Without `hasInput` it reads nothing; without `hasComplaints` its standard error is thrown away.
    package init(
        _ words: [String], folder: String, environment: [String: String], hasInput: Bool = false,
        hasComplaints: Bool = false
    ) throws(Failure) {
        guard let program = ChildProcess.find(words[0], in: folder, environment: environment) else {
            throw Failure(reason: "there is no such program")
        }
        // One that ends early must not end us too.
        signal(SIGPIPE, SIG_IGN)
        var pipes: [Pipe] = []
        for isWanted in [hasInput, true, hasComplaints] {
            guard isWanted else {
                pipes.append(Pipe(none: ()))
                continue
            }
            guard let pipe = Pipe() else {
                for pipe in pipes { pipe.close() }
                throw Failure(reason: "no pipe could be made")
            }
            pipes.append(pipe)
        }
        let child = ChildProcess.spawn(
            program, words, folder: folder, environment: environment,
            streams: (pipes[0].reading, pipes[1].writing, pipes[2].writing))
        guard let child else {
            for pipe in pipes { pipe.close() }
            throw Failure(reason: "the program could not be started")
        }
        for end in [pipes[0].reading, pipes[1].writing, pipes[2].writing] where end >= 0 { Glibc.close(end) }
        (id, input, output, errors) = (child, pipes[0].writing, pipes[1].reading, pipes[2].reading)
        if input >= 0 { _ = fcntl(input, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        for descriptor in [input, output, errors] where descriptor >= 0 { Glibc.close(descriptor) }
        guard ending == nil else { return }
        kill(-id, SIGKILL)
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
    }

    /// The path of a program: as given where it holds a slash (from `folder`), else the first of that name on `PATH`.
    package static func find(_ program: String, in folder: String, environment: [String: String]) -> String? {
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

    /// Hands it some bytes; as many as it takes before it hangs up.
    package func write(_ bytes: UnsafeRawBufferPointer, until deadline: ContinuousClock.Instant) throws(Failure) -> Bool
    {
        var rest = bytes
        while !rest.isEmpty {
            guard input >= 0 else { return false }
            try wait(for: [(input, Int16(POLLOUT)), (errors, Int16(POLLIN))], until: deadline)
            let count = Glibc.write(input, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else {
                closeInput()
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    /// It gets no more.
    package func closeInput() {
        if input >= 0 { Glibc.close(input) }
        input = -1
    }

    /// How many bytes of its standard output came; 0 at the end.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
    ) throws(Failure) -> Int {
        while true {
            try wait(for: [(output, Int16(POLLIN)), (errors, Int16(POLLIN))], until: deadline)
            guard ready.contains(output) else { continue }
            let count = Glibc.read(output, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(reason: "its output could not be read") }
            return count
        }
    }

    /// Waits for its end, and reads the rest of what it complains of.
    package func wait(until deadline: ContinuousClock.Instant) throws(Failure) -> Ending {
        while errors >= 0 { try wait(for: [(errors, Int16(POLLIN))], until: deadline) }
        while true {
            if let ending { return ending }
            var status: Int32 = 0
            let ended = waitpid(id, &status, WNOHANG)
            if ended == id {
                // The low seven bits are the signal that ended it, the next byte is its exit status.
                ending = status & 0x7F == 0 ? .exit((status >> 8) & 0xFF) : .signal(status & 0x7F)
                continue
            }
            if ended < 0, errno != EINTR { throw Failure(reason: "the command was lost") }
            guard ContinuousClock.now < deadline else { throw .overdue }
            // It has closed its output already, so it ends within moments.
            usleep(1000)
        }
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - input: what it reads; nil: nothing.
    ///   - mostBytes: what it may write on its standard output.
    package static func run(
        _ words: [String], folder: String = "/", environment: [String: String], input: [UInt8]? = nil,
        hasComplaints: Bool = true, timeout: Duration, mostBytes: Int
    ) throws(Failure) -> Result {
        let child = try ChildProcess(
            words, folder: folder, environment: environment, hasInput: input != nil, hasComplaints: hasComplaints)
        let deadline = ContinuousClock.now + timeout
        var rest = (input ?? [])[...]
        if rest.isEmpty { child.closeInput() }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            try child.wait(
                for: [(child.output, Int16(POLLIN)), (child.errors, Int16(POLLIN)), (child.input, Int16(POLLOUT))],
                until: deadline)
            if child.input >= 0, child.ready.contains(child.input) {
                let count = rest.withUnsafeBytes { Glibc.write(child.input, $0.baseAddress, $0.count) }
                if count > 0 { rest = rest.dropFirst(count) }
                // One that has heard enough hangs up.
                if count < 0, errno != EINTR, errno != EAGAIN { rest = [] }
                if rest.isEmpty { child.closeInput() }
            }
            guard child.ready.contains(child.output) else { continue }
            let room = buffer.count
            let count = buffer.withUnsafeMutableBytes { Glibc.read(child.output, $0.baseAddress, room) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(reason: "its output could not be read") }
            if count == 0 { break }
            output += buffer[..<count]
            guard output.count <= mostBytes else {
                throw Failure(reason: "its output is larger than \(mostBytes >> 10) KiB")
            }
        }
        return Result(ending: try child.wait(until: deadline), output: output, complaints: child.complaints)
    }

    /// Waits until one of the streams has something, or room; a complaint is taken at once.
    private func wait(
        for streams: [(descriptor: Int32, events: Int16)], until deadline: ContinuousClock.Instant
    ) throws(Failure) {
        var waiting = streams.filter { $0.descriptor >= 0 }.map {
            pollfd(fd: $0.descriptor, events: $0.events, revents: 0)
        }
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw .overdue }
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            let count = poll(&waiting, nfds_t(waiting.count), Int32(clamping: milliseconds))
            if count < 0, errno != EINTR { throw Failure(reason: "its streams could not be watched") }
            if count > 0 { break }
        }
        ready = Set(waiting.filter { $0.revents != 0 }.map(\.fd))
        guard errors >= 0, ready.contains(errors) else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { Glibc.read(errors, $0.baseAddress, 4096) }
        if count < 0, errno == EINTR { return }
        if count > 0 {
            complaints = (complaints + buffer[..<count]).suffix(ChildProcess.mostComplaints)
        } else {
            Glibc.close(errors)
            errors = -1
        }
    }
}
