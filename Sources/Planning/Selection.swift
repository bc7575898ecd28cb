internal import Graph
package import Resources

extension Address {
    /// Whether a pattern of `--target` means the address: `*` stands for any text, `?` for one character.
    package func matches(_ pattern: String) -> Bool { Selection.matches(self, pattern) }
}

extension PlanOptions {
    /// Whether a resource has all labels of the selector.
    func selects(_ resource: Resource) -> Bool {
        selector.allSatisfy { resource.metadata.labels[$0.key] == $0.value }
    }
}

/// The part of the declared resources that a plan is about.
package struct Selection: Sendable {
    /// Nil for all.
    private let chosen: Set<Address>?

    package init(_ options: PlanOptions = PlanOptions(), in desired: DesiredState) {
        guard !options.targets.isEmpty || !options.excludes.isEmpty || !options.selector.isEmpty else {
            chosen = nil
            return
        }
        let graph = desired.graph
        var chosen = Set(
            desired.resources.filter { resource in
                options.selects(resource)
                    && (options.targets.isEmpty
                        || options.targets.contains { Selection.matches(resource.address, $0) })
            }.map(\.address))
        chosen.formUnion(graph.allPrerequisites(of: chosen))
        if !options.excludes.isEmpty {
            let excluded = desired.resources.map(\.address).filter { address in
                options.excludes.contains { Selection.matches(address, $0) }
            }
            chosen.subtract(excluded)
            chosen.subtract(graph.allDependants(of: excluded))
        }
        self.chosen = chosen
    }

    package func contains(_ address: Address) -> Bool { chosen?.contains(address) ?? true }

    /// The patterns of `options` that match nothing declared and nothing remembered.
    static func idle(_ options: PlanOptions, in desired: DesiredState, _ state: StateSnapshot) -> [String] {
        (options.targets + options.excludes).filter { pattern in
            !desired.resources.contains { matches($0.address, pattern) }
                && !state.records.keys.contains { matches($0, orItsPackage: pattern) }
        }
    }

    static func matches(_ address: Address, _ pattern: String) -> Bool {
        glob(Array(pattern.unicodeScalars)[...], Array(address.description.unicodeScalars)[...])
    }

    /// `*` stands for any text, `?` for one character. Backtracks to the last star only, so it takes n·m steps at most.
    private static func glob(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        var (p, t) = (pattern.startIndex, text.startIndex)
        var star: (pattern: Int, text: Int)?
        while t < text.endIndex {
            if p < pattern.endIndex, pattern[p] == "*" {
                star = (p, t)
                p += 1
            } else if p < pattern.endIndex, pattern[p] == text[t] || pattern[p] == "?" {
                p += 1
                t += 1
            } else if let last = star {
                p = last.pattern + 1
                t = last.text + 1
                star = (last.pattern, t)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
