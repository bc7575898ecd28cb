internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import Glibc
internal import JSON

/// `mooring init`
struct InitCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes a workspace that works at once on the built-in sandbox.",
        discussion: "It overwrites nothing: when a file is there already, none is written.")

    @Argument(help: "The folder; made where it is missing.", completion: .directory)
    var directory = "."

    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let root = resolvePath(directory, from: session.folder)
        let (files, kept) = try InitCommand.select(WorkspaceTemplate(name: InitCommand.name(of: root)).files, in: root)
        do throws(FileError) {
            for file in files {
                let path = root + "/" + file.path
                try makeFolder(folder(of: path))
                try writeFile(path, Array(file.text.utf8))
            }
            try SchemaFiles.write(to: root + "/.mooring/schemas")
        } catch {
            throw Failure(error)
        }
        return Answer(
            text: text(files.map(\.path), kept: kept.map(\.path)),
            document: [
                "mooring": .string(mooringVersion), "folder": .string(root),
                "files": .array(files.map { .string($0.path) }), "kept": .array(kept.map { .string($0.path) }),
                "diagnostics": [],
            ])
    }

    /// What is to be written, and what stays as the user has it: a repository often has its own CI and `.gitignore`.
    private static func select(
        _ files: [WorkspaceTemplate.File], in root: String
    ) throws(Failure) -> (written: [WorkspaceTemplate.File], kept: [WorkspaceTemplate.File]) {
        let taken = files.filter { access(root + "/" + $0.path, F_OK) == 0 }
        let lost = taken.filter { !$0.mayBeKept }.map { "'\($0.path)'" }
        guard lost.isEmpty else {
            throw Failure(
                Diagnostic(
                    .error, "file-exists", "already there: \(lost.joined(separator: ", ")); nothing was written",
                    hint: "Choose another folder: mooring init DIR."))
        }
        return (files.filter { file in !taken.contains { $0.path == file.path } }, taken)
    }

    private func text(_ files: [String], kept: [String]) -> String {
        let place = directory == "." ? "" : " -C \(shellWord(directory))"
        let listed = files.map { "  \($0)\n" }.joined()
        let left = kept.map { "  \($0)\n" }.joined()
        let remark =
            kept.isEmpty
            ? "" : "\nLeft as they are (let git ignore '.mooring/*', but not '.mooring/schemas/'):\n\(left)"
        return """
            Wrote a workspace with an API service, its package, an infrastructure and a deployment:
            \(listed)\(remark)
            Next:
              mooring plan\(place)
              mooring apply\(place)

            """
    }

    /// The folder's own name, as far as a workspace may have it.
    private static func name(of root: String) -> String {
        let name = root.split(separator: "/").last.map(String.init) ?? "apis"
        let isPlain = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
        }
        return isPlain ? name : "apis"
    }
}
