package import Diagnostics
package import Files
internal import JSON
package import Resources
internal import YAML

/// The file that makes a folder a workspace.
package let workspaceFile = "mooring.yaml"

/// The value of `apiVersion` in every document.
package let apiVersion = "mooring/v1"

/// Reads `mooring.yaml` at the root of a tree; nil when not all of its environments could be made.
///
/// With errors there may still be a workspace, so that what is wrong with its manifests is told in the same run; it
/// must not be applied. With `isGoverned` somebody else names the connections: an environment need have none, and those
/// that stand there are not looked at. `zones` says what is wrong with the name of a time zone; nil: nothing, or that is not looked at.
package func loadWorkspace(
    _ tree: some SourceTree, isGoverned: Bool = false, zones: (String) -> FileError? = { _ in nil }
) -> (workspace: Workspace?, diagnostics: [Diagnostic]) {
    let bytes: [UInt8]
    do throws(FileError) {
        bytes = try tree.read(workspaceFile, limit: TreeLimits.fileBytes)
    } catch {
        guard error.reason == .missing else { return (nil, [error.diagnostic]) }
        return (
            nil,
            [
                Diagnostic(
                    .error, "no-workspace", "there is no '\(workspaceFile)' here",
                    hint: "Change to the folder that holds it, name it by -C DIR, or make one with 'mooring init'.")
            ]
        )
    }
    let (documents, problems) = readYAML(bytes, file: workspaceFile)
    guard let document = documents.first else {
        let empty = Diagnostic(
            .error, "empty-workspace", "'\(workspaceFile)' holds no document", at: SourceMark(file: workspaceFile))
        return (nil, problems.hasErrors ? problems : problems + [empty])
    }
    var reader = WorkspaceReader(tree: tree, isGoverned: isGoverned)
    for second in documents.dropFirst() {
        reader.fields.error(second, "second-document", "'\(workspaceFile)' holds one document, the workspace")
    }
    let workspace = reader.workspace(document)
    reader.checkTimeZones(zones)
    let diagnostics = (problems + reader.fields.diagnostics).presentable
    return (problems.hasErrors ? nil : workspace, diagnostics)
}

/// Makes a workspace of its document.
struct WorkspaceReader: SettingsReading {
    let tree: any SourceTree
    var fields = FieldReader()
    var timeZones: [YAMLNode] = []

    /// Whether connections are somebody else's to name: what stands here of them is passed over.
    let isGoverned: Bool

    init(tree: any SourceTree, isGoverned: Bool) {
        self.tree = tree
        self.isGoverned = isGoverned
    }

    mutating func workspace(_ node: YAMLNode) -> Workspace? {
        guard envelope(node, file: workspaceFile, kind: "Workspace", hint: "Manifests lie in files of their own.")
        else { return nil }
        let name = name(node, "The workspace's name.")
        guard let specNode = node["spec"],
            let spec = fields.object(specNode, WorkspaceDefinition.fields, name: "'spec'")
        else { return nil }
        checkEntries(specNode["manifests"])
        let shared = Shared(
            limits: limits(spec["limits"]), policy: policy(spec["policy"], specNode["policy"]),
            prune: spec["prune"]?.bool ?? false)
        let state = state(spec["state"], specNode["state"])
        var environments: [Environment] = []
        var isWhole = true
        let known = Dictionary(
            (spec["environments"]?.members ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        for member in specNode["environments"]?.mapping ?? [] {
            guard let declared = known[member.name] else {
                isWhole = false
                continue
            }
            if let flaw = FieldReader.flaw(inIdentifier: member.name) {
                fields.error(member.key, "bad-id", "an environment's name \(flaw)")
            }
            if let environment = environment(member, declared, over: shared) {
                environments.append(environment)
            } else {
                isWhole = false
            }
        }
        if let node = specNode["environments"], node.mapping?.isEmpty == true {
            fields.error(
                node, "no-environments", "the workspace has no environment",
                hint: "Add one, as local: {sandbox: .mooring/sandbox}.")
        }
        checkPromotions(specNode["environments"])
        guard isWhole, !environments.isEmpty else { return nil }
        return Workspace(
            name: name ?? "", manifests: strings(spec["manifests"]) ?? ["."],
            secrets: secretPolicy(spec["secrets"], else: SecretPolicy()), state: state, environments: environments)
    }

    /// What the workspace says for all of its environments.
    private struct Shared {
        let limits: Limits
        let policy: Policy
        let prune: Bool
    }

    private mutating func checkPromotions(_ node: YAMLNode?) {
        let names = node?.keys ?? []
        let known = Set(names)
        for member in node?.mapping ?? [] {
            guard let place = member.value["promotesFrom"], let origin = place.scalar?.text else { continue }
            if origin == member.name {
                fields.error(place, "bad-promotion", "the environment '\(origin)' cannot promote from itself")
            } else if !known.contains(origin) {
                fields.error(
                    place, "unknown-environment", "there is no environment '\(origin)'",
                    hint: environmentHint(origin, names))
            }
        }
    }

    private mutating func environment(
        _ member: YAMLNode.Member, _ declared: DeclaredValue, over shared: Shared
    ) -> Environment? {
        let node = member.value
        let policy = policy(declared["policy"], node["policy"])
        for name in ["overlays", "manifests"] { checkEntries(node[name]) }
        let elsewhere = Connection(target: .sandbox("."), authentication: .none, mark: declared.mark)
        guard let nodes = isGoverned ? (designer: nil, deployer: elsewhere) : nodes(member, declared) else {
            return nil
        }
        var variables: [String: DeclaredValue] = [:]
        for variable in declared["variables"]?.members ?? [] { variables[variable.key] = variable.value }
        checkVariableNames(node["variables"])
        var environment = Environment(
            name: member.name, designer: nodes.designer, deployer: nodes.deployer,
            promotesFrom: declared["promotesFrom"]?.string,
            variables: variables, overlays: strings(declared["overlays"]) ?? [],
            manifests: strings(declared["manifests"]) ?? [],
            limits: limits(declared["limits"], over: shared.limits), dialect: dialect(declared["dialect"]),
            mark: member.key.mark)
        environment.policy = policy.over(shared.policy)
        environment.approval = declared["approval"]?.string.flatMap(ApprovalMode.init(rawValue:)) ?? .none
        environment.prune = declared["prune"]?.bool ?? shared.prune
        return environment
    }

    private mutating func checkVariableNames(_ node: YAMLNode?) {
        for member in node?.mapping ?? [] where !VariableName.isValid(member.name) {
            fields.error(
                member.key, "bad-id", "'\(member.name)' is no name of a variable",
                hint: "Use letters, digits, '_', '-' and '.'.")
        }
    }

    /// Manifests and overlays stay inside the workspace, and what is named without a pattern is there.
    private mutating func checkEntries(_ list: YAMLNode?) {
        for element in list?.sequence ?? [] {
            guard let text = element.scalar?.text else { continue }
            let path = resolvePath(text)
            do throws(FileError) {
                if leadsOutside(path) { throw .outside(text) }
                guard !Glob.isPattern(path), try tree.entry(at: path) == nil else { continue }
                fields.error(
                    element, "file-missing", "there is no file or folder '\(path)'",
                    hint: "Paths are relative to the file that names them.")
            } catch {
                fields.tell(error, at: element)
            }
        }
    }

    private mutating func state(_ value: DeclaredValue?, _ node: YAMLNode?) -> StateSettings {
        guard let value, let node else { return StateSettings() }
        var settings = StateSettings(fingerprintKey: value["fingerprintKey"]?.secret, mark: node.mark)
        if let file = value["file"]?.string { settings.place = .file(file) }
        guard let server = node.mapping?.first(where: { $0.name == "postgres" }) else { return settings }
        if let secret = value["postgres"]?.secret { settings.place = .postgres(secret) }
        if let file = node.mapping?.first(where: { $0.name == "file" }) {
            fields.error(
                server.key, "two-states", "the state lies in a file or on a server, not in both",
                hint: "Remove 'file' or 'postgres'.", related: [Diagnostic.Related(file.key.mark, "'file'")])
        }
        if node["fingerprintKey"] == nil {
            fields.error(
                server.key, "missing-field", "'state' lacks 'fingerprintKey', which 'postgres' needs",
                hint: "All who share the state must share the key, or each would take every secret for changed. "
                    + "Write fingerprintKey: {env: NAME}, any text that is hard to guess.")
        }
        return settings
    }
}

/// What to tell who names an environment that does not exist.
func environmentHint(_ name: String, _ known: [String]) -> String {
    let all = "The environments are: \(known.joined(separator: ", "))."
    return closest(to: name, among: known).map { "Did you mean '\($0)'? \(all)" } ?? all
}
