import JSON

/// What a fresh store begins with.
///
///     {
///       "projects": ["CHURN"],                        others answer 403
///       "stages": ["Dev", {"id": "Prod", "desc": "…"}],
///       "nodes": ["node-1"],
///       "users": [{"login": "ann", "key": "…"}],      keys besides the admin's: what they change is listed under the login
///       "services": [{"projectKey": "CHURN", "id": "scoring", "settings": {"endpoints": […]}}],
///       "packages": [{"projectKey": "CHURN", "serviceId": "scoring", "id": "v1", "releaseNotes": "…",
///                     "publish": true}],              or the id of the published service
///       "published": [{"id": "scoring", "settings": {…}}],    services without versions, or settings of those with
///       "infras": [{"id": "prod", "type": "STATIC", "stage": "Prod", "apiNodes": […], …}],   whole settings
///       "deployments": [{"id": "d1", "publishedServiceId": "scoring", "infraId": "prod", "enabled": true,
///                        "generationsMapping": {…},   whole settings, or `version` for a single one
///                        "rolledOut": true}]          whether its nodes have it; true unless it says false
///     }
///
/// Every member may be missing. Without stages or nodes there are the usual ones: Development, Test, Production; `node-1`,
/// `node-2`. Without a seed at all there is one project `SANDBOX`, and any other is made at its first use.
extension State {
    /// Names a fresh store has when its seed names none.
    static let defaultNodes = ["node-1", "node-2"]

    mutating func plant(_ seed: JSONValue?) throws(APIError) {
        dirty.insert(.world)
        guard let seed else {
            try useProject("SANDBOX")
            for name in State.defaultNodes { addNode(name) }
            return
        }
        guard let object = seed.object else { throw .bad("a seed is an object, not \(seed.typeName)") }
        let known = [
            "projects", "stages", "nodes", "users", "services", "packages", "published", "infras", "deployments",
        ]
        if let key = object.keys.first(where: { !known.contains($0) }) {
            throw .bad("unknown member '\(key)' of a seed; there are \(known.joined(separator: ", "))")
        }
        for member in object where member.value.array == nil { throw .bad("'\(member.key)' must be an array") }
        if let stages = object["stages"]?.array {
            world.stages = stages.map { $0.string.map { ["id": .string($0), "desc": ""] } ?? $0 }
        }
        for name in object["nodes"]?.array?.compactMap(\.string) ?? State.defaultNodes { addNode(name) }
        for user in object["users"]?.array ?? [] { try addUser(user.object ?? [:]) }
        for key in object["projects"]?.array?.compactMap(\.string) ?? [] { try useProject(key) }
        let items = { (key: String) in (object[key]?.array ?? []).map { $0.object ?? [:] } }
        for item in items("services") {
            let (project, id) = (try item.text("projectKey"), try item.text("id"))
            try createService(project, id)
            if let settings = item["settings"]?.object { try saveSettings(project, id, settings) }
        }
        for item in items("packages") { try plantPackage(item) }
        for item in items("published") {
            let id = try item.text("id")
            if published[id] == nil { try createPublished(id) }
            if let settings = item["settings"]?.object { try savePublished(id, settings) }
        }
        for settings in items("infras") {
            try createInfra(settings)
            try saveInfra(try settings.text("id"), settings)
        }
        for settings in items("deployments") { try plantDeployment(settings) }
        // Only now: what the seed itself names may be new.
        world.anyProject = false
    }

    /// More users than a rehearsal needs.
    private static let maximumUsers = 1000

    mutating func addUser(_ user: JSONObject) throws(APIError) {
        let (login, key) = (try user.text("login"), try user.text("key"))
        guard login != State.login, world.users.count < State.maximumUsers else {
            throw .bad("User '\(login)' cannot be added")
        }
        world.users[login] = secrets.seal(key)
        dirty.insert(.world)
    }

    private mutating func plantPackage(_ item: JSONObject) throws(APIError) {
        let (project, service) = (try item.text("projectKey"), try item.text("serviceId"))
        let id = try item.text("id")
        try createPackage(project, service, id, releaseNotes: item["releaseNotes"]?.string)
        switch item["publish"] {
        case .bool(true): try publish(project, service, id, as: service)
        case .string(let published): try publish(project, service, id, as: published)
        default: break
        }
    }

    private mutating func plantDeployment(_ item: JSONObject) throws(APIError) {
        var settings = item
        settings["rolledOut"] = nil
        let id = try settings.text("id")
        if let version = settings["version"]?.string {
            settings["version"] = nil
            settings["generationsMapping"] = ["mode": "SINGLE_GENERATION", "generation": .string(version)]
        }
        settings["enabled"] = settings["enabled"] ?? true
        let (service, infra) = (try settings.text("publishedServiceId"), try settings.text("infraId"))
        for generation in try GenerationMapping(settings["generationsMapping"]).generations
        where try published(service).version(generation) == nil {
            throw .missing("version \(generation) of service \(service)")
        }
        _ = try self.infra(infra)
        insert(Deployment(settings: settings))
        guard item["rolledOut"]?.bool != false else { return }
        let messages = rollOut(settings)
        deployments[id]?.apply(settings)
        deployments[id]?.updates.append(
            Deployment.Update(
                startTimestamp: now, endTimestamp: now, status: .success, lines: messages.map(\.message)))
    }
}
