/// Tells quickly whether the keys of one mapping are all different, as nearly always they are.
///
/// A digest of each key is compared, not the keys. Equal digests, and keys beyond ASCII (where two spellings may be
/// one text), only mean that it takes a closer look; so crafted collisions win nothing.
struct KeyDigests: ~Copyable {
    private var digests: [UInt64] = []
    /// Where the digests of the innermost mapping start.
    private var start = 0
    private var needsLook = false

    /// What the mapping around an inner one had.
    struct Outer {
        fileprivate let start: Int
        fileprivate let needsLook: Bool
    }

    mutating func open() -> Outer {
        let outer = Outer(start: start, needsLook: needsLook)
        start = digests.count
        needsLook = false
        return outer
    }

    /// Ends the innermost mapping. Returns whether some of its keys may be the same.
    mutating func close(_ outer: Outer) -> Bool {
        let result = needsLook || mayRepeat
        digests.removeSubrange(start...)
        start = outer.start
        needsLook = outer.needsLook
        return result
    }

    private var mayRepeat: Bool {
        let count = digests.count - start
        // Below this comparing each with each costs less than hashing.
        guard count <= 24 else { return Set(digests[start...]).count < count }
        for index in start..<digests.count {
            for earlier in start..<index where digests[earlier] == digests[index] { return true }
        }
        return false
    }

    /// A key that is not at hand as bytes.
    mutating func addUnknown() { needsLook = true }

    mutating func add(_ key: UnsafeBufferPointer<UInt8>) {
        let bytes = UnsafeRawBufferPointer(key)
        var digest = UInt64(bytes.count)
        var seen: UInt64 = 0
        var offset = 0
        while offset < bytes.count {
            var word: UInt64 = 0
            if offset + 8 <= bytes.count {
                word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            } else {
                for index in offset..<bytes.count { word = word << 8 | UInt64(bytes[index]) }
            }
            seen |= word
            digest = (digest ^ word) &* 0x9E37_79B9_7F4A_7C15
            digest ^= digest >> 29
            offset += 8
        }
        if seen & 0x8080_8080_8080_8080 != 0 { needsLook = true }
        digests.append(digest)
    }
}
