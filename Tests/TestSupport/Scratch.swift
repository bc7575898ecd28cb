internal import Glibc

/// A folder of its own for one test; goes with the last reference.
package final class Scratch: Sendable {
    package let path: String

    package init() throws {
        let place = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(place)/http-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(message: "no scratch folder: \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    package struct Failure: Error {
        package let message: String

        package init(message: String) { self.message = message }
    }

    /// What lies in it, sorted.
    package var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { found.append(name) }
        }
        return found.sorted()
    }

    /// Writes a file and returns its path.
    @discardableResult package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Failure(message: "'\(name)' cannot be written: \(errno)")
        }
        return "\(path)/\(name)"
    }

    package func read(_ name: String) throws -> [UInt8] {
        let descriptor = open("\(path)/\(name)", O_RDONLY)
        guard descriptor >= 0 else { throw Failure(message: "'\(name)' cannot be read: \(errno)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = Glibc.read(descriptor, &piece, piece.count), count > 0 { bytes += piece[..<count] }
        return bytes
    }
}

/// An address on 127.0.0.1 at which nobody answers: it refuses, or with `isDeaf` says nothing at all.
package final class DeadPort: Sendable {
    package let port: Int
    private let sockets: [Int32]

    package init(isDeaf: Bool = false) throws {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var opened = [server]
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(server, address, size) == 0, getsockname(server, address, &size) == 0 else { return false }
                guard isDeaf else { return true }
                // A full queue of connections that nobody accepts: Linux drops what comes then.
                guard listen(server, 0) == 0 else { return false }
                for _ in 0..<4 {
                    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
                    opened.append(client)
                    _ = connect(client, address, size)
                }
                return true
            }
        }
        guard isBound else { throw Scratch.Failure(message: "no port: \(errno)") }
        port = Int(UInt16(bigEndian: address.sin_port))
        sockets = opened
    }

    deinit { for descriptor in sockets { close(descriptor) } }

    package var url: String { "http://127.0.0.1:\(port)" }
}
