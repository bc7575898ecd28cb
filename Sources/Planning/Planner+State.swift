internal import Diagnostics
internal import JSON
internal import Resources

/// What is remembered beside what is declared and live.
extension Planner {
    func record(of resource: Resource) -> Record? { state[resource.recordAddress] }

    /// An object's settings; of an endpoint, its part of its service's.
    func liveDocument(of resource: Resource) -> JSONValue? {
        guard resource.kind == .endpoint, let service = resource.address.service else {
            return live.documents[resource.address]
        }
        return live.documents[service]?["endpoints"]?.array?.first { $0["id"]?.string == resource.address.name }
    }

    /// Compares, and notes what could not be compared and what is left alone.
    mutating func differences(_ resource: Resource, with document: JSONValue?, creating: Bool = false) -> [FieldChange]
    {
        let record = record(of: resource)
        let (secrets, address, isHealing) = (secrets, resource.address, options.purpose == .heal)
        var comparison = Comparison(
            ignoring: resource.metadata.lifecycle.ignoreRules(on: now.today), isAvailable: secrets.isAvailable
        ) { path, references in
            guard let known = record?.secrets[path], let now = secrets.fingerprint(address, path, references) else {
                return .unknown
            }
            let verdict = SecretKnowledge.verdict(known, now)
            // A new secret is for an apply to bring; to heal is to undo what others did.
            return verdict == .changed && isHealing ? .same : verdict
        }
        let declared = DesiredDocument(resource, dialect: dialect, creating: creating)
        comparison.compare(declared, with: document)
        hasOtherKey = hasOtherKey || comparison.hasOtherKey
        plan.uncheckedSecrets += comparison.uncheckedSecrets.map { UncheckedSecret(address: address, path: $0) }
        plan.ignored += comparison.ignored.map {
            IgnoredField(
                address: address, path: $0.path, pointer: $0.pointer, reason: $0.rule.reason, until: $0.rule.until)
        }
        if let document { warnOfIdle(comparison, declared, document, address) }
        guard !comparison.differences.isEmpty, let record, !record.applied.isNone else { return comparison.changes }
        let ways = ThreeWay(
            desired: declared, applied: DesiredDocument(resource.applied(record), dialect: dialect), live: document)
        return comparison.differences.map(ways.told)
    }

    /// A rule that names no field, declared or live, may be mistyped.
    private mutating func warnOfIdle(
        _ comparison: Comparison, _ declared: DesiredDocument, _ document: JSONValue, _ address: Address
    ) {
        for (tokens, pointer, rule) in comparison.idle
        where !declared.names(tokens, in: document) && !declared.names(tokens, in: declared.referenceJSON) {
            plan.diagnostics.append(
                Diagnostic(
                    .warning, "ignore-matches-nothing", "no field of '\(address)' is at '\(pointer)'", at: rule.mark,
                    hint:
                        "A rule is a JSON pointer into the settings as DSS keeps them, as /tags. Remove it if its field is gone.",
                    address: address.description))
        }
    }

    /// Why an object is updated or replaced.
    func cause(_ resource: Resource, _ fields: [FieldChange]) -> Cause {
        let mark = fields.first?.mark ?? resource.mark
        let conflicts = fields.filter { $0.origin == .conflict }
        if let first = conflicts.first {
            return Cause(
                .conflict, at: first.mark,
                "\(Planner.names(conflicts)) changed in the manifest and behind Mooring's back")
        }
        guard !fields.isEmpty, fields.allSatisfy({ $0.origin == .drift }) else { return Cause(.manifest, at: mark) }
        return Cause(.drift, at: mark, "\(Planner.names(fields)) changed behind Mooring's back")
    }

    /// The fields by name while they are few.
    private static func names(_ fields: [FieldChange]) -> String {
        fields.count > 2 ? "\(fields.count) fields" : fields.map { "'\($0.path)'" }.joined(separator: " and ")
    }

    /// Why an object is made: what is remembered was there.
    func creationCause(_ resource: Resource) -> Cause {
        record(of: resource) == nil
            ? Cause(.manifest, at: resource.mark)
            : Cause(.drift, at: resource.mark, "it was deleted behind Mooring's back")
    }

    /// Why a version is made, published or imported: one that was done with was there.
    func packageCause(_ resource: Resource, at mark: SourceMark) -> Cause {
        guard let record = record(of: resource), record.applied == AppliedSpec(resource) else {
            return Cause(.manifest, at: mark)
        }
        return Cause(.drift, at: mark, "version '\(PackageSpec(resource).version)' was deleted behind Mooring's back")
    }

    /// Finds what an apply remembers, and what the manifests let go. Where others than the manifests say what is desired,
    /// there is nothing of either.
    mutating func recall() {
        let held = Set(plan.held.map(\.address))
        let changing = Set(plan.changes.map(\.address))
        for resource in desired.resources {
            let isUnchanged = unchanged.contains(resource.address)
            guard isUnchanged || changing.contains(resource.address) else { continue }
            guard let record = record(of: resource) else {
                if isUnchanged, isThere(resource) { plan.adopted.append(resource.recordAddress) }
                continue
            }
            let applied = AppliedSpec(resource)
            if isUnchanged,
                needsRecording(
                    resource, over: record, applied: applied, isHeld: held.contains(resource.address),
                    secrets: secrets, dialect: dialect, today: now.today)
            {
                plan.rerecorded.append(resource.recordAddress)
            }
            guard applied != record.applied, !record.applied.isNone, resource.kind != .package,
                let document = liveDocument(of: resource)
            else { continue }
            let before = DesiredDocument(resource.applied(record), dialect: dialect)
            plan.released += DesiredDocument(resource, dialect: dialect).released(since: before, live: document).map {
                ReleasedField(address: resource.address, path: $0)
            }
        }
    }

    /// Whether there is anything of an unchanged resource: an archive that goes nowhere is nowhere.
    private func isThere(_ resource: Resource) -> Bool {
        guard resource.kind == .package, let service = resource.address.service else { return true }
        let spec = PackageSpec(resource)
        return live.packages[service]?.contains(spec.version) ?? false
            || spec.publishedService.flatMap { live.versions[$0]?.contains(spec.version) } ?? false
    }
}
