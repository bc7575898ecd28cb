package import Files

/// Files that a test writes inline.
package struct MemoryTree: SourceTree {
    package var files: [String: [UInt8]] = [:]

    package init(_ texts: [String: String]) { files = texts.mapValues { Array($0.utf8) } }

    package func entry(at path: String) throws(FileError) -> TreeEntry? {
        if files[path] != nil { return .file }
        return path == "." || files.keys.contains { $0.hasPrefix(path + "/") } ? .folder : nil
    }

    package func files(below folder: String) throws(FileError) -> [String] {
        files.keys.filter { file in
            (folder == "." || file.hasPrefix(folder + "/"))
                && !file.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted()
    }

    package func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        guard !leadsOutside(path) else { throw .outside(path) }
        guard let bytes = files[path] else { throw .missing(path) }
        guard bytes.count <= limit else { throw .tooLarge(path, limit: limit) }
        return bytes
    }
}
