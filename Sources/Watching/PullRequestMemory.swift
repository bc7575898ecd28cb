internal import Files
internal import JSON

/// Which commits of which pull requests need no look any more.
struct PullRequestMemory: Hashable, Sendable {
    /// By number.
    var seen: [Int: String] = [:]

    private static let formatVersion = 1
    private static let longestFile = 8 << 20

    init() {}

    /// Empty where nothing was kept, or what was kept is damaged: then requests are looked at once more.
    init(_ folder: String) {
        guard let bytes = try? readFile(folder + "/pull-requests.json", limit: PullRequestMemory.longestFile),
            let document = try? JSONValue(parsing: bytes), document["kind"] == "PullRequestMemory",
            document["formatVersion"]?.integer == PullRequestMemory.formatVersion, let seen = document["seen"]?.object
        else { return }
        for member in seen.members {
            if let number = Int(member.key), let head = member.value.string { self.seen[number] = head }
        }
    }

    func keep(in folder: String) throws(FileError) {
        let members = seen.sorted { $0.key < $1.key }.map { (String($0.key), JSONValue.string($0.value)) }
        let document: JSONValue = [
            "kind": "PullRequestMemory", "formatVersion": .number(JSONNumber(PullRequestMemory.formatVersion)),
            "seen": .object(JSONObject(members)),
        ]
        try makeFolder(folder, mode: 0o700)
        try writeFile(folder + "/pull-requests.json", document.bytes(), mode: 0o600)
    }
}
