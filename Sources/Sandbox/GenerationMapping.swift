import JSON

/// Which generations answer, and for which share of the queries.
struct GenerationMapping: Equatable {
    struct Entry: Equatable {
        let generation: String
        let proba: Double
    }

    var entries: [Entry]

    /// Reads a deployment's `generationsMapping` or a node's mapping body.
    ///
    /// The literal `MULTI_GENERATION` is inferred, so any mode with `entries` is taken as several generations.
    init(_ json: JSONValue?) throws(APIError) {
        guard let object = json?.object else { throw .bad("The mapping must be an object") }
        if let list = object["entries"]?.array {
            var entries: [Entry] = []
            for item in list {
                guard let generation = item["generation"]?.string, let proba = item["proba"]?.number?.double else {
                    throw .bad("A mapping entry needs 'generation' and 'proba'")
                }
                guard (0...1).contains(proba) else { throw .bad("A probability must be between 0 and 1") }
                entries.append(Entry(generation: generation, proba: proba))
            }
            // Sums of decimal fractions miss 1 by a few units in the last place.
            guard !entries.isEmpty, abs(entries.reduce(0) { $0 + $1.proba } - 1) < 1e-6 else {
                throw .bad("The probabilities of the mapping must add up to 1")
            }
            self.entries = entries
        } else if let generation = object["generation"]?.string, !generation.isEmpty {
            entries = [Entry(generation: generation, proba: 1)]
        } else {
            throw .bad("The mapping names no generation")
        }
    }

    init(single generation: String) { entries = [Entry(generation: generation, proba: 1)] }

    var generations: [String] { entries.map(\.generation) }

    var json: JSONValue {
        [
            "entries": .array(
                entries.map { ["generation": .string($0.generation), "proba": .number(JSONNumber($0.proba))] })
        ]
    }

    /// The generation for a point in `0..<1` of the cumulated probabilities.
    func pick(_ point: Double) -> String {
        var sum = 0.0
        for entry in entries {
            sum += entry.proba
            if point < sum { return entry.generation }
        }
        return entries.last?.generation ?? ""
    }
}
