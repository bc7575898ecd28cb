/// Gives each file a path that is safe on every file system, and that no other has whatever the letter case.
struct ImportPaths {
    private var taken: Set<String> = []
    /// The folder for each name that was asked for.
    private var folders: [[String]: String] = [:]

    /// UTF-8 bytes of a name: file systems take 255, and an ending and a number follow.
    private static let longest = 120

    /// `names` are folders from the outermost on.
    mutating func path(_ names: [String], _ name: String) -> String {
        unique(in: folder(names), name, ending: ".yaml")
    }

    private mutating func folder(_ names: [String]) -> String {
        guard let last = names.last else { return "" }
        if let known = folders[names] { return known }
        let path = unique(in: folder(names.dropLast()), last, ending: "")
        folders[names] = path
        return path
    }

    private mutating func unique(in folder: String, _ name: String, ending: String) -> String {
        let plain = ImportPaths.plain(name)
        let prefix = folder.isEmpty ? "" : folder + "/"
        var path = prefix + plain + ending
        var number = 2
        while !taken.insert(path.lowercased()).inserted {
            path = "\(prefix)\(plain)-\(number)\(ending)"
            number += 1
        }
        return path
    }

    /// Letters, digits, and what no file system or shell minds. A dot at the start would hide the file, and a file
    /// `mooring.yaml` would make its folder another workspace.
    static func plain(_ name: String) -> String {
        var result = ""
        for character in name {
            let isSafe = character.isLetter || character.isNumber || "-_.".contains(character)
            result.append(isSafe ? character : "-")
        }
        while result.utf8.count > longest { result.removeLast() }
        while result.hasPrefix(".") { result.removeFirst() }
        while result.hasSuffix(".") { result.removeLast() }
        if result.isEmpty { result = "unnamed" }
        return reserved.contains(result.lowercased()) ? result + "-1" : result
    }

    /// Besides `mooring`, the names that Windows keeps for devices: a workspace may be cloned there.
    private static let reserved: Set<String> = [
        "mooring", "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "lpt1", "lpt2", "lpt3",
    ]
}
