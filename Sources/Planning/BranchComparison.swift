package import Diagnostics
internal import JSON
package import Resources

/// What of a plan a branch changes, apart from what its base asks for too and from what others changed live.
///
/// It is made of manifests alone: the plan's own, and those of the base. Live is not read a second time.
package struct BranchComparison: Hashable, Sendable {
    package enum Share: String, Hashable, Sendable, CaseIterable {
        /// The branch asks for it, and its base does not.
        case branch
        /// The base asks for it too, and it was not applied yet.
        case pending
        /// Live was changed, or its nodes lack what is saved; the branch has no part in it.
        case drift
    }

    /// Whose a change is, and whose each of its fields, in their order.
    package struct Part: Hashable, Sendable {
        /// Of the fields, the branch's counts first, then what is pending.
        package let share: Share
        package let fields: [Share]

        package init(share: Share, fields: [Share]) {
            self.share = share
            self.fields = fields
        }
    }

    /// The base as it was named.
    package let name: String
    /// The newest commit that led to both.
    package let base: CommitStamp
    /// Of each change of the plan.
    package var changes: [Address: Part]
    /// Of what the plan leaves orphaned: whether the branch's manifests or the base's let it go.
    package var orphaned: [Address: Share]
    /// Who wrote the line that a change's cause names, where that was looked for.
    package var authors: [Address: Author] = [:]
    /// Why nothing could be told apart, where the base's manifests could not be read: all is the branch's then.
    package var problem: Diagnostic?

    package enum Author: Hashable, Sendable {
        case commit(CommitStamp)
        /// The line is in no commit yet.
        case uncommitted
    }

    package init(name: String, base: CommitStamp, changes: [Address: Part], orphaned: [Address: Share]) {
        self.name = name
        self.base = base
        self.changes = changes
        self.orphaned = orphaned
    }

    /// Sorts a plan of `head`. `desired` is what the base declares for the same nodes; nil: nothing, and then all is the
    /// branch's.
    package init(of plan: Plan, name: String, base: CommitStamp, desired: DesiredState?, head: DesiredState) {
        let desired = desired.flatMap { $0.environment.hasNodes(of: head.environment) ? $0 : nil }
        var sorting = Sorting(plan: plan, base: desired, head: head)
        self.name = name
        self.base = base
        changes = sorting.parts()
        orphaned = Dictionary(
            plan.orphaned.map { ($0.address, sorting.lets($0.address) ? .branch : .pending) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Whether the branch changes nothing live. What it lets go of, and nothing deletes, does not count.
    package var isEmpty: Bool { !changes.values.contains { $0.share == .branch } }

    package func share(of change: Change) -> Share { changes[change.address]?.share ?? .branch }
}

extension Environment {
    /// Whether another commit's environment writes to the same nodes.
    fileprivate func hasNodes(of other: Environment) -> Bool {
        designer?.targetText == other.designer?.targetText && deployer.targetText == other.deployer.targetText
    }
}

/// One plan, and what the base declares.
private struct Sorting {
    let plan: Plan
    let base: DesiredState?
    let head: DesiredState
    /// What the base declares, as state and plans name it.
    private let declared: Set<Address>
    private let changesByAddress: [Address: Int]
    private var known: [Address: BranchComparison.Part] = [:]

    init(plan: Plan, base: DesiredState?, head: DesiredState) {
        self.plan = plan
        self.base = base
        self.head = head
        declared = Set((base?.resources ?? []).flatMap { [$0.address, $0.recordAddress] })
        changesByAddress = Dictionary(
            plan.changes.indices.map { (plan.changes[$0].address, $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func parts() -> [Address: BranchComparison.Part] {
        for index in plan.changes.indices { _ = part(index) }
        return known
    }

    /// Whether it is the branch that lets go of an object.
    func lets(_ address: Address) -> Bool { base == nil || declared.contains(address) }

    private mutating func part(_ index: Int) -> BranchComparison.Part {
        let address = plan.changes[index].address
        if let known = known[address] { return known }
        let part = sorted(plan.changes[index])
        known[address] = part
        return part
    }

    private mutating func sorted(_ change: Change) -> BranchComparison.Part {
        if change.action == .delete { return whole(change, deletion(change)) }
        guard let before = base?[change.resource.address], !before.isExternal else { return whole(change, .branch) }
        // A version is made anew, whatever of it is as it was in another one.
        let isOther = change.address.kind == .package && before.recordAddress != change.resource.recordAddress
        if isOther { return whole(change, .branch) }
        let touched = before.spec == change.resource.spec ? [] : TouchedPaths(from: before, to: change.resource).paths
        let fields = change.fields.map { field -> BranchComparison.Share in
            if touched.contains(where: { TouchedPaths.touch($0, field.path) }) { return .branch }
            return field.origin == .manifest && change.cause.kind != .drift ? .pending : .drift
        }
        if let share = [.branch, .pending, .drift].first(where: fields.contains) {
            return BranchComparison.Part(share: share, fields: fields)
        }
        // A version that is made or published has no fields that differ: it is another one, or it is not.
        if change.address.kind == .package, !touched.isEmpty { return whole(change, .branch) }
        return whole(change, share(ofCause: change))
    }

    private func whole(_ change: Change, _ share: BranchComparison.Share) -> BranchComparison.Part {
        BranchComparison.Part(share: share, fields: change.fields.map { _ in share })
    }

    private func deletion(_ change: Change) -> BranchComparison.Share {
        if lets(change.address) { return .branch }
        // What was orphaned before is deleted because the branch says so.
        if head.environment.prune, base?.environment.prune == false { return .branch }
        return .pending
    }

    /// Of a change that names no fields: a roll-out, an object that is gone.
    private mutating func share(ofCause change: Change) -> BranchComparison.Share {
        switch change.cause.kind {
        case .drift, .conflict, .outOfSync: return .drift
        case .manifest, .orphaned, .replaced, .unfinished, .request: return .pending
        case .dependency:
            // It is whose what it follows is. Changes wait for one another without a cycle.
            let others = change.waitsFor.compactMap { changesByAddress[$0] }.map { part($0).share }
            return [.branch, .pending, .drift].first(where: others.contains) ?? .pending
        }
    }
}

/// The declared fields in which one resource is not as another commit has it.
private struct TouchedPaths {
    private(set) var paths: [String] = []

    /// `version` and `generations` are one mapping, whatever it was written as.
    init(from base: Resource, to head: Resource) {
        add(head.spec, base.spec, .object(head.definition.fields), FieldPath())
        if head.kind == .deployment, DeploymentSpec(head).mapping != DeploymentSpec(base).mapping {
            paths += ["version", "generations"]
        }
    }

    /// Whether two paths are the same, or one lies below the other.
    static func touch(_ left: String, _ right: String) -> Bool {
        let (short, long) = left.utf8.count < right.utf8.count ? (left, right) : (right, left)
        guard long.hasPrefix(short) else { return false }
        let next = long.utf8.dropFirst(short.utf8.count).first
        return next == nil || next == UInt8(ascii: ".") || next == UInt8(ascii: "[")
    }

    private mutating func add(_ head: DeclaredValue, _ base: DeclaredValue?, _ type: FieldType, _ path: FieldPath) {
        guard let base else { return paths.append(path.text) }
        guard head != base, head.referenceJSON.canonical != base.referenceJSON.canonical else { return }
        switch (head.content, type) {
        case (.map(let members), _) where base.members != nil:
            for member in members {
                let field = type.fields?.first { $0.name == member.key }
                // What is merged lies at the top of the document.
                if path.parts.isEmpty, member.key == "raw" {
                    add(member.value, base["raw"] ?? DeclaredValue(.map([]), at: base.mark), .open, path)
                } else {
                    add(member.value, base[member.key], field?.type ?? .open, path.appending(.name(member.key)))
                }
            }
        case (.list(let elements), .keyedList(let key, let fields)) where base.elements != nil:
            addKeyed(elements, base.elements ?? [], key, fields, path)
        case (_, .set): paths.append(path.text)
        case (.list(let elements), _) where base.elements?.count == elements.count:
            let inner: FieldType = if case .list(let inner) = type { inner } else { .open }
            for (index, pair) in zip(elements, base.elements ?? []).enumerated() {
                add(pair.0, pair.1, inner, path.appending(.index(index)))
            }
        default: paths.append(path.text)
        }
    }

    private mutating func addKeyed(
        _ head: [DeclaredValue], _ base: [DeclaredValue], _ key: String, _ fields: [Field], _ path: FieldPath
    ) {
        let name = { (element: DeclaredValue) in element[key].flatMap(Comparison.keyText) ?? "" }
        let before = Dictionary(base.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        for element in head {
            add(element, before[name(element)], .object(fields), path.appending(.key(name(element), nil)))
        }
        let kept = Set(head.map(name))
        paths += before.keys.filter { !kept.contains($0) }.map { path.appending(.key($0, nil)).text }
    }
}
