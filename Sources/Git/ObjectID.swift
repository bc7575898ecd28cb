internal import CLibGit2

/// The name of an object: the SHA-1 of its content.
struct ObjectID: Hashable {
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// Nil unless it is 40 hexadecimal digits.
    init?(_ text: String) {
        guard text.utf8.count == ObjectID.digits, text.utf8.allSatisfy(\.isHexadecimal) else { return nil }
        var id = git_oid()
        guard git_oid_fromstr(&id, text) == 0 else { return nil }
        self.init(id)
    }

    init(_ id: git_oid) {
        (high, middle, low) = withUnsafeBytes(of: id) { bytes in
            (
                bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
            )
        }
    }

    var library: git_oid {
        var id = git_oid()
        withUnsafeMutableBytes(of: &id) { bytes in
            bytes.storeBytes(of: high, as: UInt64.self)
            bytes.storeBytes(of: middle, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: low, toByteOffset: 16, as: UInt32.self)
        }
        return id
    }

    var text: String {
        var id = library
        return String(unsafeUninitializedCapacity: ObjectID.digits) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { _ = git_oid_fmt($0.baseAddress, &id) }
            return ObjectID.digits
        }
    }

    static let digits = 40
}

extension UInt8 {
    /// Whether it is one of `0-9a-f`.
    var isHexadecimal: Bool { (48...57).contains(self) || (97...102).contains(self) }
}
