internal import Diagnostics

extension YAMLReader {
    /// Counts what is written.
    mutating func spend(_ size: Int) throws(Halt) {
        writtenSize += size
        guard writtenSize + expandedSize <= limits.size else {
            throw Halt(diagnostic: .tooLarge(limits, at: place()))
        }
    }

    /// Counts what an alias brings in.
    mutating func spend(expanding size: Int, at place: YAMLNode) throws(Halt) {
        expandedSize += size
        let most = min(limits.size - writtenSize, max(limits.freeExpansion, limits.expansion * writtenSize))
        guard expandedSize <= most else {
            throw Halt(
                diagnostic: place.diagnostic(
                    .error, "alias-bomb", "the aliases up to here stand for more than \(most) values",
                    hint: "Aliases inside aliases multiply; write less through them."))
        }
    }
}

/// The offset of the first line that starts with '%' beyond those allowed, or nil when there is none.
func excessDirective(in text: UnsafeBufferPointer<UInt8>) -> Int? {
    let bytes = UnsafeRawBufferPointer(text)
    var (found, offset) = (0, 0)
    while offset < bytes.count {
        // Eight bytes at a time: this looks at every byte of every manifest.
        if offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0x2525_2525_2525_2525
            guard (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 else {
                offset += 8
                continue
            }
        }
        for place in offset..<min(offset + 8, bytes.count) where bytes[place] == UInt8(ascii: "%") {
            guard place == 0 || bytes[place - 1] == 0x0A || bytes[place - 1] == 0x0D else { continue }
            found += 1
            if found > YAMLLimits.directives { return place }
        }
        offset += 8
    }
    return nil
}

extension Diagnostic {
    static func tooDeep(_ limits: YAMLLimits, at place: YAMLNode) -> Diagnostic {
        place.diagnostic(.error, "too-deep", "nested deeper than \(limits.depth) levels")
    }

    static func tooLarge(_ limits: YAMLLimits, at place: YAMLNode) -> Diagnostic {
        place.diagnostic(
            .error, "too-large", "the file holds more than \(limits.size) values", hint: "Split it into several files.")
    }

    static func unknownAlias(
        _ name: String, at place: YAMLNode, open: [String], known: some Collection<String>
    ) -> Diagnostic {
        if open.contains(name) {
            return place.diagnostic(
                .error, "unknown-alias", "the alias '*\(clipped(name))' stands inside the value that it names")
        }
        // Among more names than these the nearest one means little, and takes long to find.
        let near = known.count <= 100 ? closest(to: name, among: known) : nil
        return place.diagnostic(
            .error, "unknown-alias", "no anchor '&\(clipped(name))' stands before this alias in its document",
            hint: near.map { "Did you mean '*\($0)'?" } ?? "Quote a text that starts with '*'.")
    }
}
