internal import DSS
internal import Diagnostics
internal import Files
internal import JSON
internal import Planning
internal import Resources

/// The design side, and versions on their way to the deployer.
extension Worker {
    /// A service with all its endpoints: they are saved in one request.
    func saveService(_ unit: Unit) async throws(StepFailure) {
        guard let designer = nodes.designer else { return }
        let (project, id) = (unit.address.path[0], unit.address.name)
        let service = designer.project(project).apiService(id)
        let isNew = unit.changes.contains { $0.address == unit.address && $0.action == .create }
        if isNew {
            announce(.createAPIService, of: unit.changes[0])
            let create = Call.createAPIService(id, project: project)
            let entry = Entry(
                unit.changes[0], .createAPIService, create, records: [book.bare(unit.changes[0].resource)])
            try await make(entry, unit.address, create, to: designer) { () throws(DSSError) in
                try await designer.project(project).listAPIServices().contains { $0.id == id }
            }
        }
        let live = try await perform { () throws(DSSError) in try await service.getSettings() }
        if !isNew { try checkUnmoved(unit.address, live) }
        let document = try laid(unit, over: live, isNew: isNew)
        let (records, forgets) = remembered(unit)
        guard document != live else {
            for record in records { await journal.put(record) }
            for address in forgets { await journal.remove(address) }
            return
        }
        try checkRedaction(of: live, unit.address) { (live) throws(StepFailure) in
            try laid(unit, over: live, isNew: isNew)
        }
        announce(.saveAPIService, of: unit.changes[0])
        let call = Call.saveAPIServiceSettings(id, project: project, document)
        let entry = Entry(
            unit.changes[0], .saveAPIService, call, before: Fingerprint.of(live, dialect), records: records,
            forgets: forgets)
        try await save(entry, call, to: designer) { () throws(DSSError) in
            try await service.getSettings()
        } check: { (back) throws(StepFailure) in
            var parts: [Address: [Diagnostic]] = [:]
            for change in unit.changes where change.action != .delete {
                let isService = change.address.kind == .apiService
                let part = isService ? back : endpoint(change.address.name, of: back)
                let problems = notKept(change.resource, part, creating: change.action == .create)
                if !problems.isEmpty { parts[change.address] = problems }
            }
            guard parts.isEmpty else {
                throw StepFailure(.failed, unit.changes.flatMap { parts[$0.address] ?? [] }, parts: parts)
            }
        }
    }

    /// What a save of the unit's document remembers, and what it forgets.
    private func remembered(_ unit: Unit) -> (records: [Record], forgets: [Address]) {
        (
            unit.changes.filter { $0.action != .delete }.map { change in
                book.record(change.resource, isMade: change.action == .create)
            }, unit.changes.filter { $0.action == .delete }.map(\.address)
        )
    }

    private func laid(_ unit: Unit, over live: JSONValue, isNew: Bool) throws(StepFailure) -> JSONValue {
        var document = live
        for change in unit.changes {
            if change.action == .delete {
                document = without(change.address.name, document)
            } else if change.address.kind == .apiService {
                document = try overlaid(change.resource, over: document, creating: isNew)
            } else {
                document = try withEndpoint(change, in: document)
            }
        }
        return document
    }

    private func endpoint(_ id: String, of service: JSONValue) -> JSONValue? {
        service["endpoints"]?.array?.first { $0["id"]?.string == id }
    }

    private func without(_ endpoint: String, _ service: JSONValue) -> JSONValue {
        guard case .object(var object) = service, let endpoints = object["endpoints"]?.array else { return service }
        object["endpoints"] = .array(endpoints.filter { $0["id"]?.string != endpoint })
        return .object(object)
    }

    private func withEndpoint(_ change: Change, in service: JSONValue) throws(StepFailure) -> JSONValue {
        guard case .object(var object) = service else { return service }
        var endpoints = object["endpoints"]?.array ?? []
        let index = endpoints.firstIndex { $0["id"]?.string == change.address.name }
        let current = index.map { endpoints[$0] } ?? ["id": .string(change.address.name)]
        let element = try overlaid(change.resource, over: current, creating: index == nil)
        if let index { endpoints[index] = element } else { endpoints.append(element) }
        object["endpoints"] = .array(endpoints)
        return .object(object)
    }

    func makePackage(_ change: Change) async throws(StepFailure) {
        let spec = PackageSpec(change.resource)
        if let archive = spec.archive {
            try await importArchive(archive, of: change, spec)
            return
        }
        guard let designer = nodes.designer, let address = change.address.service else { return }
        let (project, id) = (address.path[0], address.name)
        let service = designer.project(project).apiService(id)
        if change.steps.contains(where: { $0.kind == .createPackage }) {
            announce(.createPackage, of: change)
            let create = Call.createPackage(
                spec.version, service: id, project: project, releaseNotes: spec.releaseNotes)
            // What goes nowhere is done with; the others are when they are published.
            let record =
                spec.publishedService == nil
                ? book.record(change.resource, isMade: true) : book.bare(change.resource)
            let entry = Entry(change, .createPackage, create, subject: spec.version, records: [record])
            try await write(entry, create, to: designer) { () throws(DSSError) in
                try await service.listPackages().contains { $0.id == spec.version }
            }
        }
        guard change.steps.contains(where: { $0.kind == .publishPackage }), let target = spec.publishedService else {
            return
        }
        announce(.publishPackage, of: change)
        // The official client leaves the id out when it is the service's own.
        let publish = Call.publishPackage(
            spec.version, service: id, project: project, publishedServiceId: target == id ? nil : target)
        let entry = Entry(
            change, .publishPackage, publish, subject: target, records: try await published(change, to: target))
        try await write(entry, publish, to: designer) { () throws(DSSError) in
            try await hasVersion(spec.version, of: target)
        }
        try await checkPublished(spec.version, of: target, change)
    }

    /// What publishing remembers: the version, and the published service that comes into being by it.
    private func published(_ change: Change, to target: String) async throws(StepFailure) -> [Record] {
        let isMade = change.steps.contains { $0.kind == .createPackage }
        let record = book.record(change.resource, isMade: isMade)
        let address = Address(.publishedService, target)
        if book.state[address] != nil || declaredServices.contains(address) { return [record] }
        if try await inventory.hasPublishedService(target) { return [record] }
        return [record, book.implied(target, by: change.resource)]
    }

    /// Whether the deployer holds a version, told from the list: a single look-up of what is absent is an error.
    func hasVersion(_ version: String, of service: String) async throws(DSSError) -> Bool {
        let services = try await nodes.deployer.apiDeployer.listServices()
        return services.contains { $0.id == service && $0.packages.contains { $0.id == version } }
    }

    func checkPublished(_ version: String, of service: String, _ change: Change) async throws(StepFailure) {
        let status = try await perform { () throws(DSSError) in
            try await nodes.deployer.apiDeployer.service(service).getStatus()
        }
        guard !status.packages.contains(where: { $0.id == version }) else { return }
        throw StepFailure(
            Diagnostic(
                .error, "version-not-published",
                "published service '\(service)' does not list version '\(version)', although it was accepted",
                at: change.cause.mark,
                hint: "Does the design node publish to this deployer, and is the archive's own id '\(version)'?"))
    }

    private func importArchive(
        _ archive: PackageSpec.Archive, of change: Change, _ spec: PackageSpec
    ) async throws(StepFailure) {
        guard let target = spec.publishedService else { return }
        try await createPublishedService(target, change)
        let path = resolvePath(archive.file, from: root)
        let digest: String
        do throws(FileError) { digest = try await archiveDigest(of: path) } catch { throw StepFailure(error) }
        let before = try await listedVersions(of: target)
        announce(.importVersion, of: change)
        let call = Call.importVersion(service: target, file: path, name: "\(spec.version).zip")
        var record = book.record(change.resource, isMade: true)
        record.archive = digest
        let entry = Entry(change, .importVersion, call, subject: target, records: [record])
        do throws(StepFailure) {
            try await write(entry, call, to: nodes.deployer) { () throws(DSSError) in
                try await hasVersion(spec.version, of: target)
            }
        } catch {
            guard error.result == .moved, try await !listedVersions(of: target).contains(spec.version) else {
                throw error
            }
            throw await misnamed(archive, digest, as: nil, of: change, spec)
        }
        let after = try await listedVersions(of: target)
        guard !after.contains(spec.version) else { return }
        let news = after.subtracting(before)
        throw await misnamed(archive, digest, as: news.count == 1 ? news.first : nil, of: change, spec)
    }

    private func listedVersions(of service: String) async throws(StepFailure) -> Set<String> {
        let status = try await perform { () throws(DSSError) in
            try await nodes.deployer.apiDeployer.service(service).getStatus()
        }
        return Set(status.packages.map(\.id))
    }

    /// The deployer takes a version's id from its archive alone. What an archive came out as is remembered, so that the
    /// next plan tells it instead of importing it again.
    private func misnamed(
        _ archive: PackageSpec.Archive, _ digest: String, as own: String?, of change: Change, _ spec: PackageSpec
    ) async -> StepFailure {
        let package = change.resource
        var nowhere = package.spec
        nowhere["publish"] = DeclaredValue(DeclaredValue.Content.bool(false), at: package.mark)
        var record = book.record(package.with(nowhere), isMade: true)
        (record.archive, record.misnamedArchive) = (nil, digest)
        await journal.put(record)
        if let own {
            var named = package.spec
            named["version"] = DeclaredValue(DeclaredValue.Content.string(own), at: package.mark)
            var made = book.record(package.with(named), isMade: true)
            made.archive = digest
            await journal.put(made)
        }
        return StepFailure(.misnamedArchive(archive, as: own, insteadOf: spec.version, of: package))
    }

    /// When the change has a step for it.
    func createPublishedService(_ id: String, _ change: Change) async throws(StepFailure) {
        guard change.steps.contains(where: { $0.kind == .createPublishedService }) else { return }
        announce(.createPublishedService, of: change)
        do throws(StepFailure) {
            let call = Call.createService(id)
            let record =
                change.address.kind == .package
                ? book.implied(id, by: change.resource) : book.bare(change.resource)
            let entry = Entry(change, .createPublishedService, call, subject: id, records: [record])
            try await make(entry, Address(.publishedService, id), call, to: nodes.deployer) { () throws(DSSError) in
                try await nodes.deployer.apiDeployer.listServices().contains { $0.id == id }
            }
        } catch {
            // Another package of the plan may have made it meanwhile.
            guard change.address.kind == .package, error.result == .moved else { throw error }
        }
    }
}
