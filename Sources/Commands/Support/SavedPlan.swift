internal import Diagnostics
internal import Files
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
}
