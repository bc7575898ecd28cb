/// The type of a declared object.
package enum Kind: String, Hashable, Sendable, CaseIterable, Comparable {
    case apiService = "APIService"
    case endpoint = "Endpoint"
    case package = "Package"
    case publishedService = "PublishedService"
    case infra = "Infra"
    case deployment = "Deployment"

    /// Kinds sort in the order in which a change passes through the layers.
    package static func < (left: Kind, right: Kind) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .apiService: 0
        case .endpoint: 1
        case .package: 2
        case .publishedService: 3
        case .infra: 4
        case .deployment: 5
        }
    }

    /// Whether objects of this kind live on the design node; the others live on the API Deployer.
    package var isDesignSide: Bool { self < .publishedService }
}
