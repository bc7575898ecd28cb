internal import Diagnostics
internal import Files
internal import Glibc
internal import Manifests
internal import Reports
internal import Resources

/// A workspace on disk that could be read.
struct OpenWorkspace {
    let tree: DiskTree
    let workspace: Workspace
    let diagnostics: [Diagnostic]
    private let session: Session

    /// The folder with `mooring.yaml`; absolute.
    var root: String { tree.root }

    /// Finds and reads the workspace that the options name, here or in a folder above.
    ///
    /// `concurrency` and `maxDeletes` go over the limits of each environment.
    init(
        _ options: WorkspaceOptions, concurrency: Int? = nil, maxDeletes: Bound? = nil, _ session: Session
    ) throws(Failure) {
        self.session = session
        if let environment = options.environment { session.environment.settle(environment) }
        let start = options.directory.map { resolvePath($0, from: session.folder) } ?? session.folder
        let found: String?
        do throws(FileError) {
            found = OpenWorkspace.find(from: start)
            tree = try DiskTree(root: found ?? start)
            session.job?.enter(tree.root)
        } catch {
            throw Failure(error)
        }
        if found == nil, let directory = options.directory {
            throw Failure(
                Diagnostic(
                    .error, "no-workspace", "there is no '\(workspaceFile)' in '\(directory)' or in a folder above it",
                    hint: "Name the folder that holds it by -C DIR, or make one with 'mooring init'."))
        }
        let zones = TimeZoneDatabase(variables: session.variables)
        let (loaded, diagnostics) = loadWorkspace(tree) { zones.problem(with: $0) }
        guard var workspace = loaded else { throw Failure(diagnostics) }
        for index in workspace.environments.indices {
            if let concurrency { workspace.environments[index].limits.concurrency = concurrency }
            if let maxDeletes { workspace.environments[index].limits.maxDeletes = maxDeletes }
        }
        self.workspace = workspace
        self.diagnostics = diagnostics
    }

    /// The nearest folder with `mooring.yaml`, upwards.
    private static func find(from start: String) -> String? {
        var place = start
        while true {
            if access(place + "/" + workspaceFile, F_OK) == 0 { return place }
            if place == "/" || place.isEmpty { return nil }
            place = folder(of: place)
        }
    }

    /// The environment that is named, or the only one.
    func environmentName(_ given: String?) throws(Failure) -> String {
        if let given {
            session.environment.settle(given)
            guard workspace.environment(given) != nil else { throw Failure(unknownEnvironment(given, workspace)) }
            return given
        }
        let names = workspace.environments.map(\.name)
        guard let only = names.first, names.count == 1 else {
            throw Failure(
                Diagnostic(
                    .error, "environment-needed", "the workspace has several environments",
                    hint: "Name one by -e: \(names.joined(separator: ", "))."), .usage)
        }
        session.environment.settle(only)
        return only
    }

    /// Reads the secrets of this workspace.
    ///
    /// What connections and the state use is out of the manifests' reach, unless it is permitted to them.
    func secretResolver(_ session: Session) -> SecretResolver {
        SecretResolver(
            root: root, environment: session.variables, policy: workspace.secrets, connections: workspace.ownSecrets)
    }

    /// What the workspace remembers.
    func state(for purpose: OpenState.Purpose, _ secrets: SecretResolver) async throws(Failure) -> OpenState {
        try await OpenState(workspace.state, name: workspace.name, root: root, secrets: secrets, for: purpose)
    }

    /// What should be live in an environment, and the warnings of the manifests.
    ///
    /// `mayBeEmpty`: that there are no manifests is no error then.
    func desired(
        _ environment: String, mayBeEmpty: Bool = false
    ) throws(Failure) -> (state: DesiredState, diagnostics: [Diagnostic]) {
        let (state, problems) = loadDesired(workspace, environment: environment, tree: tree, today: today())
        let all = diagnostics + problems.filter { !(mayBeEmpty && $0.code == "no-manifests") }
        guard let state, !all.hasErrors else { throw Failure(all) }
        return (state, all)
    }
}

/// The date in UTC, as `2026-12-31`.
func today() -> String { String(instantText(OpenState.milliseconds()).prefix(10)) }
