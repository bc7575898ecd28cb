import JSON

/// A deployment on the deployer, and what its last roll-out left.
struct Deployment {
    /// One roll-out, as the list of updates shows it.
    struct Update: Equatable {
        enum Status: String {
            /// Inferred, as are all values here.
            case running = "RUNNING"
            case success = "SUCCESS"
            case warning = "WARNING"
            case error = "ERROR"
            case aborted = "ABORTED"
        }

        let startTimestamp: Int
        var endTimestamp: Int?
        var requester = State.login
        var status: Status
        var lines: [String]
    }

    /// How many updates a deployment remembers: enough for a history, small enough to be written with each change.
    static let maximumUpdates = 20

    private(set) var settings: JSONObject
    /// The settings that the nodes were last told; nil before the first roll-out.
    private(set) var applied: JSONObject?
    /// Why the last update failed; nil when it did not.
    var failure: String?
    /// Set by a fault plan: nodes report this deployment as unhealthy until its next update.
    var isSpoiled = false
    /// Oldest first.
    var updates: [Update] = []
    /// Whether what matters to the nodes is as they were last told.
    private(set) var isInSync = false

    init(settings: JSONObject) { self.settings = settings }

    var id: String { settings["id"]?.string ?? "" }
    var serviceID: String { settings["publishedServiceId"]?.string ?? "" }
    var infraID: String { settings["infraId"]?.string ?? "" }
    var isEnabled: Bool { settings["enabled"]?.bool ?? false }

    /// The id under which the nodes serve it.
    static func deployedServiceID(_ settings: JSONObject) -> String {
        settings["deployedServiceId"]?.string ?? settings["publishedServiceId"]?.string ?? ""
    }

    func maps(to version: String) -> Bool {
        (try? GenerationMapping(settings["generationsMapping"]))?.generations.contains(version) ?? false
    }

    mutating func save(_ settings: JSONObject) {
        self.settings = settings
        compare()
    }

    mutating func apply(_ settings: JSONObject) {
        applied = settings
        compare()
    }

    private mutating func compare() {
        isInSync = applied.map { Deployment.material($0) == Deployment.material(settings) } ?? false
    }

    /// The part of the settings that reaches the nodes; that tags and rights do not is inferred.
    private static func material(_ settings: JSONObject) -> JSONValue {
        let immaterial: Set<String> = [
            "tags", "description", "authorizationsToQueryThroughDeployer", "versionTag", "customFields",
        ]
        return JSONValue.object(JSONObject(members: settings.members.filter { !immaterial.contains($0.key) })).canonical
    }

    var record: JSONValue {
        var object: JSONObject = ["settings": .object(settings)]
        object["applied"] = applied.map { .object($0) }
        object["failure"] = failure.map { .string($0) }
        if isSpoiled { object["spoiled"] = true }
        if !updates.isEmpty { object["updates"] = .array(updates.map(\.json)) }
        return .object(object)
    }

    init?(record: JSONValue) {
        guard let settings = record["settings"]?.object else { return nil }
        self.settings = settings
        applied = record["applied"]?.object
        failure = record["failure"]?.string
        isSpoiled = record["spoiled"]?.bool ?? false
        updates = (record["updates"]?.array ?? []).compactMap(Update.init(json:))
        // What ran when the server stopped is lost; nothing reached the nodes.
        if let last = updates.indices.last, updates[last].status == .running {
            updates[last].status = .error
            updates[last].endTimestamp = updates[last].startTimestamp
            updates[last].lines.append("The server stopped during this update")
        }
        compare()
    }
}

extension Deployment.Update {
    var json: JSONValue {
        var object: JSONObject = [
            "startTimestamp": .number(JSONNumber(startTimestamp)), "type": "UPDATE",
            "status": .string(status.rawValue),
        ]
        object["endTimestamp"] = endTimestamp.map { .number(JSONNumber($0)) }
        object["requester"] = .string(requester)
        object["logs"] = ["lines": .array(lines.map { .string($0) })]
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let start = json["startTimestamp"]?.integer,
            let status = json["status"]?.string.flatMap(Status.init(rawValue:))
        else { return nil }
        startTimestamp = start
        endTimestamp = json["endTimestamp"]?.integer
        requester = json["requester"]?.string ?? State.login
        self.status = status
        lines = (json["logs"]?["lines"]?.array ?? []).compactMap(\.string)
    }
}
