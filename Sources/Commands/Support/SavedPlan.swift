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
        let (plan, diagnostics) = readPlan(consume bytes, file: file)
        guard let plan else { throw Failure(diagnostics) }
        return plan
    }

    /// A plan is carried out by the command that it was made for: another would do it with other rules in mind.
    static func checkPurpose(_ plan: Plan, file: String) throws(Failure) {
        let command: String
        switch plan.purpose {
        case .apply, .heal: return
        case .destroy: command = "mooring destroy -e \(shellWord(plan.environment))"
        case .rollback: command = "mooring rollback -e \(shellWord(plan.environment)) RUN --reason TEXT"
        }
        throw Failure(
            Diagnostic(
                .error, "plan-purpose", "the plan in '\(file)' is one of another command",
                hint: "Do it anew with: \(command). 'mooring apply' carries out what 'mooring plan -o' saves."))
    }

    /// The file that a plan is written to: the name that the user gives, symbolic links followed.
    ///
    /// Throws where something would be lost: a device, a pipe, or a file that holds something else than a plan.
    static func place(_ file: String, _ session: Session) throws(Failure) -> String {
        let target = try OutputFile.place(file, of: "plan", session)
        guard entryOnDisk(target) == .file else { return target }
        // An empty file is what mktemp makes.
        guard let begin = beginning(of: target), begin.isEmpty || begin.hasPrefix(#"{"kind":"Plan""#) else {
            throw OutputFile.unfit(file, of: "plan", "is there already and holds something else than a plan")
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
}
