internal import Diagnostics
internal import Files
internal import Glibc

/// A file that the user names for a result.
enum OutputFile {
    /// The file that is written to: the name that the user gives, symbolic links followed. `thing` is what it will hold.
    ///
    /// Throws where something would be lost: a folder, a device, a pipe.
    static func place(_ file: String, of thing: String, _ session: Session) throws(Failure) -> String {
        let path = resolvePath(file, from: session.folder)
        guard let pointer = realpath(path, nil) else {
            guard isLink(path) else { return path }
            throw unfit(file, of: thing, "is a symbolic link that leads nowhere")
        }
        defer { free(pointer) }
        let target = String(cString: pointer)
        guard entryOnDisk(target) == .file else {
            throw unfit(file, of: thing, entryOnDisk(target) == .folder ? "is a folder" : "is no regular file")
        }
        return target
    }

    static func write(_ text: String, as file: String, of thing: String, _ session: Session) throws(Failure) {
        let path = try place(file, of: thing, session)
        do throws(FileError) { try writeFile(path, Array(text.utf8)) } catch {
            throw Failure(error.reason == .missing ? FileError.folderMissing(folder(of: path)) : error)
        }
    }

    /// The permissions of a file that is there, and that is about to be replaced.
    static func mode(of path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o644
    }

    static func unfit(_ file: String, of thing: String, _ reason: String) -> Failure {
        let verb = thing == "plan" ? "saved" : "written"
        return Failure(
            Diagnostic(
                .error, "not-overwritten", "the \(thing) cannot be \(verb): '\(file)' \(reason)",
                hint: "Name another file; what is there was left as it is."))
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
