package import DSS
package import Resources

extension Resource {
    /// What it is remembered by: of a package, the version that is declared.
    package var recordAddress: Address {
        kind == .package && !isExternal ? address.at(version: PackageSpec(self).version) : address
    }

    /// As it was last applied, every part of it where the manifest now has it.
    func applied(_ record: Record) -> Resource { with(record.applied.value(at: spec.mark).marked(as: spec)) }

    /// Of a package, the SHA-256 of the archive that its version came from, in lower case: of the one that was imported, or
    /// else the one that was declared when it was last applied; nil where neither is known.
    package func archiveDigest(appliedIn record: Record) -> String? {
        if let archive = record.archive { return archive }
        guard kind == .package, !record.applied.isNone else { return nil }
        return PackageSpec(applied(record)).archive?.sha256?.lowercased()
    }

    /// The same with other fields.
    package func with(_ spec: DeclaredValue) -> Resource {
        Resource(address: address, metadata: metadata, spec: spec, mark: mark, isAutoVersion: isAutoVersion)
    }

    /// What is remembered of it once live is as it says.
    ///
    /// `record` is what was remembered before: it tells who made the object, and stands for secrets that are not at hand.
    /// `today` is a date, as `2026-12-31`: rules to leave fields alone may be over.
    package func recorded(
        over record: Record?, _ ownership: Record.Ownership, isHeld: Bool = false, secrets: SecretKnowledge,
        dialect: Dialect, today: String
    ) -> Record {
        var result = record ?? Record(recordAddress, ownership)
        result.ownership = ownership
        // What a version came from stays true, whatever manifests say of it later.
        result.archive = record.flatMap(archiveDigest(appliedIn:)) ?? publishedDigest
        result.misnamedArchive = nil
        result.applied = AppliedSpec(self)
        result.protect = metadata.lifecycle.protect
        result.prune = metadata.lifecycle.prune
        result.secrets = fingerprints(over: record, secrets, dialect, today)
        result.mark = mark
        if !isHeld { result.hold = nil }
        return result
    }

    /// What an archive that is published is declared to be.
    private var publishedDigest: String? {
        guard kind == .package else { return nil }
        let spec = PackageSpec(self)
        return spec.publishedService == nil ? nil : spec.archive?.sha256?.lowercased()
    }

    fileprivate func fingerprints(
        over record: Record?, _ secrets: SecretKnowledge, _ dialect: Dialect, _ today: String
    ) -> [String: String] {
        guard !spec.secrets.isEmpty else { return [:] }
        let ignored = metadata.lifecycle.ignoreRules(on: today).flatMap(\.pointers).map(pointerTokens)
        var result: [String: String] = [:]
        for (path, references) in DesiredDocument(self, dialect: dialect).secretFields {
            // What a rule leaves alone is not written: live holds what it held.
            let isWritten = !ignored.contains(where: path.isCovered)
            let print = isWritten ? secrets.fingerprint(address, path.text, references) : nil
            result[path.text] = print ?? record?.secrets[path.text]
        }
        return result
    }
}

/// Whether what is remembered of a resource that live equals is not what it says.
func needsRecording(
    _ resource: Resource, over record: Record, applied: AppliedSpec, isHeld: Bool, secrets: SecretKnowledge,
    dialect: Dialect, today: String
) -> Bool {
    let lifecycle = resource.metadata.lifecycle
    return record.applied != applied || record.protect != lifecycle.protect || record.prune != lifecycle.prune
        || record.mark != resource.mark || (record.hold != nil && !isHeld)
        || record.secrets != resource.fingerprints(over: record, secrets, dialect, today)
}

extension DeclaredValue {
    /// The same value, each part with the mark of what `model` has in its place, where there is such.
    func marked(as model: DeclaredValue) -> DeclaredValue {
        var result = self
        result.mark = model.mark
        switch (content, model.content) {
        case (.map(let members), .map):
            result.content = .map(
                members.map { member in
                    model[member.key].map { Member(member.key, member.value.marked(as: $0)) } ?? member
                })
        case (.list(let elements), .list(let models)):
            result.content = .list(
                elements.indices.map { index in
                    models.indices.contains(index) ? elements[index].marked(as: models[index]) : elements[index]
                })
        default: break
        }
        return result
    }
}
