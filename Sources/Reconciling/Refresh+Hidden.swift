internal import DSS
internal import Diagnostics
internal import Planning
internal import Resources

/// Objects that no list names because the key may not see them: to make them would fail.
extension Refresh {
    /// So many of the declared objects of a kind that no list names are asked for by name; the others only when one of
    /// these is hidden. What is to be made is seldom there, and a plan should not cost a request for each.
    private static let mostLooks = 2
    /// An object that nobody has. Where the answer to it is 403 too, 403 tells nothing.
    private static let nobody = "mooring-asks-for-what-is-not-there"

    /// Marks what answers 403 as unreadable, where what does not exist answers otherwise.
    func lookForHidden(_ scope: ReadScope, _ live: inout LiveState) async {
        var unlisted = scope.services
        unlisted.formUnion(scope.publishedServices.map { Address(.publishedService, $0) })
        unlisted.formUnion(scope.infras.map { Address(.infra, $0) })
        unlisted.formUnion(scope.deployments.map { Address(.deployment, $0) })
        // What is remembered was asked for already.
        unlisted.subtract(live.listed)
        unlisted.subtract(scope.remembered)
        let groups = Dictionary(grouping: unlisted.filter { live.unreadable[$0] == nil }) { address in
            [address.kind.rawValue] + address.path.dropLast()
        }
        let sorted = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { $0.value.sorted() }
        var hidden = await forbidden(sorted.flatMap { $0.prefix(Refresh.mostLooks) })
        guard !hidden.isEmpty else { return }
        let suspect = sorted.filter { group in group.contains { hidden[$0] != nil } }
        let absent = await forbidden(suspect.map(Refresh.absent))
        for group in suspect {
            guard absent[Refresh.absent(like: group)] == nil else {
                for address in group { hidden[address] = nil }
                continue
            }
            hidden.merge(await forbidden(Array(group.dropFirst(Refresh.mostLooks)))) { first, _ in first }
        }
        for (address, problem) in hidden { live.unreadable[address] = problem }
    }

    private static func absent(like group: [Address]) -> Address {
        Address(group[0].kind, path: group[0].path.dropLast() + [nobody])
    }

    /// The objects of which the node says that this key must not ask for them.
    private func forbidden(_ addresses: [Address]) async -> [Address: Diagnostic] {
        var result: [Address: Diagnostic] = [:]
        await concurrently(addresses, limit: concurrency, { await item(.settings($0), Patience(1)) }) {
            address, answer in
            guard case .failed(let error) = answer, error.status == 403 else { return true }
            result[address] = .notVisible(
                address, "no list names '\(address)', and it may be there: \(error.diagnostic.message)")
            return true
        }
        return result
    }
}

extension Diagnostic {
    static func notVisible(_ address: Address, _ message: String) -> Diagnostic {
        Diagnostic(
            .error, "not-visible", message,
            hint: "Give the key's owner the right to see it, or leave it out with --exclude.",
            address: address.description)
    }
}
