package import Diagnostics
package import Resources

/// What is remembered and may have to go, as manifests and options say: nothing live was looked at yet.
///
/// The part that a plan is about is chosen by address: a pattern of `--target` must match what no manifest declares by
/// itself, and none of `--exclude` may. Labels are not remembered, so `--selector` means nothing undeclared.
package struct Departures: Sendable {
    package enum Fate: Hashable, Sendable {
        /// Declared external by now: it is not ours to remember.
        case forgotten
        /// An earlier version of a declared package: it stays, and is no orphan.
        case kept
        /// It stays, for this reason.
        case orphaned(String)
        /// It stays, whoever asks; a plan that was told to delete this very object is refused.
        case protected(at: SourceMark?, isAskedFor: Bool)
        /// It goes, unless something live is in the way.
        case deleted(Cause)
    }

    package struct Candidate: Sendable {
        package let record: Record
        package let fate: Fate

        package var address: Address { record.address }
    }

    /// Sorted by address.
    package private(set) var candidates: [Candidate] = []
    /// Where something is said to be of which no place is remembered.
    let fallback: SourceMark

    static let emptySetReason = "no resource is declared"

    package init(_ desired: DesiredState, _ state: StateSnapshot, _ options: PlanOptions, _ selection: Selection) {
        fallback = desired.environment.mark
        let judge: any Judge
        switch options.purpose {
        case .apply: judge = ApplyJudge(desired, state, options, selection)
        case .destroy: judge = DestroyJudge(desired: desired, options: options)
        // Neither is told of all that is declared.
        case .heal, .rollback: return
        }
        for record in state.records.values where !record.isOutOfReach(in: desired.environment) {
            if let fate = judge.fate(of: record) { candidates.append(Candidate(record: record, fate: fate)) }
        }
        candidates.sort { $0.address < $1.address }
    }
}

/// Says what becomes of a record; nil when its object stays as a matter of course.
private protocol Judge {
    func fate(of record: Record) -> Departures.Fate?
}

/// Deletes what no manifest declares any more, and what another resource takes the place of.
private struct ApplyJudge: Judge {
    private let desired: DesiredState
    private let options: PlanOptions
    private let selection: Selection
    private let isEmptySet: Bool
    private let replacements: [Address: Resource]
    /// The published services that some declared package or deployment needs, whoever made them.
    private let needed: Set<String>

    init(_ desired: DesiredState, _ state: StateSnapshot, _ options: PlanOptions, _ selection: Selection) {
        self.desired = desired
        self.options = options
        self.selection = selection
        isEmptySet = desired.resources.allSatisfy(\.isExternal)
        replacements = desired.replacements
        let asksForServices = state.records.keys.contains { $0.kind == .publishedService && desired[$0] == nil }
        needed = asksForServices ? ApplyJudge.neededServices(desired) : []
    }

    private static func neededServices(_ desired: DesiredState) -> Set<String> {
        var result: Set<String> = []
        for resource in desired.resources where !resource.isExternal {
            switch resource.kind {
            case .package: if let service = PackageSpec(resource).publishedService { result.insert(service) }
            case .deployment: if let service = resource.spec["publishedServiceId"]?.string { result.insert(service) }
            default: break
            }
        }
        return result
    }

    func fate(of record: Record) -> Departures.Fate? {
        let address = record.address
        let declared = desired[address.withoutVersion]
        if let declared, declared.isExternal { return selection.contains(declared.address) ? .forgotten : nil }
        if let declared { return fate(of: record, earlierThan: declared) }
        if let replacement = replacements[address.withoutVersion] { return fate(of: record, replacedBy: replacement) }
        guard options.means(address), address.kind != .publishedService || !needed.contains(address.name) else {
            return nil
        }
        if let reason = desired.reasonToKeep(record) { return .orphaned(reason) }
        if record.protect { return .protected(at: record.mark, isAskedFor: false) }
        guard options.prune ?? (desired.environment.prune || record.prune) else { return .orphaned("prune is off") }
        if isEmptySet { return .orphaned(Departures.emptySetReason) }
        let cause = Cause(
            .orphaned, at: record.mark ?? desired.environment.mark, "no manifest declares it any more")
        return .deleted(cause)
    }

    private func fate(of record: Record, earlierThan declared: Resource) -> Departures.Fate? {
        guard let version = record.address.version, version != declared.spec["version"]?.string,
            selection.contains(declared.address), !options.excludes(record.address)
        else { return nil }
        let lifecycle = declared.metadata.lifecycle
        guard lifecycle.prune, options.prune != false, !lifecycle.protect, desired.reasonToKeep(record) == nil else {
            return .kept
        }
        let current = declared.spec["version"]?.string ?? ""
        return .deleted(Cause(.orphaned, at: declared.mark, "an earlier version than '\(current)'"))
    }

    private func fate(of record: Record, replacedBy other: Resource) -> Departures.Fate? {
        let isMeant = selection.contains(other.address) && !options.excludes(record.address)
        guard isMeant || options.means(record.address) else { return nil }
        if let reason = desired.reasonToKeep(record) { return .orphaned(reason) }
        // Who asks for the old one alone does not get rid of it before the new one is there.
        guard isMeant else { return .orphaned("'\(other.address)', which takes its place, is no part of this plan") }
        if record.protect { return .protected(at: record.mark, isAskedFor: true) }
        if record.address.kind == .publishedService, needed.contains(record.address.name) {
            return .orphaned("what is declared still refers to it")
        }
        return .deleted(Cause(.replaced, at: other.mark, "\(other.address) takes its place"))
    }
}

/// Deletes all that Mooring owns, declared or not.
private struct DestroyJudge: Judge {
    let desired: DesiredState
    let options: PlanOptions

    func fate(of record: Record) -> Departures.Fate? {
        let declared = desired[record.address.withoutVersion]
        let isSelected = options.selector.isEmpty || declared.map(options.selects) ?? false
        guard isSelected, options.matches(record.address) else { return nil }
        if declared?.isExternal ?? false { return .forgotten }
        if let reason = desired.reasonToKeep(record) { return .orphaned(reason) }
        // A version keeps what the manifest said when it was made: as long as there is one, it speaks for all versions.
        if record.protect, declared == nil || record.address.version == nil {
            return .protected(at: record.mark ?? declared?.mark, isAskedFor: true)
        }
        if let declared, declared.metadata.lifecycle.protect { return .protected(at: declared.mark, isAskedFor: true) }
        let mark = record.mark ?? declared?.mark ?? desired.environment.mark
        return .deleted(Cause(.request, at: mark, "all that Mooring owns is to be deleted"))
    }
}

extension DesiredState {
    /// Why an object is not ours to delete, whatever became of its manifest here.
    fileprivate func reasonToKeep(_ record: Record) -> String? {
        if record.ownership == .adopted { return "adopted, not made by Mooring" }
        return declaredElsewhere[record.address.withoutVersion].map { "the environment '\($0)' declares it" }
    }

    /// What some declared resource takes the place of, and that resource.
    package var replacements: [Address: Resource] {
        var result: [Address: Resource] = [:]
        for resource in resources where !resource.isExternal {
            for old in resource.metadata.replaces where result[old] == nil { result[old] = resource }
        }
        return result
    }
}

extension PlanOptions {
    /// Whether the plan is about an object that no manifest declares.
    func means(_ address: Address) -> Bool { selector.isEmpty && matches(address) }

    /// A version goes by its own address or by its package's.
    fileprivate func matches(_ address: Address) -> Bool {
        (targets.isEmpty || targets.contains { Selection.matches(address, orItsPackage: $0) }) && !excludes(address)
    }

    fileprivate func excludes(_ address: Address) -> Bool {
        excludes.contains { Selection.matches(address, orItsPackage: $0) }
    }
}

extension Selection {
    static func matches(_ address: Address, orItsPackage pattern: String) -> Bool {
        matches(address, pattern) || address.version != nil && matches(address.withoutVersion, pattern)
    }
}
