package import Diagnostics
internal import Files
internal import JSON
package import Resources

/// What an import came to: files to write, the secrets that they refer to, and what was left out.
package struct ImportResult: Sendable {
    /// Sorted by path; no two paths are the same to a file system that ignores letter case.
    package var files: [ImportedFile] = []
    /// In the order of the addresses.
    package var secrets: [NeededSecret] = []
    /// What is not visible, declared already, or left unmanaged, and why.
    package var notes: [Diagnostic] = []

    package init() {}
}

/// A file of manifests.
package struct ImportedFile: Hashable, Sendable {
    /// Relative to the folder that the import writes to.
    package let path: String
    package let text: String
    /// What it declares.
    package let addresses: [Address]
}

/// A secret that live holds and no file may: who applies the manifests provides it.
package struct NeededSecret: Hashable, Sendable {
    package let address: Address
    /// As `apiNodes[http://node-1:12000].adminAPIKey`.
    package let field: String
    /// The proposed place to read it from.
    package let reference: SecretReference
    /// Whether manifests of this workspace may use it, by `secrets.allow`.
    package let isAllowed: Bool
}

/// Turns live objects into tidy manifests, after which a plan has nothing to do.
///
/// Only fields that Mooring types are declared, and of these only what differs from its default; everything else stays
/// unmanaged. What `existing` declares is skipped. With `environments` each manifest is for those alone; `schemaPath` is
/// where editors find the schema of manifests, relative to the folder that is written to. `isHidden` tells a text that
/// stands for a secret: encrypted or redacted.
package func importManifests(
    _ estate: LiveEstate, workspace: Workspace, existing: [DesiredState], environments: [String] = [],
    schemaPath: String? = nil, isHidden: (String) -> Bool
) -> ImportResult {
    withoutActuallyEscaping(isHidden) { isHidden in
        var importer = Importer(
            estate, workspace: workspace, existing: existing, environments: environments, schemaPath: schemaPath,
            isHidden: isHidden)
        importer.run()
        return importer.result
    }
}

/// One object on its way into a file.
struct ImportedDocument {
    let address: Address
    var metadata: JSONObject
    var spec: JSONObject
    var isExternal = false

    init(_ address: Address, _ spec: JSONObject) {
        self.address = address
        self.spec = spec
        metadata = JSONObject(
            zip(KindDefinition.of(address.kind).identity, address.path).map {
                ($0.name, .string(Substitution.escaped($1)))
            })
    }

    /// One that is only referred to.
    init(external address: Address) {
        self.init(address, [:])
        isExternal = true
    }
}

/// Goes through an estate, kind by kind.
struct Importer {
    let estate: LiveEstate
    /// What is declared already.
    let declared: Set<Address>
    let environments: [String]
    let schemaPath: String?
    var fields: FieldImporter
    var result = ImportResult()
    /// The published services that some declared package publishes to.
    var published: Set<String>
    /// What is declared once the import is done.
    var known: Set<Address>
    /// What is declared already.
    var skipped: [Address] = []
    private var paths = ImportPaths()

    /// Objects that one note names.
    private static let mostNamed = 5

    init(
        _ estate: LiveEstate, workspace: Workspace, existing: [DesiredState], environments: [String],
        schemaPath: String?, isHidden: @escaping (String) -> Bool
    ) {
        self.estate = estate
        self.environments = environments
        self.schemaPath = schemaPath
        let resources = existing.flatMap(\.resources)
        declared = Set(resources.map(\.address))
        known = declared
        published = Set(resources.compactMap(\.publishedService))
        fields = FieldImporter(
            secrets: SecretNames(workspace, used: resources.flatMap(\.spec.secrets)), isHidden: isHidden)
        result.notes = estate.notes
    }

    mutating func run() {
        let attribution = VersionAttribution(estate, declared: declared)
        result.notes += attribution.notes
        for service in estate.services { add(service, attribution) }
        for infra in estate.infras { add(infra) }
        for service in estate.publishedServices { add(service) }
        for deployment in estate.deployments { add(deployment) }
        if let first = skipped.first {
            let names = skipped.prefix(Importer.mostNamed).map { "'\($0)'" }.joined(separator: ", ")
            let more = skipped.count - Importer.mostNamed
            result.notes.append(
                Diagnostic(
                    .note, "already-declared",
                    "declared already, and skipped: \(names)\(more > 0 ? " and \(more) more" : "")",
                    address: first.description))
        }
        addExternals()
        result.files.sort { $0.path < $1.path }
        result.secrets = fields.secrets.needed
        result.notes += fields.notes
    }

    /// Whether an object can and should be declared; notes why not.
    mutating func accepts(_ address: Address) -> Bool {
        guard estate.selected.contains(address) else { return false }
        if declared.contains(address) {
            skipped.append(address)
            return false
        }
        for name in address.path {
            if let flaw = FieldReader.flaw(inIdentifier: name) {
                note("not-declarable", "'\(address)' is skipped: the name '\(name)' \(flaw)", address)
                return false
            }
        }
        return true
    }

    mutating func note(_ code: String, _ message: String, _ address: Address, hint: String? = nil) {
        result.notes.append(Diagnostic(.note, code, message, hint: hint, address: address.description))
    }

    /// Writes documents into a file of their own; what cannot be written so that it reads back the same is left out.
    mutating func write(_ documents: [ImportedDocument], folders: [String], name: String) -> Bool {
        let path = paths.path(folders, name)
        let text = ImportText(environments: environments, schemaPath: schemaPath, path: path).text(documents)
        guard let text else {
            fields.forget(documents.map(\.address))
            note(
                "not-declarable", "'\(documents[0].address)' is skipped: it cannot be written as YAML",
                documents[0].address)
            return false
        }
        let addresses = documents.flatMap(ImportText.addresses)
        known.formUnion(addresses)
        result.files.append(ImportedFile(path: path, text: text, addresses: addresses))
        return true
    }

    /// Objects that are referred to and neither declared nor imported are declared as external, all in one file.
    private mutating func addExternals() {
        let documents = externals.sorted().filter { !known.contains($0) }.map(ImportedDocument.init(external:))
        guard !documents.isEmpty else { return }
        _ = write(documents, folders: [], name: "external")
    }

    /// What imported deployments refer to.
    var externals: Set<Address> = []
}
