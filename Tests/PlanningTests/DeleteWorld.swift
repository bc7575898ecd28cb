import DSS
import Diagnostics
import JSON
import Planning
import Resources

/// What is declared, remembered and live, put together by hand.
struct DeleteWorld {
    var environment: Environment
    var resources: [Resource] = []
    /// What other environments declare on the same nodes.
    var elsewhere: [Address: String] = [:]
    var state = StateSnapshot(environment: "dev")
    var live = LiveState()
    var options = PlanOptions()

    init(hasDesigner: Bool = true) {
        let connection = Connection(
            target: .url("https://dss.example.com"), authentication: .none,
            mark: SourceMark(file: "mooring.yaml"))
        environment = Environment(
            name: "dev", designer: hasDesigner ? connection : nil, deployer: connection,
            mark: SourceMark(file: "mooring.yaml", line: 9))
        environment.limits.maxDeletes = .percent(100)
        environment.limits.maxChanges = .count(1000)
    }

    static func address(_ text: String) -> Address {
        guard let address = Address(text) else { preconditionFailure("'\(text)' is no address") }
        return address
    }

    /// Line 1 of a file that is named by the address.
    static func mark(_ address: Address) -> SourceMark { SourceMark(file: "\(address.name).yaml") }

    mutating func declare(_ text: String, _ spec: JSONValue = [:], _ change: (inout Metadata) -> Void = { _ in }) {
        let address = DeleteWorld.address(text)
        var metadata = Metadata()
        change(&metadata)
        let mark = DeleteWorld.mark(address)
        resources.append(
            Resource(address: address, metadata: metadata, spec: DeclaredValue(spec, at: mark), mark: mark))
    }

    mutating func remember(_ text: String, _ spec: JSONValue = [:], _ change: (inout Record) -> Void = { _ in }) {
        let address = DeleteWorld.address(text)
        var record = Record(
            address, .owned, applied: AppliedSpec(bytes: spec.canonicalBytes), mark: DeleteWorld.mark(address))
        change(&record)
        state.records[address] = record
    }

    /// A design-side service, as `P/S`.
    mutating func addService(_ text: String, endpoints: [String] = [], packages: Set<String> = []) {
        let service = DeleteWorld.address("APIService/" + text)
        live.listed.insert(service)
        live.documents[service] = [
            "id": .string(service.name), "endpoints": .array(endpoints.map { ["id": .string($0)] }),
        ]
        live.packages[service] = packages
    }

    mutating func addPublished(_ id: String, versions: Set<String> = []) {
        live.listed.insert(Address(.publishedService, id))
        live.documents[Address(.publishedService, id)] = ["id": .string(id)]
        live.versions[id] = versions
    }

    mutating func addInfra(_ id: String, type: String = "STATIC") {
        live.listed.insert(Address(.infra, id))
        live.documents[Address(.infra, id)] = ["id": .string(id), "type": .string(type)]
    }

    mutating func addDeployment(
        _ id: String, of service: String, on infra: String, version: String, enabled: Bool = true
    ) {
        let address = Address(.deployment, id)
        live.listed.insert(address)
        live.documents[address] = DeleteWorld.deployment(of: service, on: infra, version: version, enabled: enabled)
        live.serviceOfDeployment[id] = service
        live.mappings[id] = .single(version)
        live.deploymentsOfInfra[infra, default: []].insert(id)
    }

    static func deployment(of service: String, on infra: String, version: String, enabled: Bool) -> JSONValue {
        [
            "publishedServiceId": .string(service), "infraId": .string(infra), "enabled": .bool(enabled),
            "generationsMapping": ["mode": "SINGLE_GENERATION", "generation": .string(version)],
        ]
    }

    static func deployment(of service: String, on infra: String, version: String) -> JSONValue {
        ["publishedServiceId": .string(service), "infraId": .string(infra), "version": .string(version)]
    }

    private var desired: DesiredState {
        DesiredState(environment: environment, resources: resources, declaredElsewhere: elsewhere)
    }
    private static let targets = PlanTargets(designer: nil, deployer: "here", source: nil)
    private static let now = PlanTime(today: "2026-11-22", seconds: 1_795_305_600)

    func plan() -> Plan {
        Planner.plan(
            desired: desired, live: live, state: state, options: options, selection: Selection(options, in: desired),
            dialect: .standard, targets: DeleteWorld.targets, now: DeleteWorld.now, secrets: .none)
    }

    func drift() -> DriftReport {
        Planner.drift(
            desired: desired, live: live, state: state, options: options, selection: Selection(options, in: desired),
            dialect: .standard, targets: DeleteWorld.targets, now: DeleteWorld.now, secrets: .none)
    }

    /// A line for all that a plan says of deletions.
    func lines() -> [String] { DeleteWorld.lines(plan()) }

    static func lines(_ plan: Plan) -> [String] {
        var lines = plan.changes.map { change in
            let steps = change.steps.map { $0.kind.rawValue + ($0.subject.map { "(\($0))" } ?? "") }
            let waits =
                change.waitsFor.isEmpty ? "" : " after " + change.waitsFor.map(\.description).joined(separator: ", ")
            return "\(change.action.sign) \(change.address) [\(steps.joined(separator: " "))]\(waits)"
        }
        lines += plan.orphaned.map { "? \($0.address): \($0.reason)" }
        lines += plan.forgotten.map { "x \($0)" }
        lines += plan.refusals.map { "! \($0.code): \($0.message)" }
        lines += plan.diagnostics.map { "\($0.severity.rawValue) \($0.code): \($0.message)" }
        return lines
    }
}
