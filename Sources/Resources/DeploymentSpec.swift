package import JSON

/// What a `Deployment` declares, read from its checked `spec`.
package struct DeploymentSpec: Hashable, Sendable {
    package let publishedService: String
    package let infra: String
    package let endpoint: String?
    /// The versions that answer and their shares; nil when the manifest leaves them alone.
    package let mapping: GenerationsMapping?
    package let enabled: Bool?
    package let rollout: RolloutPolicy

    /// `resource` is a deployment that is not external.
    package init(_ resource: Resource) {
        precondition(resource.kind == .deployment, "only a deployment has a deployment's fields")
        let spec = resource.spec
        publishedService = spec["publishedServiceId"]?.string ?? ""
        infra = spec["infraId"]?.string ?? ""
        endpoint = spec["endpointId"]?.string
        enabled = spec["enabled"]?.bool
        if let version = spec["version"]?.string {
            mapping = .single(version)
        } else if let entries = spec["generations"]?.elements {
            mapping = .several(
                entries.compactMap { entry in
                    guard let generation = entry["generation"]?.string, let share = entry["proba"]?.number else {
                        return nil
                    }
                    return GenerationsMapping.Entry(generation: generation, proba: share)
                })
        } else {
            mapping = nil
        }
        rollout = RolloutPolicy(spec["rollout"])
    }
}

/// Which versions of a service answer queries.
package enum GenerationsMapping: Hashable, Sendable {
    case single(String)
    case several([Entry])

    package struct Entry: Hashable, Sendable {
        package let generation: String
        package let proba: JSONNumber

        package init(generation: String, proba: JSONNumber) {
            self.generation = generation
            self.proba = proba
        }
    }

    package var versions: [String] {
        switch self {
        case .single(let version): [version]
        case .several(let entries): entries.map(\.generation)
        }
    }
}

/// How Mooring rolls a deployment out.
package struct RolloutPolicy: Hashable, Sendable {
    package enum FailureMode: String, Hashable, Sendable { case hold, rollback }

    /// Values of DSS's health that count as success.
    package var health = ["HEALTHY"]
    package var timeout: Duration = .seconds(30 * 60)
    package var failAfter: Duration = .seconds(60)
    package var onFailure = FailureMode.hold
    /// The reason for passing over warnings; nil when they are not passed over.
    package var ignoreWarnings: String?
    /// The last day on which warnings are passed over, as `2026-12-31`.
    package var ignoreWarningsUntil: String?

    /// The reason for passing over warnings on a day (`2026-12-31`); nil when they are not passed over, or no longer.
    package func reasonToIgnoreWarnings(on today: String) -> String? {
        isOver(ignoreWarningsUntil, on: today) ? nil : ignoreWarnings
    }

    package init(_ spec: DeclaredValue? = nil) {
        if let states = spec?["health"]?.elements { health = states.compactMap(\.string) }
        if let text = spec?["timeout"]?.string, let value = Duration(text: text) { timeout = value }
        if let text = spec?["failAfter"]?.string, let value = Duration(text: text) { failAfter = value }
        if let text = spec?["onFailure"]?.string, let mode = FailureMode(rawValue: text) { onFailure = mode }
        ignoreWarnings = spec?["ignoreWarnings"]?["reason"]?.string
        ignoreWarningsUntil = spec?["ignoreWarnings"]?["until"]?.string
    }
}
