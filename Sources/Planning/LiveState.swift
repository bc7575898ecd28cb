package import Diagnostics
package import JSON
package import Resources

/// What was read from the live nodes of one environment.
package struct LiveState: Sendable {
    /// The settings of each object that exists. Endpoints are inside their service's.
    package var documents: [Address: JSONValue] = [:]
    /// The objects that the lists name, whether their settings were read or not; endpoints and packages are not in them.
    package var listed: Set<Address> = []
    /// Objects of which not even the existence is known: the right to see them is missing, a node does not answer.
    package var unreadable: [Address: Diagnostic] = [:]
    /// The package ids of each design-side service that exists.
    package var packages: [Address: Set<String>] = [:]
    /// The versions of each published service that exists, by its id.
    package var versions: [String: Set<String>] = [:]
    /// The same on the deployer that versions are promoted from; nil without one.
    package var sourceVersions: [String: Set<String>]?
    /// SHA-256 of versions that both deployers hold and a mapping newly names: here, and at the source.
    package var archiveDigests: [PublishedVersion: ArchiveDigests] = [:]
    /// How deployments run, by id; only of those that were asked for.
    package var rollouts: [String: LiveRollout] = [:]
    /// The mapping of each live deployment, by its id, as far as the lists or settings tell; declared or not.
    package var mappings: [String: GenerationsMapping] = [:]
    /// The published service of each live deployment, by the deployment's id.
    package var serviceOfDeployment: [String: String] = [:]
    /// The id that nodes serve each live deployment under, by the deployment's id.
    package var serviceOnNodes: [String: String] = [:]
    /// The deployments of each infrastructure, by its id.
    package var deploymentsOfInfra: [String: Set<String>] = [:]

    package init() {}
}

/// A version of a published service.
package struct PublishedVersion: Hashable, Sendable, Comparable {
    package let service: String
    package let version: String

    package init(service: String, version: String) {
        self.service = service
        self.version = version
    }

    package static func < (left: PublishedVersion, right: PublishedVersion) -> Bool {
        (left.service, left.version) < (right.service, right.version)
    }
}

package struct ArchiveDigests: Hashable, Sendable {
    package let here: String
    package let source: String

    package init(here: String, source: String) {
        self.here = here
        self.source = source
    }
}

/// How a deployment runs on its nodes.
package struct LiveRollout: Hashable, Sendable {
    package enum LastUpdate: Hashable, Sendable {
        /// Not asked for: the health says enough.
        case notRead
        case never
        case succeeded
        case failed(String)
    }

    /// DSS's own word, as `HEALTHY`; nil when it could not be read, and then `problem` says why.
    package var health: String?
    package var messages: [String] = []
    package var serviceURLs: [String] = []
    package var lastUpdate = LastUpdate.notRead
    package var problem: Diagnostic?

    package init() {}

    /// Whether the nodes lack what is saved, and why.
    package var outOfSyncReason: String? {
        switch (health, lastUpdate) {
        case ("OUT_OF_SYNC", _): "its saved settings are not on its nodes (OUT_OF_SYNC)"
        case (_, .never): "it was never updated"
        case (_, .failed(let text)): "its last update failed: \(text)"
        default: nil
        }
    }

    /// The state in words that all kinds share. `accepted` are the values of DSS that count as healthy.
    package func status(accepted: [String]) -> Health {
        guard let health else { return .unknown }
        if accepted.contains(health) { return .healthy }
        switch health {
        case "HEALTHY": return .healthy
        case "WARNING", "ERROR", "UNHEALTHY": return .degraded
        case "OUT_OF_SYNC": return .progressing
        default: return .unknown
        }
    }
}
