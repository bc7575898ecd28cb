internal import Files
internal import Planning
internal import Resources

extension Reconciler {
    /// What a plan may know of the secrets that resources declare.
    ///
    /// Those are read that a digest is remembered of; of the others it is told whether they could be.
    func knowledge(of resources: [Resource], _ state: StateSnapshot) async -> SecretKnowledge {
        var missing: Set<SecretReference> = []
        var known: [SecretReference: Secret] = [:]
        for reference in Set(resources.flatMap(\.spec.secrets)) {
            if await secrets.obstacle(to: reference, for: .manifest) != nil { missing.insert(reference) }
        }
        for resource in resources where prints != nil && state[resource.recordAddress]?.secrets.isEmpty == false {
            for reference in resource.spec.secrets where known[reference] == nil && !missing.contains(reference) {
                known[reference] = try? await secrets.resolve(reference, for: .manifest)
                if known[reference] == nil { missing.insert(reference) }
            }
        }
        return SecretKnowledge(
            isAvailable: { [missing] in !missing.contains($0) }, fingerprint: knowledge(of: known).fingerprint)
    }

    /// The digests of secrets that are at hand.
    func knowledge(of known: [SecretReference: Secret]) -> SecretKnowledge {
        SecretKnowledge(isAvailable: { known[$0] != nil }) { [prints] address, path, references in
            let values = references.compactMap { known[$0] }
            guard let prints, values.count == references.count else { return nil }
            return prints.print(address, path, values)
        }
    }
}
