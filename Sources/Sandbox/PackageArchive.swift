import JSON

/// What is known of one package archive, wherever a package, a published version or a node's generation refers to it.
///
/// The layout inside the zip is private to this emulator (inferred; no source shows a real one): `emulator-package.json`
/// and `service.json`. One made here is written again from this value whenever it is asked for, to the same bytes; one
/// uploaded is kept as it came.
struct PackageArchive: Equatable {
    /// The id of the version that the archive holds.
    var version: String
    var serviceID: String?
    var createdOn: Int
    var releaseNotes: String?
    /// The service's settings at the time of packaging; nil in a foreign archive, which is opaque.
    let definition: JSONValue?
    /// Whether nodes report this generation as unhealthy: an endpoint's `code` has the line `# sandbox: unhealthy`.
    ///
    /// Code is not run here, so a demo or a test says with that line that it would fail at import.
    let isUnhealthy: Bool
    /// Whether the zip came from outside and so is kept as a file.
    var isUploaded: Bool

    static let metadataName = "emulator-package.json"
    static let definitionName = "service.json"

    /// The zip of an archive that was made here.
    var zip: [UInt8] {
        let metadata: JSONValue = [
            "format": 1, "serviceId": serviceID.map { .string($0) } ?? .null, "id": .string(version),
            "createdOn": .number(JSONNumber(createdOn)), "releaseNotes": releaseNotes.map { .string($0) } ?? .null,
        ]
        return Zip.write([
            Zip.Entry(name: PackageArchive.metadataName, bytes: metadata.bytes(.pretty)),
            Zip.Entry(name: PackageArchive.definitionName, bytes: (definition ?? [:]).bytes(.pretty)),
        ])
    }

    init(made version: String, of serviceID: String, definition: JSONValue, createdOn: Int, releaseNotes: String?) {
        self.version = version
        self.serviceID = serviceID
        self.createdOn = createdOn
        self.releaseNotes = releaseNotes
        self.definition = definition
        isUnhealthy = PackageArchive.isMarked(definition)
        isUploaded = false
    }

    /// Reads an uploaded zip: the version id is its own metadata's, else the file's name without `.zip`.
    init?(uploaded zip: [UInt8], fileName: String, createdOn: Int) {
        guard Zip.isArchive(zip) else { return nil }
        let metadata = Zip.read(PackageArchive.metadataName, from: zip).flatMap { try? JSONValue(parsing: $0) }
        let base = String(fileName.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "")
        let stem = base.lowercased().hasSuffix(".zip") ? String(base.dropLast(4)) : base
        let version = metadata?["id"]?.string ?? stem
        guard !version.isEmpty else { return nil }
        self.version = version
        serviceID = metadata?["serviceId"]?.string
        self.createdOn = createdOn
        releaseNotes = metadata?["releaseNotes"]?.string
        let content = metadata == nil ? [] : Zip.read(PackageArchive.definitionName, from: zip) ?? []
        definition = try? JSONValue(parsing: content)
        isUnhealthy = PackageArchive.isMarked(definition)
        isUploaded = true
    }

    var record: JSONValue {
        var object: JSONObject = ["version": .string(version), "createdOn": .number(JSONNumber(createdOn))]
        object["serviceId"] = serviceID.map { .string($0) }
        object["releaseNotes"] = releaseNotes.map { .string($0) }
        if isUploaded { object["uploaded"] = true }
        object["definition"] = definition
        return .object(object)
    }

    init?(record: JSONValue) {
        guard let version = record["version"]?.string else { return nil }
        self.version = version
        serviceID = record["serviceId"]?.string
        createdOn = record["createdOn"]?.integer ?? 0
        releaseNotes = record["releaseNotes"]?.string
        definition = record["definition"]
        isUnhealthy = PackageArchive.isMarked(definition)
        isUploaded = record["uploaded"]?.bool ?? false
    }

    /// The endpoints of the packaged service; none in a foreign archive.
    var endpoints: [JSONValue] { definition?["endpoints"]?.array ?? [] }

    func endpoint(_ id: String) -> JSONValue? { endpoints.first { $0["id"]?.string == id } }

    /// Whether an endpoint's `code` has the line `# sandbox: unhealthy`.
    private static func isMarked(_ definition: JSONValue?) -> Bool {
        (definition?["endpoints"]?.array ?? []).contains { endpoint in
            endpoint["code"]?.string?.split(whereSeparator: \.isNewline).contains { line in
                line.drop(while: { $0 == " " }).hasPrefix("# sandbox: unhealthy")
            } ?? false
        }
    }
}
