package import DSS
package import JSON
package import Resources

extension GenerationsMapping {
    /// Reads `generationsMapping` of a deployment's settings; nil when it is absent or of no known form.
    package init?(_ live: JSONValue?, dialect: Dialect) {
        guard let live else { return nil }
        if let version = live[dialect.generationKey]?.string, live["mode"]?.string != dialect.multiGenerationMode {
            self = .single(version)
        } else if let elements = live[dialect.entriesKey]?.array {
            let entries = elements.compactMap { entry -> Entry? in
                guard let generation = entry[dialect.generationKey]?.string,
                    let proba = entry[dialect.probabilityKey]?.number
                else { return nil }
                return Entry(generation: generation, proba: proba)
            }
            guard entries.count == elements.count else { return nil }
            self = .several(entries)
        } else {
            return nil
        }
    }

    /// The whole mapping object, which replaces the one before, as the official client's `set_single_version` does.
    package func json(dialect: Dialect) -> JSONValue {
        switch self {
        case .single(let version):
            ["mode": .string(dialect.singleGenerationMode), dialect.generationKey: .string(version)]
        case .several(let entries):
            [
                "mode": .string(dialect.multiGenerationMode),
                dialect.entriesKey: .array(
                    entries.map {
                        [dialect.generationKey: .string($0.generation), dialect.probabilityKey: .number($0.proba)]
                    }),
            ]
        }
    }

    /// Whether both send queries to the same versions by the same shares, whatever the order and the forms of numbers.
    package func isSame(as other: GenerationsMapping) -> Bool {
        switch (self, other) {
        case (.single(let left), .single(let right)): return left == right
        case (.several(let left), .several(let right)):
            let shares = { (entries: [Entry]) in entries.map { "\($0.generation)=\($0.proba.canonicalText)" }.sorted() }
            return shares(left) == shares(right)
        default: return false
        }
    }

    /// As plans show it: `v2`, or `v1 90% / v2 10%`.
    package var text: String {
        switch self {
        case .single(let version): version
        case .several(let entries):
            entries.map { "\($0.generation) \(percent($0.proba))" }.joined(separator: " / ")
        }
    }

    private func percent(_ share: JSONNumber) -> String {
        guard let value = share.double else { return share.text }
        return JSONNumber((value * 1_000_000).rounded() / 10_000).text + "%"
    }
}
