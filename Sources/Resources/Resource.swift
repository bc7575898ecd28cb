package import Diagnostics

/// A declared object: what should be live.
package struct Resource: Hashable, Sendable {
    package let address: Address
    package let metadata: Metadata
    /// The declared fields, checked against the kind's definition; empty for an external one.
    ///
    /// Endpoints and the package that were written inline are resources of their own and not in here. In a package and
    /// a deployment, `version: auto` has become the id that it stands for.
    package let spec: DeclaredValue
    /// Where the document begins, or the inline element.
    package let mark: SourceMark
    /// Whether the version was written as `auto`.
    package let isAutoVersion: Bool

    package init(
        address: Address, metadata: Metadata, spec: DeclaredValue, mark: SourceMark, isAutoVersion: Bool = false
    ) {
        self.address = address
        self.metadata = metadata
        self.spec = spec
        self.mark = mark
        self.isAutoVersion = isAutoVersion
    }

    package var kind: Kind { address.kind }
    package var isExternal: Bool { metadata.isExternal }
    package var definition: KindDefinition { .of(kind) }
}

/// All that should be live in one environment.
package struct DesiredState: Sendable {
    package let environment: Environment
    /// Sorted by address, no address twice.
    package let resources: [Resource]
    /// The addresses of each design-side service's endpoints, sorted.
    package let endpointsByService: [Address: [Address]]
    /// What other environments of the workspace declare on the same nodes, and which one does.
    package let declaredElsewhere: [Address: String]
    private let index: [Address: Int]

    package init(environment: Environment, resources: [Resource], declaredElsewhere: [Address: String] = [:]) {
        self.environment = environment
        self.declaredElsewhere = declaredElsewhere
        // By index: to move a resource costs more than to compare two.
        let order = resources.indices.sorted { resources[$0].address < resources[$1].address }
        self.resources = order.map { resources[$0] }
        index = Dictionary(
            zip(self.resources.map(\.address), self.resources.indices), uniquingKeysWith: { first, _ in first })
        var endpoints: [Address: [Address]] = [:]
        for resource in self.resources where resource.kind == .endpoint {
            if let service = resource.address.service { endpoints[service, default: []].append(resource.address) }
        }
        endpointsByService = endpoints
    }

    /// The same environment with other resources.
    package func with(_ resources: [Resource]) -> DesiredState {
        DesiredState(environment: environment, resources: resources, declaredElsewhere: declaredElsewhere)
    }

    package subscript(address: Address) -> Resource? { index[address].map { resources[$0] } }

    package func resources(of kind: Kind) -> [Resource] { resources.filter { $0.kind == kind } }
}
