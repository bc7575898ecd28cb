import JSON

/// The last requests, for tests that ask what was sent: `GET /sandbox/requests`.
struct RequestLog {
    private struct Entry {
        let number: Int
        let method: String
        let target: String
        let status: Int
        let time: Int
    }

    /// Old entries give way; a benchmark's 10,000 resources fit with a few requests each.
    static let maximumEntries = 65_536

    private var entries: [Entry] = []
    private var next = 0
    private var count = 0

    /// Notes a request that came at a moment in milliseconds since 1970; status 0 stands for no answer.
    mutating func add(_ method: String, _ target: String, _ status: Int, at time: Int) {
        count += 1
        let entry = Entry(number: count, method: method, target: target, status: status, time: time)
        if entries.count < RequestLog.maximumEntries { entries.append(entry) } else { entries[next] = entry }
        next = (next + 1) % RequestLog.maximumEntries
    }

    mutating func clear() { self = RequestLog() }

    /// Oldest first; `path` is as sent, query included.
    var json: JSONValue {
        let isFull = entries.count == RequestLog.maximumEntries
        let ordered = isFull ? Array(entries[next...] + entries[..<next]) : entries
        return .array(
            ordered.map {
                [
                    "n": .number(JSONNumber($0.number)), "method": .string($0.method), "path": .string($0.target),
                    "status": .number(JSONNumber($0.status)), "time": .number(JSONNumber($0.time)),
                ]
            })
    }
}
