internal import Diagnostics
internal import Planning
internal import Resources

extension DriftReport.Verdict {
    /// The worst first: the order in which reports show them.
    static let inOrder: [Self] = [
        .conflict, .drifted, .missing, .outOfSync, .unhealthy, .pending, .orphaned, .unknown, .unmanaged, .ignored,
        .clean,
    ]

    /// As a title and in counts: `2 drifted`.
    var words: String {
        switch self {
        case .conflict: "in conflict"
        case .outOfSync: "out of sync"
        default: rawValue
        }
    }

    /// What it means, for whoever never saw a report.
    var meaning: String {
        switch self {
        case .clean: "live is as declared"
        case .drifted: "live was changed since it was applied"
        case .pending: "the manifest was changed, and is not applied yet"
        case .conflict: "both the manifest and live were changed"
        case .missing: "it was applied, and is not there any more"
        case .orphaned: "it was applied, and no manifest declares it any more"
        case .unmanaged: "it is there, and no manifest declares it"
        case .outOfSync: "what is saved is not what the nodes run"
        case .unhealthy: "the nodes were given what is saved, and are not well"
        case .ignored: "it differs only where a rule says to leave it"
        case .unknown: "it could not be read"
        }
    }

    /// The verdict as a key of a JSON object.
    var key: String { self == .outOfSync ? "outOfSync" : rawValue }

    var tint: TextStyle.Tint {
        switch self {
        case .clean: .green
        case .drifted, .conflict, .missing, .outOfSync, .unhealthy: .red
        case .pending, .orphaned: .yellow
        case .unmanaged, .ignored, .unknown: .dim
        }
    }
}

extension DriftReport {
    /// `2 drifted, 1 missing, 41 clean`.
    var summary: String {
        let parts = Verdict.inOrder.compactMap { count($0) > 0 ? "\(count($0)) \($0.words)" : nil }
        return parts.isEmpty ? "nothing is declared" : parts.joined(separator: ", ")
    }

    /// What a report says first.
    var headline: String {
        let errors = diagnostics.count { $0.severity == .error }
        if errors > 0 { return "The report is not complete: \(counted(errors, "error")) for '\(environment)'" }
        var others = hasPending ? ["changes are pending"] : []
        let (unhealthy, unread) = (count(.unhealthy), count(.unknown))
        if unhealthy > 0 {
            others.append("\(counted(unhealthy, "deployment")) \(unhealthy == 1 ? "is" : "are") unhealthy")
        }
        if unread > 0 { others.append("\(counted(unread, "resource")) could not be read") }
        let start = hasDrift ? "Drift on '\(environment)'" : "No drift on '\(environment)'"
        guard !others.isEmpty else { return start }
        return start + (hasDrift ? ", and " : ", but ") + others.joined(separator: " and ")
    }

    /// The rows of each verdict, in the order in which they are shown.
    var groups: [(verdict: Verdict, rows: [Row])] {
        let byVerdict = Dictionary(grouping: rows, by: \.verdict)
        return Verdict.inOrder.compactMap { verdict in byVerdict[verdict].map { (verdict, $0) } }
    }

    /// What to type next, and what it does.
    var next: [(what: String, command: String)] {
        let environment = shellWord(environment)
        let moved = rows.filter { [.drifted, .conflict].contains($0.verdict) }
        var result: [(String, String)] = []
        let healed = rows.filter { [.drifted, .conflict, .missing].contains($0.verdict) && $0.mode != .detect }
        if !healed.isEmpty { result.append(("undo the drift", "mooring apply --only-drift -e \(environment)")) }
        if let row = rows.first(where: { $0.verdict == .outOfSync }) {
            let address = shellWord(row.address.description)
            result.append(("push what is saved", "mooring rollout -e \(environment) \(address)"))
        }
        if let row = rows.first(where: { $0.verdict == .unhealthy }) {
            result.append(("look at its nodes", "the API nodes that serve \(row.address), and their logs"))
        }
        if !moved.isEmpty { result.append(("accept it", "mooring drift --accept -e \(environment)")) }
        if let row = moved.first {
            result.append(("leave it", "metadata.lifecycle.ignore in the manifest of \(row.address)"))
        }
        if hasPending { result.append(("apply the manifests", "mooring apply -e \(environment)")) }
        // What an apply leaves as it is takes '--prune'.
        if rows.contains(where: { $0.verdict == .orphaned && $0.layers.isEmpty }) {
            result.append(("delete orphans", "mooring apply --prune -e \(environment)"))
        }
        if let row = rows.first(where: { $0.verdict == .unmanaged }) {
            let address = shellWord(row.address.description)
            result.append(("declare it", "mooring import -e \(environment) \(address)"))
        }
        return result
    }
}

/// A word as a shell takes it whole.
func shellWord(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_./:@%+,".utf8.contains(byte)
        }
    }
    return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}

extension DriftReport.Row {
    /// The layers that a change of this kind passes through, each with whether it differs from the one before it.
    var chain: [(layer: DriftReport.Layer, differs: Bool)] {
        let all: [DriftReport.Layer] =
            switch address.kind {
            case .apiService, .endpoint: [.git, .designer]
            case .package: [.git, .designer, .deployer]
            case .publishedService, .infra: [.git, .deployer]
            case .deployment: [.git, .deployer, .nodes]
            }
        let shown = DriftReport.Layer.allCases.filter { all.contains($0) || layers.contains($0) }
        return shown.enumerated().map { index, layer in
            // A manifest that moved on differs from what comes after it.
            (layer, index > 0 && (layers.contains(layer) || index == 1 && layers.contains(.git)))
        }
    }

    /// `git = designer != deployer`: where two layers differ.
    var chainText: String {
        var text = ""
        for (index, link) in chain.enumerated() {
            text += (index == 0 ? "" : link.differs ? " != " : " = ") + link.layer.rawValue
        }
        return text
    }

    /// What stands before the login. Of a deployment DSS tells who asked for its last update, not who saved its settings.
    var authorPrefix: String { address.kind == .deployment ? "last update by" : "by" }

    /// `by bob, 2026-03-01T08:12:00Z (48 min ago)`; nil where DSS does not tell.
    func authorText(at now: Int) -> String? {
        let when = author?.when.map { "\(Instant.short($0)) (\(Instant.age(now - $0)))" }
        switch (author?.login, when) {
        case (let login?, let when?): return "\(authorPrefix) \(login), \(when)"
        case (let login?, nil): return "\(authorPrefix) \(login)"
        case (nil, let when?): return "since \(when)"
        case (nil, nil): return nil
        }
    }

    /// `declared in FILE:LINE`; of what no manifest declares any more, where it was.
    var placeText: String? {
        mark.flatMap(Reports.placeText).map { (verdict == .orphaned ? "was declared in " : "declared in ") + $0 }
    }

    /// What an apply makes of drift here, where the manifest says.
    var modeText: String? {
        switch mode {
        case .heal: "healed without asking"
        case .detect: "only reported"
        case nil: nil
        }
    }
}

extension FieldChange.Origin {
    /// Who moved.
    var words: String {
        switch self {
        case .manifest: "manifest changed"
        case .drift: "live changed"
        case .conflict: "both changed"
        }
    }
}
