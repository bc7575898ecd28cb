internal import Glibc

/// A `multipart/form-data` body with one part, read from a file while it is sent.
///
/// Written here and not by libcurl's mime, which guesses a content type from the file's name: DSS's own client
/// sends the part without one.
struct MultipartSource: ~Copyable {
    /// The value of the request's content type.
    let contentType: String
    private let opening: [UInt8]
    private let closing: [UInt8]
    private let fileSize: Int
    private let descriptor: Int32
    private let path: String
    private var offset = 0

    /// Bytes of the whole body.
    var count: Int { opening.count + fileSize + closing.count }

    init(field: String, fileName: String, path: String, boundary: String) throws(SystemFailure) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw SystemFailure("'\(path)' cannot be read") }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            _ = close(opened)
            throw SystemFailure("'\(path)' cannot be read", code: EINVAL)
        }
        descriptor = opened
        self.path = path
        fileSize = Int(status.st_size)
        contentType = "multipart/form-data; boundary=\(boundary)"
        let disposition = "form-data; name=\"\(Self.quoted(field))\"; filename=\"\(Self.quoted(fileName))\""
        opening = Array("--\(boundary)\r\nContent-Disposition: \(disposition)\r\n\r\n".utf8)
        closing = Array("\r\n--\(boundary)--\r\n".utf8)
    }

    deinit { _ = close(descriptor) }

    /// Fills `buffer` with what comes next; 0 at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemFailure) -> Int {
        let inFile = offset - opening.count
        let read: Int
        if inFile < 0 {
            read = copy(opening[offset...], to: buffer)
        } else if inFile < fileSize {
            read = pread(descriptor, buffer.baseAddress, min(buffer.count, fileSize - inFile), inFile)
            guard read >= 0 else { throw SystemFailure("'\(path)' cannot be read") }
            guard read > 0 else { throw SystemFailure("'\(path)' became shorter while it was sent", code: EIO) }
        } else {
            read = copy(closing[(inFile - fileSize)...], to: buffer)
        }
        offset += read
        return read
    }

    /// Goes to `position`: libcurl starts again when a kept connection turns out to be dead.
    mutating func seek(to position: Int) -> Bool {
        guard (0...count).contains(position) else { return false }
        offset = position
        return true
    }

    private func copy(_ bytes: ArraySlice<UInt8>, to buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = bytes.prefix(buffer.count)
        buffer.copyBytes(from: part)
        return part.count
    }

    /// Escapes as browsers and urllib3 do (WHATWG HTML, multipart/form-data encoding).
    private static func quoted(_ name: String) -> String {
        var result = ""
        for character in name.unicodeScalars {
            switch character {
            case "\"": result += "%22"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// 32 hexadecimal digits: long enough never to stand in a file by chance.
    static func makeBoundary() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }
}
