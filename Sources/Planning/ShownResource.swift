package import DSS
package import JSON
package import Resources

extension LiveState {
    /// The declared fields of a resource, as its manifest has them and as live has them; null where there is no such
    /// object. They are cut as plans cut them: no secret is in them.
    package func shown(_ resource: Resource, dialect: Dialect) -> (desired: JSONValue, live: JSONValue) {
        let document = DesiredDocument(resource, dialect: dialect)
        var desired = Comparison.shownPart(of: document.value)
        if case .object(var object) = desired {
            // What is not sent as it is written: the version, how it is rolled out.
            for member in resource.spec.members ?? [] where member.key != "raw" && object[member.key] == nil {
                object[member.key] = Comparison.shownPart(of: member.value)
            }
            desired = .object(object)
        }
        return (desired, live(resource, document))
    }

    private func live(_ resource: Resource, _ document: DesiredDocument) -> JSONValue {
        let address = resource.address
        switch address.kind {
        case .package:
            let spec = PackageSpec(resource)
            let isPackaged = address.service.flatMap { packages[$0]?.contains(spec.version) } ?? false
            let isPublished = spec.publishedService.flatMap { versions[$0]?.contains(spec.version) } ?? false
            return isPackaged || isPublished ? ["version": .string(spec.version)] : .null
        case .endpoint:
            let service = address.service.flatMap { documents[$0] }
            let element = service?["endpoints"]?.array?.first { $0["id"]?.string == address.name }
            return element.map { Comparison.shownPart(of: $0, beside: document.value) } ?? .null
        default:
            guard let whole = documents[address] else { return .null }
            var part = Comparison.shownPart(of: whole, beside: document.value)
            if document.mapping != nil, case .object(var object) = part,
                let mapping = GenerationsMapping(whole["generationsMapping"], dialect: document.dialect)
            {
                switch mapping {
                case .single(let version): object["version"] = .string(version)
                case .several: object["generations"] = .string(mapping.text)
                }
                part = .object(object)
            }
            return part
        }
    }
}
