internal import ArgumentParser
internal import DSS
internal import Diagnostics
internal import Files
internal import Glibc
internal import JSON
internal import Manifests
internal import Reconciling
internal import Reports
internal import Resources

/// `mooring import`
struct ImportCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Reads live objects into manifests, after which a plan has nothing to do.",
        discussion: """
            It writes nothing to the nodes and overwrites no file. What manifests declare already is left out. Secrets are \
            written as references, and listed with what to provide.
            """)

    @Argument(help: "Only the addresses that match, as 'APIService/CHURN/*'.")
    var globs: [String] = []

    @Option(
        help: ArgumentHelp(
            "The folder to write to. Default: 'imported' in the workspace.", valueName: "dir"), completion: .directory)
    var out: String?

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var nodes: NodeOptions
    @OptionGroup var output: OutputOptions

    /// Where the manifests go unless the user says otherwise.
    private static let usualFolder = "imported"

    func answer(_ session: Session) async throws(Failure) -> Answer {
        let environment = try await OpenEnvironment(workspace, nodes, session, mayBeEmpty: true)
        let place =
            out.map { resolvePath($0, from: session.folder) } ?? environment.root + "/" + ImportCommand.usualFolder
        let imported = try await read(environment, into: place)
        let next = ImportAdvice(imported, environment, place: place, options: workspace)
        if imported.files.isEmpty {
            let isFound = imported.notes.contains { $0.code == "already-declared" }
            if !isFound, let glob = globs.first {
                let nothing = Diagnostic(
                    .error, "nothing-to-import", "no live object has an address like '\(glob)'",
                    hint: "An address is KIND/NAME, as 'Infra/prod' or 'APIService/CHURN/*'.")
                throw Failure(imported.notes + [nothing])
            }
            let why =
                isFound ? "what was found is declared already" : "the nodes hold no object that a manifest declares"
            return Answer(
                text: "There is nothing to import: \(why).\n",
                document: document(imported, environment, place), diagnostics: environment.diagnostics + imported.notes)
        }
        try write(imported.files, to: place)
        environment.tellStatistics()
        return Answer(
            text: next.text, document: document(imported, environment, place),
            diagnostics: environment.diagnostics + imported.notes)
    }

    private func read(_ environment: OpenEnvironment, into place: String) async throws(Failure) -> ImportResult {
        let projects = Set(environment.desired.resources.compactMap { $0.address.service?.path.first })
        let reader = EstateReader(
            nodes: environment.nodes, dialect: environment.dialect,
            concurrency: environment.environment.limits.concurrency)
        let estate = try await environment.reading { () async throws(ReconcileError) in
            try await reader.read(globs, projects: projects)
        }
        // In a workspace of several environments, what is live in one is declared for that one.
        let names = environment.workspace.environments.count > 1 ? [environment.environment.name] : []
        let dialect = environment.dialect
        return importManifests(
            estate, workspace: environment.workspace, existing: [environment.desired], environments: names,
            schemaPath: schemaPath(from: place, in: environment.root)
        ) { dialect.isRedacted($0) || dialect.isCiphertext($0) }
    }

    /// Where an editor finds the schema of manifests, from the folder that is written to; nil where it has none.
    private func schemaPath(from place: String, in root: String) -> String? {
        let schema = ".mooring/schemas/manifest.json"
        guard place.hasPrefix(root + "/"), entryOnDisk(root + "/" + schema) == .file else { return nil }
        let depth = place.dropFirst(root.count + 1).split(separator: "/").count
        return String(repeating: "../", count: depth) + schema
    }

    /// Writes all files, or none where one is there already.
    private func write(_ files: [ImportedFile], to place: String) throws(Failure) {
        let taken = files.map(\.path).filter { access(place + "/" + $0, F_OK) == 0 }
        guard taken.isEmpty else {
            let names = taken.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            let more = taken.count > 3 ? " and \(taken.count - 3) more" : ""
            throw Failure(
                Diagnostic(
                    .error, "file-exists", "already there in '\(place)': \(names)\(more); nothing was written",
                    hint: "Name another folder by --out."))
        }
        do throws(FileError) {
            for file in files {
                let path = place + "/" + file.path
                try makeFolder(folder(of: path))
                try writeFile(path, Array(file.text.utf8))
            }
        } catch {
            throw Failure(error)
        }
    }

    private func document(_ imported: ImportResult, _ environment: OpenEnvironment, _ place: String) -> JSONValue {
        [
            "mooring": .string(mooringVersion), "environment": .string(environment.environment.name),
            "folder": .string(place),
            "files": .array(
                imported.files.map { file in
                    [
                        "path": .string(file.path),
                        "addresses": .array(file.addresses.map { .string($0.description) }),
                    ]
                }),
            "secrets": .array(
                imported.secrets.map { secret in
                    [
                        "address": .string(secret.address.description), "field": .string(secret.field),
                        "reference": .string(secret.reference.description), "allowed": .bool(secret.isAllowed),
                    ]
                }), "diagnostics": diagnosticsJSON(environment.diagnostics + imported.notes),
        ]
    }
}
