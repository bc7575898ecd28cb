package import Resources

extension Departures {
    /// Something that a refresh reads for what may have to go, beside what it reads for what is declared.
    package enum Reading: Hashable, Sendable {
        /// The list that names the object. Of a version: the services list, and the deployments list.
        case existence(Address)
        /// The settings of an object, when it exists.
        case settings(Address)
        /// The packages of a design-side service, when it exists.
        case packages(Address)
        /// What each live deployment of a published service maps to, by the service's id.
        case mappings(String)
    }

    package var reads: Set<Reading> {
        var result: Set<Reading> = []
        for candidate in candidates where candidate.fate != .forgotten {
            let address = candidate.address
            result.insert(.existence(address))
            switch (address.kind, candidate.fate) {
            case (.endpoint, _):
                if let service = address.service { result.insert(.settings(service)) }
            case (.package, _):
                let spec = PackageSpec(candidate.record.lastApplied(at: fallback))
                if spec.archive == nil, let service = address.service { result.insert(.packages(service)) }
                if case .deleted = candidate.fate, let service = spec.publishedService {
                    result.insert(.mappings(service))
                }
            case (.publishedService, .deleted), (.infra, .deleted), (.deployment, .deleted):
                result.insert(.settings(address))
            default: break
            }
        }
        return result
    }
}
