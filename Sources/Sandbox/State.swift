import JSON

/// Everything that the emulated world holds: a value, changed by synchronous methods only.
///
/// Each change notes the keys of the records it touched in `dirty`; whoever holds the state writes them out.
struct State {
    /// Milliseconds since 1970, set before each request.
    var now = 0
    var baseURL: String?
    /// Who sent the request that is answered.
    var caller = State.login
    /// How long an update takes where the fault plan does not say, in milliseconds.
    var usualUpdateDuration = 0
    var updateDuration: Int { faults.plan.updateDuration ?? usualUpdateDuration }
    var faults = FaultState()
    var log = RequestLog()
    /// Decides which generation answers a query that says nothing about it.
    var dice = SplitMix64(state: 1)
    /// Reads a file that a node's administrator staged on its disk.
    let readFile: @Sendable (String) throws(SandboxError) -> [UInt8]?
    let secrets: SecretBox

    var world = World()
    var projects: [String: Project] = [:]
    var archives: [String: PackageArchive] = [:]
    var published: [String: PublishedService] = [:]
    var infras: [String: Infra] = [:]
    var deployments: [String: Deployment] = [:]
    var nodes: [String: APINode] = [:]
    var futures = Futures()

    /// Uploaded zips that are not written out yet, by archive id.
    var newArchives: [String: [UInt8]] = [:]
    var dirty: Set<RecordKey> = []
    /// How many packages, versions and generations refer to each archive.
    var references: [String: Int] = [:]
    /// Grows with each object whose place in a list is its age.
    var sequence = 0

    init(
        key: String, readFile: @escaping @Sendable (String) throws(SandboxError) -> [UInt8]? = DataFolder.read
    ) {
        secrets = SecretBox(key: key)
        self.readFile = readFile
    }

    mutating func nextSequence() -> Int {
        sequence += 1
        return sequence
    }
}

/// What a sandbox is fixed to at its birth.
struct World: Equatable {
    /// Without a seed any project key may be used.
    var anyProject = true
    /// `{"id", "desc"}` each.
    var stages: [JSONValue] = ["Development", "Test", "Production"].map { ["id": .string($0), "desc": ""] }

    /// The keys of further users, sealed, by login: so that changes can be told apart by who made them.
    var users: [String: String] = [:]

    var record: JSONValue {
        var object: JSONObject = ["format": 1, "anyProject": .bool(anyProject), "stages": .array(stages)]
        if !users.isEmpty {
            object["users"] = .object(JSONObject(users.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        return .object(object)
    }
}

struct Project {
    /// As `GET /projects/{P}` shows it.
    var summary: JSONObject
    var services: [String: Service] = [:]
}

/// An API service on the design node.
struct Service {
    var settings: JSONObject
    /// Oldest first.
    var packages: [Version] = []
}

/// A package on the design node, or a published version on the deployer.
struct Version: Equatable {
    let id: String
    let createdOn: Int
    let archive: String
    let sequence: Int

    var record: JSONValue {
        [
            "createdOn": .number(JSONNumber(createdOn)), "archive": .string(archive),
            "n": .number(JSONNumber(sequence)),
        ]
    }
}

/// A service on the deployer.
struct PublishedService {
    var settings: JSONObject
    /// Oldest first.
    var versions: [Version] = []
    /// The deployments of this service, so that a list need not look through all.
    var deployments: Set<String> = []

    func version(_ id: String) -> Version? { versions.last { $0.id == id } }
}

struct Infra {
    /// Secrets in it are sealed, as DSS gives them back.
    var settings: JSONObject
    var deployments: Set<String> = []

    var type: String { settings["type"]?.string ?? "" }
    /// STATIC infras list their API nodes; others have a cluster of their own.
    var isStatic: Bool { type == "STATIC" }
}

extension State {
    /// Refers once more to an archive.
    mutating func retain(_ archive: String) { references[archive, default: 0] += 1 }

    /// Refers once less to an archive; the last one removes it.
    mutating func release(_ archive: String) {
        references[archive, default: 1] -= 1
        guard references[archive] == 0 else { return }
        references[archive] = nil
        archives[archive] = nil
        newArchives[archive] = nil
        dirty.insert(.archive(archive))
    }

    /// Stores a new archive and returns its id.
    mutating func add(_ archive: PackageArchive, zip: [UInt8]? = nil) -> String {
        let id = "a\(nextSequence())"
        archives[id] = archive
        if let zip { newArchives[id] = zip }
        dirty.insert(.archive(id))
        return id
    }
}
