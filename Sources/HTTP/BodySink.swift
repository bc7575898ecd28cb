internal import Glibc

/// Where an answer's body goes: memory, or a new file for a success with a destination.
struct BodySink {
    /// Bytes that came, wherever they went.
    private(set) var count = 0
    private(set) var bytes: [UInt8] = []
    private let limit: Int
    private var path: String?
    private var descriptor: Int32 = -1

    init(limit: Int) { self.limit = limit }

    /// Sends what follows to a new file at `path`; an older one is emptied.
    ///
    /// Throws the system's words when it cannot be made.
    mutating func open(_ path: String) throws(SystemFailure) {
        let opened = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw SystemFailure("'\(path)' cannot be made") }
        descriptor = opened
        self.path = path
    }

    /// Reserves what the server announced, as far as it is allowed and not yet proved.
    mutating func expect(_ announced: Int) {
        // A lying header must not cost memory: beyond this the array grows as bytes come.
        let trusted = 1 << 20
        if descriptor < 0 { bytes.reserveCapacity(min(announced, limit, trusted)) }
    }

    /// Returns false when the body is longer than allowed.
    mutating func append(_ data: UnsafeRawBufferPointer) throws(SystemFailure) -> Bool {
        guard data.count <= limit - count else { return false }
        count += data.count
        guard descriptor >= 0 else {
            bytes.append(contentsOf: data)
            return true
        }
        var rest = data
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = write(descriptor, start, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SystemFailure("'\(path ?? "")' cannot be written") }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return true
    }

    /// Ends a whole body. Some file systems report a full disk only here.
    mutating func close() throws(SystemFailure) {
        guard descriptor >= 0 else { return }
        defer { descriptor = -1 }
        guard Glibc.close(descriptor) == 0 else { throw SystemFailure("'\(path ?? "")' cannot be written") }
    }

    /// Closes and removes a file that is not whole.
    mutating func discard() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
        if let path { unlink(path) }
        path = nil
        bytes = []
    }
}

/// What a system call complained of.
struct SystemFailure: Error {
    let message: String

    /// Reads `errno`, so it is made right after the call.
    init(_ what: String, code: Int32 = errno) { message = "\(what): \(String(cString: strerror(code)))" }
}
