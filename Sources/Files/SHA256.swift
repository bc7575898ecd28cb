internal import CLibCrypto
internal import Glibc

/// A SHA-256 of bytes that come piece by piece.
package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto has no memory for a digest")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            let result = EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
            precondition(result == 1, "a digest takes any bytes")
        }
        if done == nil { update(Array(bytes)) }
    }

    /// The digest, 32 bytes.
    package consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: digestBytes) { buffer, count in
            let result = EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            precondition(result == 1, "a digest ends once")
            count = digestBytes
        }
    }
}

private let digestBytes = 32

/// The SHA-256 of `bytes`, in 64 hexadecimal digits.
package func sha256(_ bytes: [UInt8]) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return hexadecimal(digest.finish())
}

/// The SHA-256 of a file of any size, in 64 hexadecimal digits.
package func sha256(file path: String) throws(FileError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno, "read", path) }
    defer { close(descriptor) }
    var digest = SHA256()
    // Large enough that the system calls do not count.
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
        let room = buffer.count
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, room) }
        if count < 0 {
            if errno == EINTR { continue }
            throw .system(errno, "read", path)
        }
        if count == 0 { return hexadecimal(digest.finish()) }
        digest.update(buffer[..<count])
    }
}

/// The HMAC-SHA-256 of `bytes` with `key`: 32 bytes.
package func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: digestBytes) { buffer, count in
        // An empty array may have no address, and HMAC takes a missing key for "the key before".
        let padded = key.isEmpty ? [0] : key
        var length: UInt32 = 0
        let result = HMAC(EVP_sha256(), padded, Int32(key.count), bytes, bytes.count, buffer.baseAddress, &length)
        precondition(result != nil && length == digestBytes, "an HMAC takes any key and any bytes")
        count = digestBytes
    }
}

/// Two lower-case digits for each byte.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
