internal import Diagnostics
package import Planning
internal import Resources

/// The status as a table for a person, each row with its details below it, and the counts.
package func statusText(_ report: StatusReport, _ style: TextStyle) -> String {
    let heads = ["ADDRESS", "VERSION", "INFRA", "SYNC", "HEALTH"]
    let rows = report.rows.map { row in
        [
            row.address.description, versionText(row), row.infra ?? "-", row.sync.rawValue, row.health.rawValue,
        ].map(printable)
    }
    let widths = heads.indices.map { column in
        ([heads] + rows).map { columns($0[column]) }.max() ?? 0
    }
    let line = { (cells: [String], tints: [TextStyle.Tint?]) in
        // The last column is not padded: a line ends with its last letter.
        cells.indices.map { column in
            let text = style.paint(tints[column], cells[column])
            let isLast = column == cells.count - 1
            return text + String(repeating: " ", count: isLast ? 0 : max(0, widths[column] - columns(cells[column])))
        }.joined(separator: "  ")
    }
    var lines: [String] = []
    if !rows.isEmpty { lines.append(line(heads, heads.map { _ in .bold })) }
    for (row, cells) in zip(report.rows, rows) {
        lines.append(line(cells, [nil, nil, nil, row.sync.tint, row.health.tint]))
        guard style.verbosity != .summary else { continue }
        lines += row.details.prefix(style.rows).map { "    " + style.paint(.dim, printable($0)) }
        if row.details.count > style.rows { lines.append("    ... \(row.details.count - style.rows) more") }
        lines += row.serviceURLs.map { "    " + printable($0) }
    }
    if !lines.isEmpty { lines.append("") }
    lines.append(style.paint(.bold, "Status of '\(printable(report.environment))': \(statusCounts(report))."))
    return lines.joined(separator: "\n") + "\n"
}

private func versionText(_ row: StatusReport.Row) -> String {
    switch (row.version, row.declaredVersion) {
    case (let version?, let declared?): "\(version) (declared: \(declared))"
    case (nil, let declared?): "(declared: \(declared))"
    case (let version?, nil): version
    case (nil, nil): "-"
    }
}

private func statusCounts(_ report: StatusReport) -> String {
    let syncs: [SyncStatus] = [.synced, .outOfSync, .unknown]
    let healths: [Health] = [.progressing, .degraded, .missing]
    let parts =
        syncs.map { status in (report.rows.count { $0.sync == status }, status.rawValue) }
        + healths.map { health in (report.rows.count { $0.health == health }, health.rawValue) }
    let texts = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return texts.isEmpty ? "nothing is declared" : texts.joined(separator: ", ")
}

extension SyncStatus {
    var tint: TextStyle.Tint {
        switch self {
        case .synced: .green
        case .outOfSync: .yellow
        case .unknown: .dim
        }
    }
}

extension Health {
    var tint: TextStyle.Tint {
        switch self {
        case .healthy: .green
        case .progressing: .cyan
        case .degraded, .missing: .red
        case .unknown: .dim
        }
    }
}
