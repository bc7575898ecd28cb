internal import Glibc

/// Who runs Mooring, as `ann@host`: what a lock and a history tell.
enum Person {
    /// By the system's word for the user, then by the variables that say it; a container may know neither.
    static func name(_ variables: [String: String]) -> String {
        let known = getpwuid(geteuid()).flatMap { $0.pointee.pw_name.map { String(cString: $0) } }
        let user = known ?? variables["USER"] ?? variables["LOGNAME"] ?? "uid-\(geteuid())"
        return "\(user)@\(host)"
    }

    private static var host: String {
        var bytes = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        guard gethostname(&bytes, bytes.count) == 0 else { return "unknown" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
