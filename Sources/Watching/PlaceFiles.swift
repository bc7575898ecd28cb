internal import Diagnostics
internal import Files
internal import Glibc
internal import JSON
internal import Planning
internal import Reports
internal import Resources

/// What is kept of one environment on disk, a file for each thing: most of it is large, and rarely asked for.
///
/// Each file is written whole or not at all. What cannot be read is as good as not there: it comes anew.
struct PlaceFiles: Sendable {
    let folder: String
    private let environment: WatchedEnvironment

    /// More than this has nobody written here.
    private static let longestFile = 512 << 20
    /// A timeline keeps so many entries: a busy environment's week.
    static let mostEntries = 500

    init(_ folder: String, _ environment: WatchedEnvironment) {
        self.folder = folder
        self.environment = environment
    }

    /// Where archives of the commit that is being applied lie.
    var archives: String { folder + "/archives" }

    /// What was remembered; and what to tell when that cannot be read.
    func memory() -> (memory: EnvironmentMemory?, problem: Diagnostic?) {
        let file = folder + "/watch.json"
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readFile(file, limit: PlaceFiles.longestFile)
        } catch {
            return (nil, error.reason == .missing ? nil : error.diagnostic)
        }
        if let json = try? JSONValue(parsing: bytes), let memory = try? EnvironmentMemory(json, environment) {
            return (memory, nil)
        }
        return (
            nil,
            Diagnostic(
                .warning, "memory-damaged", "what was remembered of this environment in '\(file)' is damaged",
                hint: "Nothing is written until it is resumed; then it is rebuilt from git and from what is live.")
        )
    }

    /// Durable when it returns.
    func keep(_ memory: EnvironmentMemory) throws(FileError) { try write("watch.json", memory.atRest.json) }

    func keep(_ plan: Plan, version: String) throws(FileError) {
        try write("plan.json", planJSON(plan, version: version))
    }

    func plan() -> Plan? { bytes("plan.json").flatMap { readPlan($0, file: "plan.json").plan } }

    func removePlan() { unlink(folder + "/plan.json") }

    func keep(_ detail: EnvironmentDetail) throws(FileError) { try write("detail.json", detailJSON(detail)) }

    func detail() -> EnvironmentDetail? { bytes("detail.json").flatMap { readDetail($0) } }

    func keep(_ report: DriftReport, version: String) throws(FileError) {
        try write("drift.json", driftJSON(report, version: version))
    }

    func drift() -> DriftReport? { bytes("drift.json").flatMap { readDrift($0, file: "drift.json").report } }

    /// Adds entries at the end, and forgets the oldest beyond the bound.
    func add(_ entries: [TimelineEntry]) throws(FileError) {
        guard !entries.isEmpty else { return }
        let new = entries.map { $0.json.bytes() }
        let lines = (bytes("timeline.jsonl") ?? []).split(separator: UInt8(ascii: "\n"))
        let kept = lines.map(Array.init) + new
        try makeFolder(folder, mode: 0o700)
        try writeFile(
            folder + "/timeline.jsonl",
            Array(kept.suffix(PlaceFiles.mostEntries).map { $0 + [UInt8(ascii: "\n")] }.joined()), mode: 0o600)
    }

    /// Newest first.
    func timeline() -> [TimelineEntry] {
        (bytes("timeline.jsonl") ?? []).split(separator: UInt8(ascii: "\n")).reversed().compactMap { line in
            (try? JSONValue(parsing: Array(line))).flatMap { TimelineEntry($0) }
        }
    }

    private func write(_ name: String, _ json: JSONValue) throws(FileError) {
        try makeFolder(folder, mode: 0o700)
        try writeFile("\(folder)/\(name)", json.bytes(), mode: 0o600)
    }

    private func bytes(_ name: String) -> [UInt8]? {
        try? readFile("\(folder)/\(name)", limit: PlaceFiles.longestFile)
    }
}
