internal import Diagnostics
internal import Files
internal import Resources
internal import YAML

/// The files of a workspace, each read once however many environments take its documents.
struct ManifestSet<Tree: SourceTree> {
    let workspace: Workspace
    let tree: Tree
    let today: Day?
    private var files: [String: SourceFile] = [:]
    /// What is told so far, of all files and all environments.
    private(set) var problems = Problems()
    private let secrets: ManifestSecrets

    init(_ workspace: Workspace, tree: Tree, today: String) {
        self.workspace = workspace
        self.tree = tree
        self.today = Day(today)
        secrets = ManifestSecrets(workspace)
    }

    /// One environment's resources, and all that is wrong with them.
    mutating func load(_ environment: Environment) -> Loaded {
        var loaded = Loaded(environment: environment)
        guard !problems.isFull else { return loaded }
        read(&loaded)
        problems.add(loaded.diagnostics)
        loaded.diagnostics = []
        return loaded
    }

    /// Environments that want other things of one object on one node than `loaded` does; and all that they declare there.
    ///
    /// Only those that share a node with it are read; what is wrong with their own files is not told here.
    mutating func neighbours(of loaded: Loaded) -> (conflicts: [Diagnostic], declared: [Address: String]) {
        let nodes = EnvironmentConflicts.nodes(of: loaded.environment)
        let others = workspace.environments.filter { other in
            other.name != loaded.environment.name && !nodes.isDisjoint(with: EnvironmentConflicts.nodes(of: other))
        }
        guard !others.isEmpty, !problems.diagnostics.hasErrors else { return ([], [:]) }
        let own = problems
        defer { problems = own }
        let all = [loaded] + others.map { load($0) }
        let declared = EnvironmentConflicts.declared(besides: all)
        // What could not be read whole would differ for that reason alone.
        guard !problems.diagnostics.hasErrors else { return ([], declared) }
        return (EnvironmentConflicts.find(all, withFirst: true), declared)
    }

    /// Reads something besides, and what is wrong with that alone.
    mutating func apart<T>(_ read: (inout ManifestSet) -> T) -> (diagnostics: [Diagnostic], value: T) {
        let own = problems
        defer { problems = own }
        problems = Problems()
        let value = read(&self)
        return (problems.diagnostics, value)
    }

    /// Begins anew to tell what is wrong, with the files as they were read.
    mutating func forgetProblems() { problems = Problems() }

    private mutating func read(_ loaded: inout Loaded) {
        let environment = loaded.environment
        let manifests: [String]
        let overlays: [String]
        do throws(FileError) {
            manifests = try PathSelection.manifests(of: environment, in: workspace, tree: tree)
            overlays = try PathSelection.overlays(of: environment, tree: tree)
        } catch {
            var told = error.diagnostic
            told.mark = SourceMark(file: workspaceFile)
            loaded.diagnostics.append(told)
            return
        }
        if manifests.isEmpty, !isEntryLost(environment) { loaded.diagnostics.append(noManifests(environment)) }
        var drafts = DraftReader()
        var substitution = Substitution(environment)
        var set = DraftSet()
        for path in manifests {
            for document in documents(path, environment, &loaded, &drafts) {
                let (metadata, spec) = substituted(document, &substitution, &drafts)
                guard document.isFor(environment) else {
                    drafts.setAside(document, metadata: metadata, spec: spec)
                    continue
                }
                for draft in drafts.drafts(document, metadata: metadata, spec: spec) { set.add(draft) }
            }
        }
        let nameless = drafts.nameless.count
        for path in overlays {
            for document in documents(path, environment, &loaded, &drafts) where document.isFor(environment) {
                let (metadata, spec) = substituted(document, &substitution, &drafts)
                merge(document, metadata, spec, into: &set, &drafts)
            }
        }
        drafts.forgetNameless(beyond: nameless)
        loaded.diagnostics += substitution.diagnostics + drafts.reader.diagnostics + set.reader.diagnostics
        problems.add(loaded.diagnostics)
        // What was not read is not missing.
        guard !problems.isFull else { return }
        finish(set, drafts, &loaded)
    }

    private mutating func documents(
        _ path: String, _ environment: Environment, _ loaded: inout Loaded, _ drafts: inout DraftReader
    ) -> [Document] {
        guard !problems.isFull, !drafts.reader.isFull else { return [] }
        let file = file(path)
        problems.add(file.diagnostics)
        drafts.unknown.formUnion(file.unknown)
        return file.documents.filter { $0.isFor(environment) || $0.hasUnknownEnvironment }
    }

    private mutating func file(_ path: String) -> SourceFile {
        if let known = files[path] { return known }
        var file: SourceFile
        do throws(FileError) {
            let bytes = try tree.read(path, limit: TreeLimits.fileBytes)
            let names = workspace.environments.map(\.name) + (workspace.governance?.unwatched ?? [])
            file = SourceFile(path, bytes: bytes, environments: names)
        } catch {
            file = SourceFile()
            var told = error.diagnostic
            told.mark = SourceMark(file: path)
            file.diagnostics = [told]
            file.unknown = Set(Kind.allCases)
        }
        files[path] = file
        return file
    }

    private func substituted(
        _ document: Document, _ substitution: inout Substitution, _ drafts: inout DraftReader
    ) -> (metadata: YAMLNode, spec: YAMLNode?) {
        guard document.mayHoldVariables else { return (document.metadata, document.spec) }
        let told = substitution.diagnostics.count
        let metadata = substitution.substitute(document.metadata)
        // A name with a variable that is not there is not the name that others refer to.
        if substitution.diagnostics.count > told { drafts.markUnknown(document.kind) }
        return (metadata, document.spec.map { substitution.substitute($0) })
    }

    /// Merges an overlay; of a service also what it says of the endpoints and the package inside of it.
    private func merge(
        _ document: Document, _ metadata: YAMLNode, _ spec: YAMLNode?, into set: inout DraftSet,
        _ drafts: inout DraftReader
    ) {
        var spec = spec
        var replaced: [Kind] = []
        if document.kind == .apiService, let members = spec?.mapping {
            let rest = members.compactMap { member -> YAMLNode.Member? in
                guard let kind = ["endpoints": Kind.endpoint, "package": .package][member.name] else { return member }
                if Merge.isNull(member.value) {
                    replaced.append(kind)
                    return nil
                }
                guard let whole = Merge.replacement(member.value) else { return member }
                replaced.append(kind)
                return YAMLNode.Member(key: member.key, value: whole)
            }
            spec?.content = .mapping(rest)
        }
        let overlays = drafts.drafts(document, metadata: metadata, spec: spec)
        if let service = overlays.first?.address, set[service] != nil {
            for kind in replaced { set.removeInline(kind, of: service) }
        }
        set.merge(overlays, canCheck: !drafts.unknown.contains(document.kind))
    }

    private mutating func finish(_ set: DraftSet, _ named: DraftReader, _ loaded: inout Loaded) {
        let unknown = named.unknown
        var reader = ResourceReader(fields: FieldReader(tree: tree, refusal: secrets.refusal), today: today)
        for draft in set.drafts where !reader.fields.isFull {
            let service = draft.isInline ? draft.address.service.flatMap { set[$0] } : nil
            let whole = service.map { draft.inheriting(from: $0) } ?? draft
            loaded.resources.append(reader.resource(whole))
            loaded.drafts.append(whole)
        }
        for draft in named.nameless where !reader.fields.isFull { _ = reader.resource(draft) }
        guard !reader.fields.isFull else {
            loaded.diagnostics += reader.fields.diagnostics
            return
        }
        var checks = ReferenceChecks(loaded, unknown: unknown)
        checks.run()
        let made = madeElsewhere(for: loaded)
        var versions = AutoVersions(
            loaded.resources, drafts: loaded.drafts, canCheck: !unknown.contains(.package), made: made.versions)
        loaded.resources = versions.resolved()
        loaded.diagnostics += reader.fields.diagnostics + checks.reader.diagnostics + versions.reader.diagnostics
        // Most of what is wrong there is wrong here too.
        if let problem = made.problem, !loaded.diagnostics.hasErrors { loaded.diagnostics.append(problem) }
    }

    /// Whether some entry of 'manifests' names nothing that can be had, which has been told where it stands.
    private func isEntryLost(_ environment: Environment) -> Bool {
        (workspace.manifests + environment.manifests).contains { entry in
            let path = resolvePath(entry)
            return leadsOutside(path) || !Glob.isPattern(path) && (try? tree.entry(at: path)) == nil
        }
    }

    private func noManifests(_ environment: Environment) -> Diagnostic {
        let entries = (workspace.manifests + environment.manifests).map { "'\($0)'" }.joined(separator: ", ")
        return Diagnostic(
            .error, "no-manifests", "the environment '\(environment.name)' has no manifests",
            at: environment.mark,
            hint: "No .yaml, .yml or .json file lies at \(entries).")
    }
}

extension Document {
    func isFor(_ environment: Environment) -> Bool { environments?.contains(environment.name) ?? true }
}

/// What one environment came to.
struct Loaded {
    let environment: Environment
    var resources: [Resource] = []
    /// The drafts of the resources, each at the place of its own.
    var drafts: [Draft] = []
    var diagnostics: [Diagnostic] = []

    init(environment: Environment) { self.environment = environment }

    var state: DesiredState { state(besides: [:]) }

    /// `others` is what other environments declare on its nodes.
    func state(besides others: [Address: String]) -> DesiredState {
        DesiredState(environment: environment, resources: resources, declaredElsewhere: others)
    }
}
