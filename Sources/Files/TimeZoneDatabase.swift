internal import Diagnostics
package import Resources

/// The system's time zones, by name.
package struct TimeZoneDatabase: Sendable {
    /// Where Linux keeps them.
    package static let systemFolder = "/usr/share/zoneinfo"

    private let folder: String

    /// The database that the process's variables name by `TZDIR`, else the system's.
    package init(variables: [String: String]) {
        let named = variables["TZDIR"] ?? ""
        folder = named.isEmpty ? TimeZoneDatabase.systemFolder : named
    }

    package init(folder: String) { self.folder = folder }

    /// How clocks are set in the zone of a name: `Europe/Berlin`, `UTC`, or an offset as `+01:00`.
    package func rules(of name: String) throws(FileError) -> TimeZoneRules {
        if name == "UTC" { return .utc }
        if let offset = TimeZoneDatabase.offset(name) { return TimeZoneRules(offset: offset) }
        guard TimeZoneDatabase.isName(name) else { throw unknown(name) }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readFile("\(folder)/\(name)", limit: TimeZoneRules.maximumBytes)
        } catch {
            guard error.reason == .missing || error.reason == .wrongType else { throw error }
            throw FileStatus(folder)?.isFolder == true ? unknown(name) : missing
        }
        do throws(TimeZoneFlaw) {
            return try TimeZoneRules(tzif: bytes)
        } catch {
            throw FileError(
                .failed, "bad-time-zone", "the file '\(folder)/\(name)' \(error.text)",
                hint: "Install the package tzdata anew, or write an offset, as +01:00.")
        }
    }

    /// What is wrong with the name of a zone; nil when nothing is.
    package func problem(with name: String) -> FileError? {
        do throws(FileError) {
            _ = try rules(of: name)
            return nil
        } catch {
            return error
        }
    }

    /// The freezes of a policy that hold at a moment, in seconds since 1970 (UTC), in the policy's order.
    package func freezes(of policy: Policy, at moment: Int) throws(FileError) -> [FreezeInForce] {
        var found: [FreezeInForce] = []
        for window in policy.freezes {
            if let freeze = window.inForce(at: moment, try rules(of: window.timeZone)) { found.append(freeze) }
        }
        return found
    }

    /// Seconds east of UTC of `+01:00` or `-05:30`; nil for anything else.
    private static func offset(_ text: String) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-",
            let minutes = WallTime.minuteOfDay(String(text.dropFirst())), minutes <= widestOffset
        else { return nil }
        return (sign == "-" ? -minutes : minutes) * 60
    }

    /// In minutes; on Kiritimati the day begins fourteen hours before it does in Greenwich.
    private static let widestOffset = 14 * 60

    /// Whether a text is of the form of names, so that it leads to no file outside of the database, nor to what the
    /// machine's own zone is.
    private static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isForm = parts.allSatisfy { part in
            part.first?.isLetter == true
                && part.utf8.allSatisfy {
                    0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || "_-+".utf8.contains($0)
                }
        }
        return isForm && text.utf8.count <= 64 && !notZones.contains(String(parts[0]))
    }

    /// What lies among the zones and is none, or counts leap seconds.
    private static let notZones: Set = ["localtime", "posixrules", "posix", "right", "Factory"]

    private func unknown(_ name: String) -> FileError {
        let close = closest(to: name, among: names).map { "Did you mean '\($0)'? " } ?? ""
        return FileError(
            .missing, "unknown-time-zone", "there is no time zone '\(name)'",
            hint: "\(close)Write a name as Europe/Berlin, or UTC, or an offset as +01:00.")
    }

    private var missing: FileError {
        FileError(
            .missing, "no-time-zones", "there is no time zone database at '\(folder)'",
            hint: "Install the package tzdata, or write UTC or an offset, as +01:00.")
    }

    /// All names, for "did you mean".
    private var names: [String] {
        let files = (try? DiskTree(root: folder).files(below: ".")) ?? []
        return files.filter { TimeZoneDatabase.isName($0) }
    }
}
