import TestSupport

/// What happens one after another, the same for the same seed.
struct SoakStory: Sendable, CustomStringConvertible {
    /// One thing that happens. The numbers choose among what there is when it happens, so that a story with some moves
    /// left out is still a story.
    struct Move: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String, Hashable, Sendable, CaseIterable {
            // In the manifests.
            case bump, retag, editCode, editInfra, toggle, dropDeployment, dropService, dropEndpoint, bringBack, rotate
            case moveFiles, rename, protect, prune
            // Behind Mooring's back.
            case strangerEditsInfra, strangerEditsDeployment, strangerEditsService, strangerDisables
            case strangerDeletesDeployment, strangerRollsOut, strangerAddsField, strangerAddsObject
            // The network, the nodes, the server.
            case unreliable, overloaded, badUpdates, deadNode, slowUpdates, calm, restart
            // Mooring.
            case apply, applyPruning, heal, killed, killedPruning, forgetState
            case rollBack, adopt, savePlan, applySaved
        }

        let kind: Kind
        let number: Int

        var description: String { "\(kind.rawValue)(\(number))" }
    }

    let seed: UInt64
    var moves: [Move]
    /// The indices of `moves` in the whole story.
    var kept: [Int]

    init(seed: UInt64) {
        self.seed = seed
        var generator = SeededGenerator(seed: seed &* 2_654_435_761)
        moves = (0..<(6 + generator.below(14))).map { _ in
            let kinds = Move.Kind.allCases
            var kind = kinds[generator.below(kinds.count)]
            // Mooring works between what happens to it.
            if generator.below(3) == 0 { kind = [.apply, .applyPruning, .killed, .killedPruning][generator.below(4)] }
            return Move(kind: kind, number: generator.below(1_000_000))
        }
        kept = Array(moves.indices)
    }

    func without(_ index: Int) -> SoakStory {
        var story = self
        story.moves.remove(at: index)
        story.kept.remove(at: index)
        return story
    }

    /// With all that replays it: `SOAK_SEED`, and `SOAK_MOVES` where it was shortened.
    var description: String {
        "SOAK_SEED=\(seed) SOAK_MOVES=\(kept.map(String.init).joined(separator: ",")): "
            + moves.map(\.description).joined(separator: " ")
    }
}
