internal import Diagnostics

/// The address that was probably meant: of the same kind, each name of its path the same or nearly so; nil when none is close.
///
/// Names are compared one by one, so that a long kind or project makes nothing look alike.
package func closest(to address: Address, among candidates: some Sequence<Address>) -> Address? {
    let near = candidates.filter { other in
        other.kind == address.kind && other != address
            && zip(address.path, other.path).allSatisfy { $0 == $1 || closest(to: $0, among: [$1]) != nil }
    }
    let differing = { (other: Address) in zip(address.path, other.path).count { $0 != $1 } }
    guard let fewest = near.map(differing).min() else { return nil }
    let best = near.filter { differing($0) == fewest }.sorted()
    let text = closest(to: address.path.joined(separator: "/"), among: best.map { $0.path.joined(separator: "/") })
    return best.first { $0.path.joined(separator: "/") == text } ?? best.first
}
