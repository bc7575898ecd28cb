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
