internal import Diagnostics
internal import Planning
package import Resources

extension BranchComparison.Share {
    /// What stands before what is counted.
    var title: String {
        switch self {
        case .branch: "This branch"
        case .pending: "Already pending"
        case .drift: "Drift"
        }
    }

    /// What a list of such changes is called.
    var heading: String {
        switch self {
        case .branch: "This branch changes:"
        case .pending: "Already pending, whatever this branch changes:"
        case .drift: "Drift, which this branch has no part in:"
        }
    }
}

extension Plan {
    /// The changes of one share, in their order; without a comparison all are the branch's.
    func changes(of share: BranchComparison.Share) -> [Change] {
        changes.filter { (branch?.share(of: $0) ?? .branch) == share }
    }

    /// `This branch: 1 to create. Already pending: 2 to update. Drift: nothing.`; nil without a comparison.
    var branchLine: String? {
        guard let branch else { return nil }
        let parts = BranchComparison.Share.allCases.map { share -> String in
            let changes = changes(of: share)
            var words = actionCounts { action in changes.count { $0.action == action } }
            let orphaned = branch.orphaned.values.count { $0 == share }
            if orphaned > 0 { words.append("\(orphaned) orphaned") }
            return "\(share.title): \(words.isEmpty ? "nothing" : words.joined(separator: ", "))."
        }
        return parts.joined(separator: " ")
    }

    /// The base, as `main, at 1a2b3c4d5e`; nil without a comparison.
    var baseText: String? { branch.map { "\($0.name), at \($0.base.short)" } }

    /// The commit, and whether files differ from it.
    var commitText: String? { commit.map { hasUncommitted ? $0 + " and what is not committed" : $0 } }

    /// Why, the place in the manifest, and who wrote it.
    func causeSentence(of change: Change) -> String {
        switch branch?.authors[change.address] {
        case nil: change.causeSentence
        case .uncommitted: change.causeSentence + ", not committed"
        case .commit(let stamp): change.causeSentence + ", by \(stamp.author) in \(stamp.short): \(stamp.subject)"
        }
    }

    /// Of a change that is the branch's, what of it is not: nil when nothing is.
    func foreignFields(of change: Change) -> String? {
        guard let part = branch?.changes[change.address], part.share == .branch else { return nil }
        let names = zip(change.fields, part.fields).filter { $0.1 != .branch }.map { field, share in
            "'\(field.path)' (\(share == .drift ? "drift" : "pending already"))"
        }
        guard !names.isEmpty else { return nil }
        let shown = names.count > mostForeignFields ? "\(names.count) fields" : names.joined(separator: ", ")
        return "not this branch's: " + shown
    }
}

/// More names than these are read by nobody.
private let mostForeignFields = 5

/// `1 to create`, `2 to update`, as far as there are any.
package func actionCounts(_ count: (Action) -> Int) -> [String] {
    let words: [(Action, String)] = [
        (.create, "to create"), (.update, "to update"), (.replace, "to replace"), (.delete, "to delete"),
        (.rollout, "to roll out"),
    ]
    return words.compactMap { action, word in count(action) > 0 ? "\(count(action)) \(word)" : nil }
}
