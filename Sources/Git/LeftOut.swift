internal import Files

/// Contents that a mirror does not have because they are too large to be of use: none of them is a manifest.
struct LeftOut {
    private let file: String
    private(set) var ids: Set<ObjectID> = []

    /// Larger contents are neither copied nor read: git hands over an object as a whole, in memory.
    static let mostBytes = 128 << 20
    /// Nobody has so many files of that size.
    private static let mostObjects = 10_000

    /// `repository` is the folder of git's own files.
    init(of repository: String) {
        file = resolvePath("mooring-left-out", from: repository)
        guard let text = try? readFile(file, limit: LeftOut.mostObjects * (ObjectID.digits + 1)) else { return }
        for line in text.split(separator: UInt8(ascii: "\n")).prefix(LeftOut.mostObjects) {
            if let id = ObjectID(String(decoding: line, as: UTF8.self)) { ids.insert(id) }
        }
    }

    func holds(_ id: ObjectID) -> Bool { ids.contains(id) }

    /// Writes down some more. Those beyond the bound count as missing.
    mutating func add(_ more: Set<ObjectID>) throws(LibraryFailure) {
        guard !more.isSubset(of: ids) else { return }
        ids.formUnion(more)
        let lines = ids.map(\.text).sorted().prefix(LeftOut.mostObjects).map { $0 + "\n" }.joined()
        do throws(FileError) {
            try writeFile(file, Array(lines.utf8))
        } catch {
            throw LibraryFailure(GitError(error))
        }
    }
}
