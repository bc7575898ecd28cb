import JSON

/// The design node: projects, API services and their packages.
extension State {
    /// The keys of a service's settings that DSS knows, in the order in which it writes them; others are dropped on save.
    static let settingsKeys = [
        "projectKey", "id", "name", "tags", "authMethod", "authRealm", "oauth2Config", "endpoints", "customFields",
    ]

    /// The project, or the 403 that DSS gives for one that is not there.
    func project(_ key: String) throws(APIError) -> Project {
        if let project = projects[key] { return project }
        guard world.anyProject else { throw .forbidden("You may not read project '\(key)'") }
        return Project(summary: State.projectSummary(key))
    }

    static func projectSummary(_ key: String, name: String? = nil, owner: String = State.login) -> JSONObject {
        [
            "projectKey": .string(key), "name": .string(name ?? key), "shortDesc": "", "ownerLogin": .string(owner),
            "tags": [],
        ]
    }

    /// Who does what is done with the admin key.
    static let login = "admin"

    /// Makes the project at its first use, where that is allowed.
    mutating func useProject(_ key: String) throws(APIError) {
        let project = try project(key)
        if projects[key] == nil {
            projects[key] = project
            dirty.insert(.project(key))
        }
    }

    func service(_ project: String, _ id: String) throws(APIError) -> Service {
        guard let service = try self.project(project).services[id] else {
            throw .missing("API service \(project).\(id)")
        }
        return service
    }

    mutating func createService(_ project: String, _ id: String) throws(APIError) {
        try useProject(project)
        guard projects[project]?.services[id] == nil else {
            throw .bad("API service '\(id)' already exists in project '\(project)'")
        }
        let settings = normalisedSettings([:], project: project, id: id, versionNumber: 0)
        projects[project]?.services[id] = Service(settings: settings)
        dirty.insert(.service(project: project, id: id))
    }

    mutating func saveSettings(_ project: String, _ id: String, _ settings: JSONObject) throws(APIError) {
        let service = try service(project, id)
        try State.checkEndpoints(settings["endpoints"])
        let version = service.settings["versionTag"]?["versionNumber"]?.integer ?? 0
        let saved = normalisedSettings(settings, project: project, id: id, versionNumber: version + 1)
        projects[project]?.services[id]?.settings = saved
        dirty.insert(.service(project: project, id: id))
    }

    /// The settings as DSS keeps them: its own keys only, its own identity and version tag, endpoints untouched.
    private func normalisedSettings(
        _ settings: JSONObject, project: String, id: String, versionNumber: Int
    ) -> JSONObject {
        let defaults: JSONObject = [
            "name": .string(id), "tags": [], "authMethod": "PUBLIC", "authRealm": ["queryKeys": []],
            "oauth2Config": [:], "endpoints": [], "customFields": [:],
        ]
        var result: JSONObject = ["projectKey": .string(project), "id": .string(id)]
        for key in State.settingsKeys.dropFirst(2) {
            let given = settings[key]?.unlessNull
            result[key] = given ?? defaults[key]
        }
        result["versionTag"] = [
            "versionNumber": .number(JSONNumber(versionNumber)), "lastModifiedOn": .number(JSONNumber(now)),
            "lastModifiedBy": ["login": .string(caller)],
        ]
        return result
    }

    /// Every endpoint has an `id` and a `type`; that ids do not repeat is inferred.
    private static func checkEndpoints(_ value: JSONValue?) throws(APIError) {
        guard let value, !value.isNull else { return }
        guard let endpoints = value.array else { throw .bad("'endpoints' must be an array") }
        var seen: Set<String> = []
        for endpoint in endpoints {
            guard let id = endpoint["id"]?.string, !id.isEmpty, let type = endpoint["type"]?.string, !type.isEmpty
            else { throw .bad("Each endpoint needs an 'id' and a 'type'") }
            guard seen.insert(id).inserted else { throw .bad("Endpoint '\(id)' is there twice") }
        }
    }

    func package(_ project: String, _ service: String, _ id: String) throws(APIError) -> Version {
        guard let package = try self.service(project, service).packages.last(where: { $0.id == id }) else {
            throw .missing("package \(id) of API service \(project).\(service)")
        }
        return package
    }

    mutating func createPackage(
        _ project: String, _ service: String, _ id: String, releaseNotes: String?
    ) throws(APIError) {
        let found = try self.service(project, service)
        guard !found.packages.contains(where: { $0.id == id }) else {
            throw .bad("Package '\(id)' of service '\(service)' already exists")
        }
        let archive = add(
            PackageArchive(
                made: id, of: service, definition: .object(found.settings), createdOn: now, releaseNotes: releaseNotes))
        let version = Version(id: id, createdOn: now, archive: archive, sequence: nextSequence())
        projects[project]?.services[service]?.packages.append(version)
        retain(archive)
        dirty.insert(.package(project: project, service: service, id: id))
    }

    mutating func deletePackage(_ project: String, _ service: String, _ id: String) throws(APIError) {
        let package = try package(project, service, id)
        projects[project]?.services[service]?.packages.removeAll { $0.id == id }
        release(package.archive)
        dirty.insert(.package(project: project, service: service, id: id))
    }

    /// Brings a package to the deployer, making the published service when there is none of that id.
    mutating func publish(
        _ project: String, _ service: String, _ id: String, as publishedID: String
    ) throws(APIError) {
        let package = try package(project, service, id)
        if published[publishedID] == nil { try createPublished(publishedID) }
        try addVersion(id, archive: package.archive, to: publishedID)
    }
}
