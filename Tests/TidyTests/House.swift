import Foundation

/// The drawing in `Sources/README.md` and the source files as they are: what the tidy tests compare.
struct House {
    struct Row {
        let name: String
        let modules: [String]
    }

    struct Source {
        /// Relative to the top folder, as `Sources/JSON/JSONValue.swift`.
        let path: String
        let module: String
        let lines: [String]
    }

    struct Import {
        let module: String
        let line: Int
    }

    static let top = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Read once: the files do not change while the tests run.
    static let asItStands = Result { try House() }

    /// From the top of the house down.
    let rows: [Row]
    /// The modules that the table describes.
    let described: [String]
    let sources: [Source]

    private init() throws {
        let text = try String(contentsOf: House.top.appending(path: "Sources/README.md"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let fences = lines.indices.filter { lines[$0] == "```" }
        rows = lines[(fences[0] + 1)..<fences[1]].compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            // Two spaces stand between modules, more before the remark.
            let modules = line[line.index(after: colon)...].trimmingPrefix { $0 == " " }
                .components(separatedBy: "   ")[0]
            return Row(name: String(line[..<colon]), modules: modules.split(separator: " ").map(String.init))
        }
        described = lines.compactMap { $0.firstMatch(of: /^\| `(\w+)` \|/).map { String($0.1) } }
        sources = try House.files(below: "Sources").filter { $0.hasSuffix(".swift") }.map { path in
            Source(
                path: path, module: String(path.split(separator: "/")[1]),
                lines: try House.lines(of: path))
        }
    }

    /// The row (0 is the top) and the place in it of a module, or nil for one that is not drawn.
    func place(of module: String) -> (row: Int, column: Int)? {
        for (index, row) in rows.enumerated() {
            if let column = row.modules.firstIndex(of: module) { return (index, column) }
        }
        return nil
    }

    static func lines(of path: String) throws -> [String] {
        try String(contentsOf: top.appending(path: path), encoding: .utf8).components(separatedBy: "\n")
    }

    /// The paths of all files below a folder of the top folder, sorted; hidden ones and what was built left out.
    static func files(below folder: String) -> [String] {
        let root = top.appending(path: folder).path
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            let parts = name.split(separator: "/")
            return FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue && !parts.contains { $0.hasPrefix(".") || $0 == "__pycache__" }
        }.map { "\(folder)/\($0)" }.sorted()
    }
}

extension House.Source {
    /// By hand: a regular expression costs a millisecond for each line.
    var imports: [House.Import] {
        lines.enumerated().compactMap { index, line in
            guard let first = line.utf8.first, "@ifp".utf8.contains(first) else { return nil }
            let words = line.split(separator: " ").drop { $0.hasPrefix("@") || House.Source.access.contains($0) }
            guard words.first == "import" else { return nil }
            let name = words.dropFirst().first { !House.Source.kinds.contains($0) } ?? ""
            return House.Import(module: String(name.prefix { $0 != "." }), line: index + 1)
        }
    }

    private static let access: Set<Substring> = ["package", "internal", "fileprivate", "private", "public"]
    private static let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
}
