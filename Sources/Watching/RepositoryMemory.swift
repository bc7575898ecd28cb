internal import Diagnostics
internal import Files
internal import JSON
internal import Reports
internal import Resources

/// The commit of a repository that was accepted last, and what was followed then.
struct RepositoryMemory: Hashable, Sendable {
    var accepted: CommitStamp
    /// The address and the reference, as the watch file had them: who changes these wants another history.
    var following: String

    private static let formatVersion = 1
    private static let longestFile = 1 << 20

    init(accepted: CommitStamp, following: String) {
        self.accepted = accepted
        self.following = following
    }

    /// Nil where nothing was accepted yet, or what was kept is damaged: then the next head is taken as the first.
    init?(_ folder: String) {
        guard let bytes = try? readFile(folder + "/repository.json", limit: RepositoryMemory.longestFile),
            let document = try? JSONValue(parsing: bytes), document["kind"] == "RepositoryMemory",
            document["formatVersion"]?.integer == RepositoryMemory.formatVersion
        else { return nil }
        let reader = DocumentReader(value: document, path: "")
        guard let accepted = try? reader.member("accepted").stamp(),
            let following = try? reader.member("following").string()
        else { return nil }
        self.init(accepted: accepted, following: following)
    }

    func keep(in folder: String) throws(FileError) {
        let document: JSONValue = [
            "kind": "RepositoryMemory", "formatVersion": .number(JSONNumber(RepositoryMemory.formatVersion)),
            "accepted": stampJSON(accepted), "following": .string(following),
        ]
        try makeFolder(folder, mode: 0o700)
        try writeFile(folder + "/repository.json", document.bytes(), mode: 0o600)
    }
}
