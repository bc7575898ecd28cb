import DSS
import Diagnostics
import JSON
import Planning
import Resources

/// One environment without a designer-side, in which an infrastructure is declared, remembered and live.
struct StateWorld {
    static let infra = Address(.infra, "i")
    static let mark = SourceMark(file: "infra.yaml", line: 3, column: 5)

    var environment: Environment
    var resources: [Resource] = []
    var state = StateSnapshot(environment: "prod")
    var live = LiveState()
    var options = PlanOptions()
    var secrets = SecretKnowledge.none
    var today = "2026-11-22"

    init(designer: Bool = true) {
        let place = SourceMark(file: "mooring.yaml", line: 9)
        let node = Connection(target: .url("https://dss.example.com"), authentication: .none, mark: place)
        environment = Environment(name: "prod", designer: designer ? node : nil, deployer: node, mark: place)
        environment.limits.maxDeletes = .percent(100)
    }

    /// A world of one infrastructure, as three documents have it: nil for nothing.
    init(desired: JSONValue?, applied: JSONValue?, live: JSONValue?) {
        self.init()
        if let desired { declare(StateWorld.infra, DeclaredValue(desired, at: StateWorld.mark)) }
        if let applied { remember(StateWorld.infra, applied) }
        if let live { show(StateWorld.infra, live) }
    }

    mutating func declare(
        _ address: Address, _ spec: DeclaredValue, at mark: SourceMark = StateWorld.mark,
        _ change: (inout Metadata) -> Void = { _ in }
    ) {
        var metadata = Metadata()
        change(&metadata)
        resources.removeAll { $0.address == address }
        resources.append(Resource(address: address, metadata: metadata, spec: spec, mark: mark))
    }

    mutating func declare(_ address: Address, _ spec: JSONValue, _ change: (inout Metadata) -> Void = { _ in }) {
        declare(address, DeclaredValue(spec, at: StateWorld.mark), change)
    }

    mutating func remember(_ address: Address, _ spec: JSONValue, _ change: (inout Record) -> Void = { _ in }) {
        var record = Record(
            address, .owned, applied: AppliedSpec(bytes: spec.canonicalBytes), mark: StateWorld.mark)
        change(&record)
        state.records[address] = record
    }

    mutating func show(_ address: Address, _ document: JSONValue) {
        live.listed.insert(address)
        live.documents[address] = document
    }

    var desired: DesiredState { DesiredState(environment: environment, resources: resources) }

    func plan() -> Plan {
        let (desired, held) = withHolds(self.desired, state)
        return plan(desired, options, held)
    }

    /// The plan that undoes what others changed.
    func healingPlan() -> Plan {
        var options = options
        options.purpose = .heal
        return plan(healing(desired, state), options, [])
    }

    private func plan(_ desired: DesiredState, _ options: PlanOptions, _ held: [HeldResource]) -> Plan {
        Planner.plan(
            desired: desired, live: live, state: state, options: options, selection: Selection(options, in: desired),
            dialect: .standard, targets: PlanTargets(designer: nil, deployer: "here", source: nil),
            now: PlanTime(today: today, seconds: 1_795_305_600), secrets: secrets, held: held)
    }

    func drift() -> DriftReport {
        let (desired, held) = withHolds(self.desired, state)
        return Planner.drift(
            desired: desired, live: live, state: state, options: options, selection: Selection(options, in: desired),
            dialect: .standard, targets: PlanTargets(designer: nil, deployer: "here", source: nil),
            now: PlanTime(today: today, seconds: 1_795_305_600), secrets: secrets, held: held)
    }

    static func text(_ value: ShownValue) -> String {
        switch value {
        case .absent: "absent"
        case .value(let json): json.text()
        case .secret(let word): "(secret, \(word))"
        }
    }

    /// As `drift path: live -> desired`, with what was applied where that is neither.
    static func line(_ field: FieldChange) -> String {
        let applied = field.applied.map { ", applied " + text($0) } ?? ""
        return "\(field.origin) \(field.path): \(text(field.before)) -> \(text(field.after))\(applied)"
    }
}
