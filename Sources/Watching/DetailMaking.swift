internal import Diagnostics
internal import Graph
internal import JSON
internal import Planning
internal import Reconciling
internal import Resources

extension EnvironmentDetail {
    /// All that one reading told of each resource, declared or not.
    init(_ survey: Survey, _ opened: OpenedRevision, _ rows: [StatusReport.Row], place: WatchPlace, made: Int) {
        let maker = DetailMaker(survey, opened)
        let declared = rows.compactMap { maker.view($0) }
        let known = Set(declared.map(\.address))
        let others = survey.report.rows.filter { !known.contains($0.address) && $0.verdict != .unmanaged }
            .map { maker.view(undeclared: $0) }
        self.init(
            place: place, revision: opened.revision.stamp, made: made,
            resources: (declared + others).sorted { $0.address < $1.address },
            diagnostics: opened.warnings + [opened.passedOver].compactMap(\.self) + survey.plan.diagnostics
                + survey.plan.refusals)
    }
}

private struct DetailMaker {
    private let opened: OpenedRevision
    private let survey: Survey
    private let changes: [Address: Change]
    private let findings: [Address: DriftReport.Row]
    private let holds: [Address: Hold]
    private let graph: DependencyGraph<Address>

    /// A text of a field that is longer is cut: a page is no place to read a program.
    private static let longestText = 20_000

    init(_ survey: Survey, _ opened: OpenedRevision) {
        self.survey = survey
        self.opened = opened
        changes = Dictionary(survey.plan.changes.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        findings = Dictionary(survey.report.rows.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        holds = Dictionary(survey.plan.held.map { ($0.address, $0.hold) }, uniquingKeysWith: { first, _ in first })
        graph = opened.desired.graph
    }

    func view(_ row: StatusReport.Row) -> ResourceView? {
        guard let resource = opened.desired[row.address] else { return nil }
        let (desired, live) = survey.live.shown(resource, dialect: opened.dialect)
        let change = changes[row.address]
        let finding = findings[row.address]
        var view = ResourceView(
            row.address, action: change?.action ?? .noOp, sync: row.sync, health: row.health,
            desired: DetailMaker.cut(desired), live: DetailMaker.cut(live))
        view.verdict = finding?.verdict.rawValue
        view.version = row.version
        view.declaredVersion = row.declaredVersion
        view.infra = row.infra
        view.details = row.details
        view.serviceURLs = row.serviceURLs
        view.uses = graph.prerequisites(of: row.address)
        view.fields = fields(change, finding)
        view.changedBy = finding?.author?.login
        view.changedAt = finding?.author?.when
        view.hold = holds[row.address]
        view.mark = resource.mark
        return view
    }

    /// What no manifest declares and we remember.
    func view(undeclared finding: DriftReport.Row) -> ResourceView {
        var view = ResourceView(
            finding.address, action: changes[finding.address]?.action ?? .noOp, sync: .outOfSync, health: .unknown,
            desired: .null, live: .null)
        view.verdict = finding.verdict.rawValue
        view.details = finding.details
        view.changedBy = finding.author?.login
        view.changedAt = finding.author?.when
        view.mark = finding.mark
        return view
    }

    private func fields(_ change: Change?, _ finding: DriftReport.Row?) -> [ResourceView.Field] {
        if let change, !change.fields.isEmpty {
            return change.fields.map { field in
                ResourceView.Field(
                    path: field.path, live: DetailMaker.text(field.before), desired: DetailMaker.text(field.after),
                    origin: field.origin.rawValue)
            }
        }
        return (finding?.fields ?? []).map { field in
            ResourceView.Field(
                path: field.path, live: DetailMaker.text(field.live), desired: DetailMaker.text(field.desired),
                origin: field.origin.rawValue)
        }
    }

    private static func text(_ shown: ShownValue) -> String {
        switch shown {
        case .absent: "(none)"
        case .secret(let state): "(secret, \(state))"
        case .value(.string(let text)): cut(text)
        case .value(let value): cut(value.text())
        }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > longestText else { return text }
        return "\(text.prefix(longestText)) … (\(text.utf8.count) bytes in all)"
    }

    private static func cut(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(cut(text))
        case .array(let elements): .array(elements.map(cut))
        case .object(let object):
            .object(JSONObject(members: object.map { JSONObject.Member(key: $0.key, value: cut($0.value)) }))
        case .null, .bool, .number: value
        }
    }
}
