import JSON

/// Where a state outlives its process, or not.
protocol Store {
    /// Writes out what changed since the last time, and takes `newArchives` and `dirty` from the state.
    mutating func commit(_ state: inout State) throws(SandboxError)
    /// The bytes of an archive.
    func zip(_ archive: String, _ state: State) throws(SandboxError) -> [UInt8]
}

/// Keeps uploaded archives in memory, and nothing after the process.
struct VolatileStore: Store {
    private var zips: [String: [UInt8]] = [:]

    mutating func commit(_ state: inout State) throws(SandboxError) {
        zips.merge(state.newArchives) { $1 }
        for case .archive(let id) in state.dirty where state.archives[id] == nil { zips[id] = nil }
        state.newArchives = [:]
        state.dirty = []
    }

    func zip(_ archive: String, _ state: State) throws(SandboxError) -> [UInt8] {
        zips[archive] ?? state.archives[archive]?.zip ?? []
    }
}

extension State {
    /// All records by their keys, and the long tasks.
    var dump: JSONValue {
        [
            "records": .array(allKeys.map { ["key": $0.json, "value": record($0) ?? .null] }),
            "futures": .array(futures.list.map { $0.json(now: now, peek: false) }),
        ]
    }
}
