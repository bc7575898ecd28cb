internal import DSS
internal import Diagnostics
internal import JSON
internal import Resources

/// The design side: services, endpoints, packages.
extension Planner {
    mutating func addAPIService(_ resource: Resource) {
        let (project, id) = (resource.address.path[0], resource.address.name)
        let document = live.documents[resource.address]
        let fields = differences(resource, with: document, creating: document == nil)
        let save = Step(
            .saveAPIService, Call.saveAPIServiceSettings(id, project: project, [:]).line, on: .designer)
        if document == nil {
            let create = Step(.createAPIService, Call.createAPIService(id, project: project).line, on: .designer)
            append(
                Change(
                    resource, .create, fields: fields, cause: creationCause(resource), steps: [create, save],
                    notes: secretNotes(resource) + ["no call of DSS deletes an API service"]))
        } else if fields.isEmpty {
            keep(resource)
        } else {
            append(
                Change(
                    resource, .update, fields: fields, cause: cause(resource, fields), steps: [save],
                    notes: secretNotes(resource)))
        }
    }

    mutating func addEndpoint(_ resource: Resource) {
        guard let service = resource.address.service else { return }
        if live.documents[service] == nil, desired[service]?.isExternal ?? true { return }
        // It is saved with its service, which may be declared elsewhere.
        if let document = live.documents[service] { plan.fingerprints[service] = Fingerprint.of(document, dialect) }
        let element = liveDocument(of: resource)
        let fields = differences(resource, with: element, creating: element == nil)
        guard element == nil || !fields.isEmpty else {
            keep(resource)
            return
        }
        let save = Step(
            .saveAPIService, Call.saveAPIServiceSettings(service.name, project: service.path[0], [:]).line,
            on: .designer)
        append(
            Change(
                resource, element == nil ? .create : .update, fields: fields,
                cause: element == nil ? creationCause(resource) : cause(resource, fields), steps: [save],
                notes: secretNotes(resource)))
    }

    mutating func addPackage(_ resource: Resource) {
        guard let service = resource.address.service else { return }
        let spec = PackageSpec(resource)
        let isPublished = spec.publishedService.map { live.versions[$0]?.contains(spec.version) ?? false } ?? false
        if let archive = spec.archive {
            addArchive(resource, spec, archive, isPublished: isPublished)
            return
        }
        let exists = live.packages[service]?.contains(spec.version) ?? false
        let name = service.name
        let project = service.path[0]
        var steps: [Step] = []
        // A package that was cleaned up on the design node, but is published, is not made again: the bytes would differ.
        if !exists, !isPublished {
            steps.append(
                Step(
                    .createPackage, Call.createPackage(spec.version, service: name, project: project).line,
                    on: .designer))
        }
        if let target = spec.publishedService, !isPublished {
            steps.append(
                Step(
                    .publishPackage,
                    Call.publishPackage(spec.version, service: name, project: project, publishedServiceId: target).line,
                    on: .designer, subject: target))
        }
        guard !steps.isEmpty else {
            keep(resource)
            warnOfStalePackage(resource, spec)
            return
        }
        var fields: [FieldChange] = []
        let mark = resource.spec["version"]?.mark ?? resource.mark
        if !exists {
            fields.append(
                FieldChange(path: "version", before: .absent, after: .value(.string(spec.version)), mark: mark))
        }
        if let notes = spec.releaseNotes, !exists {
            fields.append(
                FieldChange(
                    path: "releaseNotes", before: .absent, after: .value(.string(notes)),
                    mark: resource.spec["releaseNotes"]?.mark ?? mark))
        }
        if let target = spec.publishedService {
            fields.append(
                FieldChange(
                    path: "publish", before: .absent, after: .value(.string("\(target) \(spec.version)")), mark: mark))
        }
        let notes = exists ? [] : ["a package is a snapshot: what its saved models hold at that moment is not compared"]
        append(
            Change(
                resource, exists ? .update : .create, fields: fields, cause: packageCause(resource, at: mark),
                steps: steps, notes: notes))
    }

    private mutating func addArchive(
        _ resource: Resource, _ spec: PackageSpec, _ archive: PackageSpec.Archive, isPublished: Bool
    ) {
        guard let target = spec.publishedService, !isPublished else {
            if isPublished, let taken = versionTaken(resource, spec) {
                plan.diagnostics.append(taken)
            } else {
                keep(resource)
            }
            return
        }
        var steps: [Step] = []
        if live.versions[target] == nil, desired[Address(.publishedService, target)] == nil {
            steps.append(Step(.createPublishedService, Call.createService(target).line, on: .deployer, subject: target))
        }
        steps.append(
            Step(
                .importVersion, Call.importVersion(service: target, file: archive.file).line, on: .deployer,
                subject: target))
        let mark = resource.spec["archive"]?.mark ?? resource.mark
        append(
            Change(
                resource, .create,
                fields: [
                    FieldChange(
                        path: "publish", before: .absent, after: .value(.string("\(target) \(spec.version)")),
                        mark: mark)
                ], cause: packageCause(resource, at: mark), steps: steps))
    }

    /// A published version never changes: where its archive is declared to be another one by now, that one reached nobody.
    private func versionTaken(_ resource: Resource, _ spec: PackageSpec) -> Diagnostic? {
        guard let record = record(of: resource), let applied = resource.archiveDigest(appliedIn: record),
            let declared = spec.archive?.sha256?.lowercased(), applied != declared
        else { return nil }
        return Diagnostic(
            .error, "version-taken",
            "version '\(spec.version)' is published already, from an archive with the SHA-256 \(applied)",
            at: resource.spec["archive"]?["sha256"]?.mark ?? resource.mark,
            hint: "A published version never changes. Publish this archive under a new version.",
            address: resource.address.description)
    }

    /// A service that changes while the version that it is packaged as exists: the change will not reach any node.
    mutating func warnOfStalePackage(_ resource: Resource, _ spec: PackageSpec) {
        guard let service = resource.address.service,
            resource.isAutoVersion ? bringsSecrets(to: service) : changedUnits.contains(service)
        else { return }
        plan.diagnostics.append(
            Diagnostic(
                .warning, "package-exists",
                "the service changes, but its package '\(spec.version)' exists already and does not hold the change",
                at: resource.spec["version"]?.mark ?? resource.mark,
                hint: resource.isAutoVersion
                    ? "`version: auto` does not see the value of a secret. Give `revision` beside it a new text, and a new version is made."
                    : "Give the package a new version to bring the change to the nodes, or use `version: auto`.",
                address: resource.address.description))
    }

    /// Whether a service that exists gets other secrets. A version that is derived from the manifests follows all else:
    /// what they changed is in its id, and what is put back it holds already.
    private func bringsSecrets(to service: Address) -> Bool {
        plan.changes.contains { change in
            change.unit == service && change.action == .update
                && change.fields.contains { field in
                    if case .secret = field.after { field.origin != .drift } else { false }
                }
        }
    }
}
