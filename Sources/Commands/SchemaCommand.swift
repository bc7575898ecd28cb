internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import JSON

/// `mooring schema`
struct SchemaCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints a JSON Schema (draft 2020-12).",
        discussion: """
            Of a kind, or of: manifest (any kind), overlay, workspace, watch, plan, run, status, drift, history, lock, \
            watch-status, watch-environment, watch-timeline (what the daemon's calls answer).
            """)

    @Argument(help: "The kind, or another document's name.", completion: .list(SchemaFiles.names))
    var kind = "manifest"

    @Option(help: ArgumentHelp("Write all schemas into this folder instead.", valueName: "dir"), completion: .directory)
    var out: String?

    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        if let out {
            do throws(FileError) { try SchemaFiles.write(to: resolvePath(out, from: session.folder)) } catch {
                throw Failure(error)
            }
            return Answer(
                text: "Wrote \(SchemaFiles.names.count) schemas to '\(out)'.\n",
                document: ["mooring": .string(mooringVersion), "folder": .string(out), "diagnostics": []])
        }
        guard let schema = SchemaFiles.schema(kind) else {
            throw Failure(
                Diagnostic(
                    .error, "unknown-schema", "there is no schema '\(kind)'",
                    hint: closest(to: kind, among: SchemaFiles.names).map { "Did you mean '\($0)'?" }
                        ?? "There are: \(SchemaFiles.names.joined(separator: ", "))."))
        }
        return Answer(text: schema.text(.pretty) + "\n", document: schema)
    }
}
