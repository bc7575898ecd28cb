import Files
import Glibc

/// What the system says of this process.
struct ProcessFigures: Hashable, Sendable {
    var residentBytes: Int?
    var cpuSeconds: Double?
    /// Seconds since 1970 (UTC).
    var started: Double?
    var openFiles: Int?
    var mostFiles: Int?

    init() {}

    /// As `/proc` has it; what cannot be read there is left out.
    static func current() -> ProcessFigures {
        let limit = 1 << 16
        let read = { (path: String) in
            (try? readFile(path, limit: limit)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        var figures = ProcessFigures(
            stat: read("/proc/self/stat"), statm: read("/proc/self/statm"), system: read("/proc/stat"),
            ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))), pageBytes: Int(sysconf(Int32(_SC_PAGESIZE))))
        figures.openFiles = openDescriptors()
        var bound = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &bound) == 0 {
            figures.mostFiles = Int(clamping: bound.rlim_cur)
        }
        return figures
    }

    /// `stat` is `/proc/self/stat`, `statm` the file of that name, `system` `/proc/stat` (proc(5)).
    init(stat: String, statm: String, system: String, ticksPerSecond: Double, pageBytes: Int) {
        // The second field is the program's name in brackets, in which there may be anything.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        let number = { (index: Int) in index - 3 < fields.count ? Double(fields[index - 3]) : nil }
        if let user = number(14), let kernel = number(15) { cpuSeconds = (user + kernel) / ticksPerSecond }
        let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
        if let boot, let ticks = number(22) { started = boot + ticks / ticksPerSecond }
        let pages = statm.split(separator: " ")
        if pages.count > 1 { residentBytes = Int(pages[1]).map { $0 * pageBytes } }
    }

    private static func openDescriptors() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder itself.
        return max(0, count - 3)
    }
}
