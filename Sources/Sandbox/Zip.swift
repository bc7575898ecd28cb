/// A minimal zip: stored entries only, the same bytes for the same entries.
enum Zip {
    struct Entry: Equatable {
        let name: String
        let bytes: [UInt8]
    }

    /// A stored entry of an archive of ours is small; the bound keeps a hostile directory from naming thousands.
    static let maximumEntries = 10_000

    static func write(_ entries: [Entry]) -> [UInt8] {
        var output: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = output.count
            // Version 2.0, UTF-8 names, stored; 1 January 1980 so that the bytes do not depend on the clock.
            var common: [UInt8] = []
            common.append(little: 20, 2)
            common.append(little: 0x0800, 2)
            common.append(little: 0, 2)
            common.append(little: 0, 2)
            common.append(little: 0x21, 2)
            common.append(little: Int(Checksum.crc32(entry.bytes)), 4)
            common.append(little: entry.bytes.count, 4)
            common.append(little: entry.bytes.count, 4)
            common.append(little: entry.name.utf8.count, 2)
            common.append(little: 0, 2)
            output.append(little: 0x0403_4B50, 4)
            output += common
            output += entry.name.utf8
            output += entry.bytes
            directory.append(little: 0x0201_4B50, 4)
            directory.append(little: 20, 2)
            directory += common
            // Comment, disk, internal and external attributes.
            directory += [UInt8](repeating: 0, count: 10)
            directory.append(little: offset, 4)
            directory += entry.name.utf8
        }
        let start = output.count
        output += directory
        output.append(little: 0x0605_4B50, 4)
        output.append(little: 0, 4)
        output.append(little: entries.count, 2)
        output.append(little: entries.count, 2)
        output.append(little: directory.count, 4)
        output.append(little: start, 4)
        output.append(little: 0, 2)
        return output
    }

    static func isArchive(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
    }

    /// The bytes of the stored entry of that name; nil when there is none, or it is compressed or damaged.
    static func read(_ name: String, from bytes: [UInt8]) -> [UInt8]? {
        // The end record may be followed by a comment of up to 65,535 bytes.
        let first = max(0, bytes.count - 22 - 65_535)
        guard bytes.count >= 22,
            let end = stride(from: bytes.count - 22, through: first, by: -1)
                .first(where: { bytes.little($0, 4) == 0x0605_4B50 }),
            let count = bytes.little(end + 10, 2), var position = bytes.little(end + 16, 4), count <= maximumEntries
        else { return nil }
        for _ in 0..<count {
            guard bytes.little(position, 4) == 0x0201_4B50, let method = bytes.little(position + 10, 2),
                let crc = bytes.little(position + 16, 4), let size = bytes.little(position + 20, 4),
                let nameLength = bytes.little(position + 28, 2), let extra = bytes.little(position + 30, 2),
                let comment = bytes.little(position + 32, 2), let offset = bytes.little(position + 42, 4),
                position + 46 + nameLength <= bytes.count
            else { return nil }
            if bytes[position + 46..<position + 46 + nameLength].elementsEqual(name.utf8) {
                guard method == 0, let localName = bytes.little(offset + 26, 2),
                    let localExtra = bytes.little(offset + 28, 2)
                else { return nil }
                let start = offset + 30 + localName + localExtra
                guard start + size <= bytes.count else { return nil }
                let content = Array(bytes[start..<start + size])
                return Int(Checksum.crc32(content)) == crc ? content : nil
            }
            position += 46 + nameLength + extra + comment
        }
        return nil
    }
}

extension [UInt8] {
    fileprivate mutating func append(little value: Int, _ width: Int) {
        for index in 0..<width { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    /// The number of `width` bytes at `position`, low byte first; nil outside.
    fileprivate func little(_ position: Int, _ width: Int) -> Int? {
        guard position >= 0, position + width <= count else { return nil }
        return (0..<width).reduce(0) { $0 | Int(self[position + $1]) << (8 * $1) }
    }
}
