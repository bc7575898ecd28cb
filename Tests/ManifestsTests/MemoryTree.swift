import Files

/// Files that a test writes inline.
struct MemoryTree: SourceTree {
    var files: [String: [UInt8]] = [:]

    init(_ texts: [String: String]) { files = texts.mapValues { Array($0.utf8) } }

    func entry(at path: String) throws(FileError) -> TreeEntry? {
        if files[path] != nil { return .file }
        return path == "." || files.keys.contains { $0.hasPrefix(path + "/") } ? .folder : nil
    }

    func files(below folder: String) throws(FileError) -> [String] {
        files.keys.filter { file in
            (folder == "." || file.hasPrefix(folder + "/"))
                && !file.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted()
    }

    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        guard !leadsOutside(path) else { throw .outside(path) }
        guard let bytes = files[path] else { throw .missing(path) }
        guard bytes.count <= limit else { throw .tooLarge(path, limit: limit) }
        return bytes
    }
}
