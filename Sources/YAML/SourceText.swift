internal import Diagnostics
internal import Synchronization

/// A text that a user wrote, kept as long as a node of it is, so that messages can show its lines.
package final class SourceText: Sendable {
    /// A longer line is not shown: minified documents would repeat themselves in each message.
    package static let longestShownLine = 16_384

    /// The path as the user would type it.
    package let file: String
    /// The file as read, with its byte order mark if it has one.
    package let bytes: [UInt8]

    /// Where each 64th line starts, found when a line is asked for: most texts are right, and never asked.
    private let index = Mutex<[Int]?>(nil)
    private static let stride = 64

    package init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    /// The line of that number (1-based) without its line break, or nil where there is none or it is too long to show.
    package func line(_ number: Int) -> String? {
        let checkpoints = checkpoints
        guard number >= 1, (number - 1) / SourceText.stride < checkpoints.count else { return nil }
        var start = checkpoints[(number - 1) / SourceText.stride]
        for _ in 0..<((number - 1) % SourceText.stride) {
            let end = endOfLine(from: start)
            guard end < bytes.count else { return nil }
            start = end + SourceText.breakLength(at: end, in: bytes)
        }
        let line = bytes[start..<endOfLine(from: start)]
        return line.count <= SourceText.longestShownLine ? String(decoding: line, as: UTF8.self) : nil
    }

    /// The line and the column, both 1-based, of the character that holds the byte at `offset`.
    func place(of offset: Int) -> (line: Int, column: Int) {
        let checkpoints = checkpoints
        // Binary search for the last checkpoint at or before the offset.
        var (low, high) = (0, checkpoints.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if checkpoints[middle] <= offset { low = middle } else { high = middle }
        }
        var (line, start) = (low * SourceText.stride + 1, checkpoints[low])
        while true {
            let end = endOfLine(from: start)
            let next = end < bytes.count ? end + SourceText.breakLength(at: end, in: bytes) : Int.max
            guard next <= offset else { break }
            (line, start) = (line + 1, next)
        }
        let before = bytes[start..<max(start, min(offset, bytes.count))]
        return (line, before.reduce(into: 1) { if $1 & 0xC0 != 0x80 { $0 += 1 } })
    }

    /// How many bytes at the start are a UTF-8 byte order mark.
    var byteOrderMarkLength: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    private var checkpoints: [Int] {
        index.withLock { known in
            if let known { return known }
            var found = [byteOrderMarkLength]
            var (lines, end) = (0, endOfLine(from: byteOrderMarkLength))
            while end < bytes.count {
                lines += 1
                let start = end + SourceText.breakLength(at: end, in: bytes)
                if lines % SourceText.stride == 0 { found.append(start) }
                end = endOfLine(from: start)
            }
            known = found
            return found
        }
    }

    /// Where the line break at or after `start` is, or the end of the text.
    private func endOfLine(from start: Int) -> Int {
        var position = start
        while position < bytes.count, SourceText.breakLength(at: position, in: bytes) == 0 { position += 1 }
        return position
    }

    /// How many bytes the line break at `position` has; 0 when there is none.
    ///
    /// Breaks are those of libyaml, whose line numbers must find their line: LF, CR, CR LF, and NEL, LS and PS.
    static func breakLength(at position: Int, in bytes: [UInt8]) -> Int {
        let next = { (distance: Int) in position + distance < bytes.count ? bytes[position + distance] : 0 }
        switch bytes[position] {
        case 0x0A: return 1
        case 0x0D: return next(1) == 0x0A ? 2 : 1
        case 0xC2: return next(1) == 0x85 ? 2 : 0
        case 0xE2: return next(1) == 0x80 && (next(2) == 0xA8 || next(2) == 0xA9) ? 3 : 0
        default: return 0
        }
    }
}

extension SourceText {
    /// An error at the character that holds the byte at `offset`.
    func diagnostic(
        at offset: Int, _ code: String, _ message: String, length: Int = 1, hint: String? = nil
    ) -> Diagnostic {
        let (line, column) = place(of: offset)
        return Diagnostic(
            .error, code, message, at: SourceMark(file: file, line: line, column: column), excerpt: self.line(line),
            length: length, hint: hint)
    }

    /// Points at the first byte that is not UTF-8, looked for from `start` on; there must be one.
    func notUTF8(from start: Int = 0) -> Diagnostic {
        var decoder = UTF8()
        var rest = bytes[start...].makeIterator()
        var offset = start
        while case .scalarValue(let scalar) = decoder.decode(&rest) { offset += UTF8.width(scalar) }
        let byte = offset < bytes.count ? String(bytes[offset], radix: 16, uppercase: true) : "?"
        return diagnostic(
            at: offset, "not-utf8", "the file is not UTF-8 (byte 0x\(byte))", hint: "Save the file as text in UTF-8.")
    }
}
