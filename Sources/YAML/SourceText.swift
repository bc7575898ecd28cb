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

    /// Waypoints through the text, found when a place is asked for: most texts are right, and never asked.
    private let index = Mutex<[Waypoint]?>(nil)
    /// How many bytes lie between waypoints: what is looked at for one place, however long its line is.
    private static let stride = 4096

    /// The line and the column, both 1-based, of the byte at `offset`.
    private struct Waypoint {
        var offset: Int
        var line = 1
        var column = 1
    }

    package init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    /// The line of that number (1-based) without its line break, or nil where there is none or it is too long to show.
    package func line(_ number: Int) -> String? {
        guard number >= 1 else { return nil }
        var point = lastWaypoint { ($0.line, $0.column) <= (number, 1) }
        bytes.withUnsafeBufferPointer { text in
            while point.line < number, point.offset < text.count { SourceText.step(&point, in: text) }
        }
        guard point.line == number else { return nil }
        let start = point.offset
        // Only the start of a line that is too long is looked at.
        let most = min(bytes.count, start + SourceText.longestShownLine + 1)
        let end = (start..<most).first { SourceText.breakLength(at: $0, in: bytes) > 0 } ?? most
        guard end - start <= SourceText.longestShownLine else { return nil }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// The line and the column, both 1-based, of the character that holds the byte at `offset`.
    func place(of offset: Int) -> (line: Int, column: Int) {
        var point = lastWaypoint { $0.offset <= offset }
        bytes.withUnsafeBufferPointer { text in
            while point.offset < min(offset, text.count) {
                let before = point
                SourceText.step(&point, in: text)
                // Inside of a line break of several bytes: still in the line that it ends.
                if point.offset > offset { point = Waypoint(offset: offset, line: before.line, column: before.column) }
            }
        }
        return (point.line, point.column)
    }

    /// How many bytes at the start are a UTF-8 byte order mark.
    var byteOrderMarkLength: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// The last waypoint before or at a place; the first one when there is none.
    private func lastWaypoint(before isBefore: (Waypoint) -> Bool) -> Waypoint {
        let waypoints = waypoints
        var (low, high) = (0, waypoints.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if isBefore(waypoints[middle]) { low = middle } else { high = middle }
        }
        return waypoints[low]
    }

    private var waypoints: [Waypoint] {
        index.withLock { known in
            if let known { return known }
            var point = Waypoint(offset: byteOrderMarkLength)
            var found = [point]
            bytes.withUnsafeBufferPointer { text in
                while point.offset < text.count {
                    SourceText.step(&point, in: text)
                    if point.offset >= found[found.count - 1].offset + SourceText.stride { found.append(point) }
                }
            }
            known = found
            return found
        }
    }

    /// Goes past one byte, or one line break.
    private static func step(_ point: inout Waypoint, in text: UnsafeBufferPointer<UInt8>) {
        let byte = text[point.offset]
        let isPlain = byte != 0x0A && byte != 0x0D && byte != 0xC2 && byte != 0xE2
        let length = isPlain ? 0 : breakLength(at: point.offset, in: text)
        guard length == 0 else {
            point = Waypoint(offset: point.offset + length, line: point.line + 1)
            return
        }
        point.offset += 1
        // The bytes after the first of a character do not count.
        if byte & 0xC0 != 0x80 { point.column += 1 }
    }

    /// How many bytes the line break at `position` has; 0 when there is none.
    ///
    /// Breaks are those of libyaml, whose line numbers must find their line: LF, CR, CR LF, and NEL, LS and PS.
    static func breakLength<Bytes: RandomAccessCollection>(at position: Int, in bytes: Bytes) -> Int
    where Bytes.Element == UInt8, Bytes.Index == Int {
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
