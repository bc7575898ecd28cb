internal import Glibc
import JSON

/// Keeps a state in a folder: a journal of changed records, and uploaded archives as files.
///
/// Each line of `journal` is one request's changes: CRC-32 of the rest, a space, and `[[key, value], [key], …]`, where a key alone
/// was deleted. A line is written with one call before the request is answered, so a process that is killed leaves whole
/// requests behind and at most one torn line, which the next start cuts off. There is no fsync for each request: only the
/// loss of power, not of the process, can take the last ones. Archives are durable before the line that names them.
final class DiskStore: Store {
    static let header = "mooring-sandbox 1\n"
    /// Lines beyond this, besides two for each living record, are worth a rewrite: some tens of milliseconds' reading.
    static let spareLines = 2_000

    private let folder: String
    private var file: Int32 = -1
    /// Bytes of whole lines.
    private var length = 0
    private var lines = 0
    private var compactionLines = DiskStore.spareLines

    private var journal: String { "\(folder)/journal" }

    /// Opens or makes the folder; `records` are the last of each key, none in a fresh folder.
    init(_ folder: String, _ records: inout [RecordKey: JSONValue]) throws(SandboxError) {
        self.folder = folder
        try DataFolder.make("\(folder)/archives")
        if let bytes = try DataFolder.read(journal) {
            try read(bytes, &records)
        } else {
            try DataFolder.writeAtomically(Array(DiskStore.header.utf8), to: journal)
            length = DiskStore.header.utf8.count
        }
        try open()
        compactionLines = 2 * records.count + DiskStore.spareLines
    }

    deinit { if file >= 0 { close(file) } }

    /// Opens the journal for appending, and cuts a torn line off.
    private func open() throws(SandboxError) {
        if file >= 0 { close(file) }
        file = Glibc.open(journal, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard file >= 0, ftruncate(file, off_t(length)) == 0 else {
            throw DataFolder.failure("cannot write '\(journal)'")
        }
    }

    private func read(_ bytes: [UInt8], _ records: inout [RecordKey: JSONValue]) throws(SandboxError) {
        guard bytes.starts(with: Array(DiskStore.header.utf8)) else {
            throw SandboxError(.corrupt, "'\(journal)' is no journal of a sandbox that this program can read")
        }
        length = DiskStore.header.utf8.count
        while let end = bytes[length...].firstIndex(of: 0x0A) {
            guard let changes = DiskStore.changes(bytes[length..<end]) else {
                // The last line may be torn; one before it was damaged by someone else.
                guard bytes[(end + 1)...].firstIndex(of: 0x0A) == nil else {
                    throw SandboxError(.corrupt, "line \(lines + 2) of '\(journal)' is damaged")
                }
                return
            }
            for (key, value) in changes { records[key] = value }
            lines += 1
            length = end + 1
        }
    }

    /// The changes of one line, or nil when it is not as it was written.
    private static func changes(_ line: ArraySlice<UInt8>) -> [(RecordKey, JSONValue?)]? {
        guard line.count > 9, let crc = UInt32(String(decoding: line.prefix(8), as: UTF8.self), radix: 16),
            Checksum.crc32(line.dropFirst(9)) == crc,
            let list = (try? JSONValue(parsing: Array(line.dropFirst(9))))?.array
        else { return nil }
        var changes: [(RecordKey, JSONValue?)] = []
        for change in list {
            guard let pair = change.array, let key = pair.first.flatMap({ RecordKey(json: $0) }) else { return nil }
            changes.append((key, pair.dropFirst().first))
        }
        return changes
    }

    private static func line(_ changes: [JSONValue]) -> [UInt8] {
        let text = JSONValue.array(changes).bytes()
        return Array("\(Checksum.text(Checksum.crc32(text))) ".utf8) + text + [0x0A]
    }

    func commit(_ state: inout State) throws(SandboxError) {
        guard !state.dirty.isEmpty else { return }
        for (id, zip) in state.newArchives { try DataFolder.writeAtomically(zip, to: path(id)) }
        // A set has no order; the journal of a run should not depend on it.
        let keys = state.dirty.map { (text: $0.json.text(), key: $0) }.sorted { $0.text < $1.text }
        let line = DiskStore.line(
            keys.map { _, key in state.record(key).map { .array([key.json, $0]) } ?? .array([key.json]) })
        guard DataFolder.write(line, to: file) else {
            let error = DataFolder.failure("cannot write '\(journal)'")
            // What is in memory stays dirty and is written with the next change, behind whole lines only.
            ftruncate(file, off_t(length))
            throw error
        }
        length += line.count
        lines += 1
        for case .archive(let id) in state.dirty where state.archives[id] == nil { unlink(path(id)) }
        state.newArchives = [:]
        state.dirty = []
        if lines > compactionLines { try compact(state) }
    }

    /// Writes the journal anew, one line for each living record.
    private func compact(_ state: State) throws(SandboxError) {
        var bytes = Array(DiskStore.header.utf8)
        lines = 0
        for key in state.allKeys {
            guard let record = state.record(key) else { continue }
            bytes += DiskStore.line([.array([key.json, record])])
            lines += 1
        }
        try DataFolder.writeAtomically(bytes, to: journal)
        length = bytes.count
        compactionLines = 2 * lines + DiskStore.spareLines
        try open()
    }

    func zip(_ archive: String, _ state: State) throws(SandboxError) -> [UInt8] {
        guard let item = state.archives[archive] else { throw SandboxError(.data, "there is no archive '\(archive)'") }
        guard item.isUploaded else { return item.zip }
        guard let bytes = try DataFolder.read(path(archive)) else {
            throw SandboxError(.data, "'\(path(archive))' is gone")
        }
        return bytes
    }

    /// Removes files that no record names: a process was killed between an archive and its line.
    func sweep(_ state: State) throws(SandboxError) {
        for name in try DataFolder.list("\(folder)/archives") {
            let id = name.hasSuffix(".zip") ? String(name.dropLast(4)) : ""
            if state.archives[id]?.isUploaded != true { unlink("\(folder)/archives/\(name)") }
        }
    }

    private func path(_ archive: String) -> String { "\(folder)/archives/\(archive).zip" }
}
