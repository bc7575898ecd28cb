internal import Files
internal import JSON

/// Which commits of which pull requests need no look any more.
struct PullRequestMemory: Hashable, Sendable {
    /// The newest commits that need no look, of all requests by number.
    var seen: [Int: String] = [:]
    /// The newest commits of the open ones that were told: who is closed and opened again, or is to go into another branch
    /// and back, is told anew.
    var told: [Int: String] = [:]

    private static let formatVersion = 1
    private static let longestFile = 8 << 20

    init() {}

    /// Empty where nothing was kept, or what was kept is damaged: then requests are looked at once more.
    init(_ folder: String) {
        guard let bytes = try? readFile(folder + "/pull-requests.json", limit: PullRequestMemory.longestFile),
            let document = try? JSONValue(parsing: bytes), document["kind"] == "PullRequestMemory",
            document["formatVersion"]?.integer == PullRequestMemory.formatVersion, let seen = document["seen"]?.object
        else { return }
        self.seen = PullRequestMemory.commits(seen)
        // What an earlier version kept were told ones, too.
        told = document["told"]?.object.map(PullRequestMemory.commits) ?? self.seen
    }

    private static func commits(_ object: JSONObject) -> [Int: String] {
        var commits: [Int: String] = [:]
        for member in object.members {
            if let number = Int(member.key), let head = member.value.string { commits[number] = head }
        }
        return commits
    }

    private static func json(_ commits: [Int: String]) -> JSONValue {
        .object(JSONObject(commits.sorted { $0.key < $1.key }.map { (String($0.key), JSONValue.string($0.value)) }))
    }

    func keep(in folder: String) throws(FileError) {
        let document: JSONValue = [
            "kind": "PullRequestMemory", "formatVersion": .number(JSONNumber(PullRequestMemory.formatVersion)),
            "seen": PullRequestMemory.json(seen), "told": PullRequestMemory.json(told),
        ]
        try makeFolder(folder, mode: 0o700)
        try writeFile(folder + "/pull-requests.json", document.bytes(), mode: 0o600)
    }
}
