internal import Diagnostics
internal import JSON
internal import Resources

/// The kinds, each with what is special about it.
extension Importer {
    mutating func add(_ service: LiveEstate.Service, _ attribution: VersionAttribution) {
        let address = Address(.apiService, service.project, service.id)
        guard accepts(address) else { return }
        var settings = service.settings
        // Keys and settings that its way to authenticate does not use are left alone.
        let method = settings["authMethod"]?.string
        if case .object(var object) = settings {
            if method != "API_KEYS" { object["authRealm"] = nil }
            if method != "OAUTH2" { object["oauth2Config"] = nil }
            settings = .object(object)
        }
        var spec = fields.spec(
            KindDefinition.of(.apiService).fields.filter { !["endpoints", "package"].contains($0.name) }, of: settings,
            address)
        let endpoints = (settings["endpoints"]?.array ?? []).compactMap { endpoint($0, of: service) }
        var ids: Set<String> = []
        let unique = endpoints.filter { ids.insert($0["id"]?.string ?? "").inserted }
        if !unique.isEmpty { spec["endpoints"] = .array(unique) }
        let package = Address(.package, service.project, service.id)
        var documents: [ImportedDocument] = []
        var target: String?
        if let version = attribution.packages[package], !declared.contains(package) {
            target = version.publishedService
            spec["package"] = .object(version.spec(service: service.id))
        }
        documents.append(ImportedDocument(address, spec))
        let service = target.flatMap { id in estate.publishedServices.first { $0.id == id } }
        if let service { documents += rights(of: service) }
        guard write(documents, folders: ["services", address.path[0]], name: address.name) else { return }
        if let target { published.insert(target) }
    }

    /// The published service's document where somebody was given rights: all else about it comes with its package.
    private mutating func rights(of service: LiveEstate.PublishedService) -> [ImportedDocument] {
        let address = Address(.publishedService, service.id)
        guard estate.selected.contains(address), !known.contains(address), let settings = service.settings,
            FieldReader.flaw(inIdentifier: service.id) == nil,
            !(settings["permissions"]?.array ?? []).isEmpty
        else { return [] }
        return [
            ImportedDocument(address, fields.spec(KindDefinition.of(.publishedService).fields, of: settings, address))
        ]
    }

    private mutating func endpoint(_ settings: JSONValue, of service: LiveEstate.Service) -> JSONValue? {
        let owner = Address(.apiService, service.project, service.id)
        guard let id = settings["id"]?.string, FieldReader.flaw(inIdentifier: id) == nil else {
            note("not-declarable", "an endpoint of '\(owner)' is left unmanaged: it has no usable id", owner)
            return nil
        }
        let address = Address(.endpoint, service.project, service.id, id)
        guard !declared.contains(address) else {
            skipped.append(address)
            return nil
        }
        let type = settings["type"]?.string ?? ""
        let definition = KindDefinition.of(.endpoint)
        guard let known = definition.field("type"), known.type.allows(type) else {
            note("not-declarable", "'\(address)' is left unmanaged: Mooring does not know the type '\(type)'", address)
            return nil
        }
        if modelEndpointTypes.contains(type), (settings["modelRef"]?.string ?? "").isEmpty {
            note("not-declarable", "'\(address)' is left unmanaged: it names no model", address)
            return nil
        }
        let meant = definition.fields.filter { Importer.means($0.name, type) }
        let spec = fields.spec(meant, of: settings, address)
        return .object(JSONObject([("id", .string(Substitution.escaped(id)))] + spec.map { ($0.key, $0.value) }))
    }

    /// Whether a field means something for a type of endpoint.
    private static func means(_ field: String, _ type: String) -> Bool {
        ResourceReader.endpointFieldTypes.first { $0.field == field }?.types.contains(type) ?? true
    }

    mutating func add(_ infra: LiveEstate.Infra) {
        let address = Address(.infra, infra.id)
        guard let settings = infra.settings, accepts(address) else { return }
        let type = settings["type"]?.string ?? ""
        guard !type.isEmpty, !fields.isHidden(type) else {
            note("not-declarable", "'\(address)' is skipped: its type is not known", address)
            return
        }
        var definition = KindDefinition.of(.infra).fields
        if type != "STATIC" { definition.removeAll { $0.name == "apiNodes" } }
        let isTyped = KindDefinition.of(.infra).field("type")?.type.allows(type) ?? false
        if !isTyped { definition.removeAll { $0.name == "type" } }
        var spec = fields.spec(definition, of: settings, address)
        if !isTyped { spec["raw"] = ["type": .string(Substitution.escaped(type))] }
        _ = write([ImportedDocument(address, spec)], folders: ["infra"], name: infra.id)
    }

    mutating func add(_ service: LiveEstate.PublishedService) {
        let address = Address(.publishedService, service.id)
        // One that a package publishes to is written only where there is something to say.
        guard !known.contains(address), estate.selected.contains(address), let settings = service.settings else {
            return
        }
        if published.contains(service.id), (settings["permissions"]?.array ?? []).isEmpty { return }
        guard accepts(address) else { return }
        let spec = fields.spec(KindDefinition.of(.publishedService).fields, of: settings, address)
        let document = spec.isEmpty ? ImportedDocument(external: address) : ImportedDocument(address, spec)
        _ = write([document], folders: ["published"], name: service.id)
    }

    mutating func add(_ deployment: LiveEstate.Deployment) {
        let address = Address(.deployment, deployment.id)
        guard accepts(address) else { return }
        let settings = deployment.settings
        guard let service = reference("publishedServiceId", .publishedService, of: settings, address),
            let infra = reference("infraId", .infra, of: settings, address)
        else { return }
        let definition = KindDefinition.of(.deployment).fields.filter { $0.wire == nil }
        var spec = fields.spec(definition, of: settings, address)
        guard spec["publishedServiceId"] != nil, spec["infraId"] != nil else { return }
        addMapping(deployment, service.name, to: &spec)
        guard write([ImportedDocument(address, spec)], folders: ["deployments"], name: deployment.id) else { return }
        if !published.contains(service.name) { externals.insert(service) }
        externals.insert(infra)
    }

    /// The object that a deployment refers to; nil, and noted, where this key can't see it.
    private mutating func reference(
        _ field: String, _ kind: Kind, of settings: JSONValue, _ address: Address
    ) -> Address? {
        let id = settings[field]?.string ?? ""
        let isVisible =
            kind == .infra
            ? estate.infras.contains { $0.id == id } : estate.publishedServices.contains { $0.id == id }
        guard FieldReader.flaw(inIdentifier: id) == nil, isVisible || declared.contains(Address(kind, id)) else {
            note(
                "not-declarable", "'\(address)' is skipped: its \(field) '\(id)' is not visible to this key", address)
            return nil
        }
        return Address(kind, id)
    }

    private mutating func addMapping(_ deployment: LiveEstate.Deployment, _ service: String, to spec: inout JSONObject)
    {
        let live = Set(estate.publishedServices.first { $0.id == service }?.versions.map(\.id) ?? [])
        guard let mapping = deployment.mapping, let value = Importer.declarable(mapping, live: live) else {
            note(
                "unmanaged-field",
                "the mapping of 'Deployment/\(deployment.id)' is left unmanaged: it is of no form that Mooring can declare",
                Address(.deployment, deployment.id))
            return
        }
        // After the names of what is deployed, where a reader looks for it.
        var members = spec.members
        let place = members.lastIndex { ["publishedServiceId", "infraId", "endpointId"].contains($0.key) } ?? -1
        members.insert(value, at: place + 1)
        spec = JSONObject(members: members)
    }

    /// How far the sum of probabilities may be from 1, as in the check of a manifest.
    private static let tolerance = 1e-9

    private static func declarable(_ mapping: GenerationsMapping, live: Set<String>) -> JSONObject.Member? {
        guard mapping.versions.allSatisfy({ live.contains($0) && $0 != "auto" }),
            mapping.versions.allSatisfy({ FieldReader.flaw(inIdentifier: $0) == nil })
        else { return nil }
        switch mapping {
        case .single(let version):
            return JSONObject.Member(key: "version", value: .string(Substitution.escaped(version)))
        case .several(let entries):
            let shares = entries.compactMap(\.proba.double)
            guard Set(mapping.versions).count == entries.count, shares.count == entries.count,
                shares.allSatisfy({ (0...1).contains($0) }), abs(shares.reduce(0, +) - 1) <= tolerance
            else { return nil }
            return JSONObject.Member(
                key: "generations",
                value: .array(
                    entries.map {
                        ["generation": .string(Substitution.escaped($0.generation)), "proba": .number($0.proba)]
                    }))
        }
    }
}
