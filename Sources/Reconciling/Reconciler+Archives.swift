internal import Diagnostics
internal import Files
internal import Planning
internal import Resources

/// Archives that packages are imported from, against the digests that manifests declare.
extension Reconciler {
    /// An archive must be there, and be the one that is declared, before anything is written.
    func archiveProblem(_ change: Change) async -> Diagnostic? {
        guard change.address.kind == .package, let archive = PackageSpec(change.resource).archive else { return nil }
        do throws(FileError) {
            let digest = try await archiveDigest(of: resolvePath(archive.file, from: root))
            return difference(digest, archive, of: change.resource)
        } catch {
            return error.diagnostic
        }
    }

    /// The archives that are not the declared ones, of all that are selected: also of versions that are published, which
    /// nothing is imported for.
    func changedArchives(_ reading: Reading) async -> [Diagnostic] {
        var digests: [String: String] = [:]
        var problems: [Diagnostic] = []
        for resource in reading.wanted.resources(of: .package)
        where !resource.isExternal && reading.selection.contains(resource.address) {
            guard let archive = PackageSpec(resource).archive, archive.sha256 != nil else { continue }
            let path = resolvePath(archive.file, from: root)
            // One that is needed and not there is for the apply to tell: where a commit is planned, its archives are
            // brought for the apply alone.
            guard let digest = if let known = digests[path] { known } else { try? await archiveDigest(of: path) } else {
                continue
            }
            digests[path] = digest
            if let problem = difference(digest, archive, of: resource) { problems.append(problem) }
        }
        return problems
    }

    /// The archives to be imported that were imported before, and came out as other versions than the declared ones.
    func misnamedArchives(in plan: Plan, _ state: StateSnapshot) async -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for change in plan.changes where change.address.kind == .package && change.action != .delete {
            let spec = PackageSpec(change.resource)
            guard let archive = spec.archive, let known = state[change.resource.recordAddress]?.misnamedArchive,
                let digest = try? await archiveDigest(of: resolvePath(archive.file, from: root)), digest == known
            else { continue }
            let own = state.records.values.first { record in
                record.address.withoutVersion == change.address && record.archive == digest
            }
            problems.append(
                .misnamedArchive(archive, as: own?.address.version, insteadOf: spec.version, of: change.resource))
        }
        return problems
    }

    private func difference(
        _ digest: String, _ archive: PackageSpec.Archive, of resource: Resource
    ) -> Diagnostic? {
        guard let declared = archive.sha256?.lowercased(), declared != digest else { return nil }
        return Diagnostic(
            .error, "archive-changed",
            "'\(archive.file)' has the SHA-256 \(digest), and its manifest says \(declared)",
            at: (resource.spec["archive"]?["sha256"] ?? resource.spec["archive"])?.mark,
            address: resource.address.description)
    }
}

extension Diagnostic {
    /// `own` is the version that the archive holds; nil where it is not known.
    static func misnamedArchive(
        _ archive: PackageSpec.Archive, as own: String?, insteadOf version: String, of package: Resource
    ) -> Diagnostic {
        let told =
            own.map { "it was imported, and came out as '\($0)'" }
            ?? "the deployer took it and lists no such version, or has what it holds already"
        return Diagnostic(
            .error, "archive-holds-another", "'\(archive.file)' does not hold version '\(version)': \(told)",
            at: package.spec["version"]?.mark ?? package.mark,
            hint: (own.map { "Declare `version: \($0)`, or make" } ?? "Declare the version that it holds, or make")
                + " the archive anew as '\(version)'. The deployer takes the id from the archive.",
            address: package.address.description)
    }
}
