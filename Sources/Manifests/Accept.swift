package import Diagnostics
package import Files
package import JSON
package import Resources

/// A declared field that live does not hold any more: what a drift report names by address and path.
package struct DriftedField: Hashable, Sendable {
    package let address: Address
    /// As reports print it: `apiNodes[http://node-1:12000].graphitePrefix`.
    package let path: String

    package init(_ address: Address, _ path: String) {
        self.address = address
        self.path = path
    }
}

/// Manifests with live values in the place of what they declared; nothing is written yet.
package struct AcceptResult: Sendable {
    /// Sorted by path, no path twice.
    package var edits: [FileEdit] = []
    package var accepted: [AcceptedField] = []
    /// Why a field keeps what its manifest says.
    package var refused: [Diagnostic] = []
    /// What follows from it: a version that is derived from what changed has another id.
    package var notes: [Diagnostic] = []

    package init() {}
}

/// The new contents of a file of the workspace.
package struct FileEdit: Hashable, Sendable {
    /// Relative to the workspace.
    package let path: String
    package let text: [UInt8]
}

/// A field whose live value was written into the workspace.
package struct AcceptedField: Hashable, Sendable {
    package let address: Address
    package let path: String
    /// Where its value is declared.
    package let mark: SourceMark
}

/// Writes live values into the manifests that declare something else: each at the place where its value is declared,
/// with comments, layout and everything else as it stands.
///
/// `live` holds the objects' settings, endpoints inside their service's; `mappings` those of the deployments by id.
/// `isHidden` tells a text that stands for a secret. What would change another object or another environment too, what
/// a variable, an alias or `version: auto` brings, and secrets are refused. The result is read again before it is
/// returned: it declares the live values, and nothing else differs.
package func acceptDrift(
    _ fields: [DriftedField], live: [Address: JSONValue], mappings: [String: GenerationsMapping],
    workspace: Workspace, environment: String, tree: some SourceTree, today: String, isHidden: (String) -> Bool
) -> AcceptResult {
    withoutActuallyEscaping(isHidden) { isHidden in
        let (states, problems) = loadAllDesired(workspace, tree: tree, today: today)
        var result = AcceptResult()
        guard !problems.hasErrors, let desired = states.first(where: { $0.environment.name == environment }) else {
            result.refused = problems.filter { $0.severity == .error }
            return result
        }
        var acceptance = Acceptance(
            desired: desired, others: states.filter { $0.environment.name != environment }, tree: tree,
            importer: FieldImporter(secrets: SecretNames(workspace, used: []), isHidden: isHidden))
        let wishes = acceptance.wishes(fields, live: live, mappings: mappings)
        result = acceptance.result(of: wishes) { edits in
            let edited = EditedTree(base: tree, edits: edits)
            return loadAllDesired(workspace, tree: edited, today: today)
        }
        return result
    }
}

/// The workspace as it would be.
private struct EditedTree<Base: SourceTree>: SourceTree {
    let base: Base
    let files: [String: [UInt8]]

    init(base: Base, edits: [FileEdit]) {
        self.base = base
        files = Dictionary(uniqueKeysWithValues: edits.map { ($0.path, $0.text) })
    }

    func entry(at path: String) throws(FileError) -> TreeEntry? { try base.entry(at: path) }
    func files(below folder: String) throws(FileError) -> [String] { try base.files(below: folder) }

    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        guard let text = files[path] else { return try base.read(path, limit: limit) }
        guard text.count <= limit else { throw .tooLarge(path, limit: limit) }
        return text
    }
}
