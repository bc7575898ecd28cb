internal import Glibc
package import Resources

extension ProcessIdentity {
    /// This process.
    ///
    /// The machine is its boot, its process namespace and its host name: two containers of one machine are two machines,
    /// since neither sees the other's processes. Without `/proc` it is `""`, and nothing is ever taken for gone.
    package static func current() -> ProcessIdentity {
        let number = Int(getpid())
        guard case .running(let started) = Life(of: number) else {
            return ProcessIdentity(machine: "", number: number, started: 0)
        }
        return ProcessIdentity(machine: own, number: number, started: started)
    }

    /// Whether this was a process of this machine, and runs no more.
    package var isGone: Bool {
        guard !machine.isEmpty, machine == ProcessIdentity.own else { return false }
        return switch Life(of: number) {
        case .ended: true
        case .running(let start): start != started
        case .hidden: false
        }
    }

    private static let own: String = {
        var host = utsname()
        guard let boot = smallFile("/proc/sys/kernel/random/boot_id"), uname(&host) == 0 else { return "" }
        var namespace = stat()
        guard stat("/proc/self/ns/pid", &namespace) == 0 else { return "" }
        let name = withUnsafeBytes(of: &host.nodename) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "\(boot.filter { !$0.isWhitespace })/\(namespace.st_ino)/\(name)"
    }()
}

/// What can be told of a process by its number.
private enum Life {
    /// Since then, in clock ticks since the machine started.
    case running(since: Int)
    /// There is none, or only its exit status is left to be fetched.
    case ended
    /// It is there, and another user's whose processes we are not shown.
    case hidden

    init(of number: Int) {
        // The second field is the program's name in parentheses, with whatever its author likes in it: the last one ends it.
        guard let text = smallFile("/proc/\(number)/stat"), let end = text.lastIndex(of: ")") else {
            let isThere = kill(pid_t(truncatingIfNeeded: number), 0) == 0 || errno != ESRCH
            self = isThere ? .hidden : .ended
            return
        }
        let fields = text[text.index(after: end)...].split(separator: " ")
        // What follows is field 3, the state; field 22 is the start.
        guard fields.count > 19, let start = Int(fields[19]) else {
            self = .hidden
            return
        }
        self = fields[0] == "Z" || fields[0] == "X" ? .ended : .running(since: start)
    }
}

/// A file of `/proc` that is known to be small: these have no size, so they are read until they end.
private func smallFile(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // The longest is `stat`: 52 numbers.
    let room = 4096
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, room))
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
}
