internal import Glibc

/// A folder that only this process's user can read, for as long as a piece of work takes.
package struct TemporaryFolder: Sendable {
    /// Absolute.
    package let path: String

    /// Makes it below `TMPDIR`, or `/tmp`.
    package init() throws(FileError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/mooring.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FileError.system(errno, "make a temporary folder in", parent)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes the files in it and itself. What can't be removed stays: nothing depends on it.
    package func remove() {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
