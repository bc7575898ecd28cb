internal import Diagnostics
internal import Files
internal import Glibc
internal import JSON
internal import Planning
internal import Reports

/// A plan in a file.
enum SavedPlan {
    /// A plan of 10,000 changes, each with code of some kilobytes, stays below.
    private static let longest = 512 << 20

    static func read(_ file: String, _ session: Session) throws(Failure) -> Plan {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readFile(resolvePath(file, from: session.folder), limit: longest, name: file)
        } catch {
            throw Failure(error)
        }
        let (plan, diagnostics) = readPlan(bytes, file: file)
        guard let plan else { throw Failure(diagnostics) }
        return plan
    }

    /// The file that a plan is written to: the name that the user gives, symbolic links followed.
    ///
    /// Throws where something would be lost: a device, a pipe, or a file that holds something else than a plan.
    static func place(_ file: String, _ session: Session) throws(Failure) -> String {
        let path = resolvePath(file, from: session.folder)
        guard let pointer = realpath(path, nil) else {
            guard isLink(path) else { return path }
            throw Failure(unfit(file, "is a symbolic link that leads nowhere"))
        }
        defer { free(pointer) }
        let target = String(cString: pointer)
        guard entryOnDisk(target) == .file else {
            throw Failure(unfit(file, entryOnDisk(target) == .folder ? "is a folder" : "is no regular file"))
        }
        // An empty file is what mktemp makes.
        guard let begin = beginning(of: target), begin.isEmpty || begin.hasPrefix(#"{"kind":"Plan""#) else {
            throw Failure(unfit(file, "is there already and holds something else than a plan"))
        }
        return target
    }

    /// How a file begins, without white space: enough to know a plan by; nil when it can't be read.
    private static func beginning(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { return nil }
        return String(decoding: bytes.prefix(count).filter { $0 > 0x20 }, as: UTF8.self)
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func unfit(_ file: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            .error, "not-overwritten", "the plan cannot be saved: '\(file)' \(reason)",
            hint: "Name another file by -o; what is there was left as it is.")
    }
}
