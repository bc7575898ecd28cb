internal import Diagnostics
internal import JSON
internal import Resources

/// What is found of one declared resource: the worst verdict, and all layers.
struct Finding {
    private let resource: Resource
    var verdict = DriftReport.Verdict.clean
    private var layers: Set<DriftReport.Layer> = []
    var fields: [DriftReport.Field] = []
    var ignored: [IgnoredField] = []
    var details: [String] = []

    /// The verdict tells the first of these that applies; layers, fields and details tell the rest.
    private static let precedence: [DriftReport.Verdict] = [
        .conflict, .missing, .drifted, .outOfSync, .unhealthy, .pending, .unknown, .ignored, .clean,
    ]

    init(_ resource: Resource) { self.resource = resource }

    mutating func add(_ verdict: DriftReport.Verdict, _ layer: DriftReport.Layer?) {
        let rank = { (verdict: DriftReport.Verdict) in Finding.precedence.firstIndex(of: verdict) ?? 0 }
        if rank(verdict) < rank(self.verdict) { self.verdict = verdict }
        if let layer { layers.insert(layer) }
    }

    func row(_ planner: Planner) -> DriftReport.Row {
        var row = DriftReport.Row(resource.address, verdict)
        row.layers = DriftReport.Layer.allCases.filter(layers.contains)
        row.fields = fields
        row.ignored = ignored
        row.details = details
        row.mode = resource.metadata.lifecycle.drift
        row.mark = resource.mark
        if [.conflict, .drifted, .outOfSync, .unhealthy, .ignored].contains(verdict) {
            let subject = resource.kind == .endpoint ? resource.address.service : resource.address
            row.author = DriftReport.Author(subject.flatMap { planner.live.documents[$0] })
        }
        return row
    }
}

extension DriftReport.Author {
    /// Reads `versionTag` of an object's settings; nil where it tells neither who nor when.
    init?(_ document: JSONValue?) {
        let tag = document?["versionTag"]
        let login = tag?["lastModifiedBy"]?["login"]?.string
        let when = tag?["lastModifiedOn"]?.number?.integer
        guard login != nil || when != nil else { return nil }
        self.init(login: login, when: when)
    }
}

extension DriftReport.Field {
    init(_ change: FieldChange, isRemembered: Bool) {
        let applied: ShownValue =
            switch change.origin {
            case .drift: change.after
            case .conflict: change.applied ?? .absent
            case .manifest: isRemembered ? change.applied ?? change.before : .absent
            }
        self.init(
            path: change.path, desired: change.after, applied: applied, live: change.before, origin: change.origin,
            mark: change.mark)
    }
}
