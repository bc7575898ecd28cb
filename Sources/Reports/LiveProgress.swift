internal import Diagnostics
package import Planning
internal import Resources

/// What a terminal shows while a plan is applied: lines that stay, and below them a block that is drawn again and again.
///
/// The times are milliseconds since the run began; the caller has the clock and the terminal.
package struct LiveProgress: Sendable {
    private struct Active {
        let address: Address
        let started: Int
        var text: String
    }

    private let total: Int
    private let style: TextStyle
    /// In the order in which they were started.
    private var active: [Active] = []
    private var counts: [Outcome.Result: Int] = [:]

    /// More changes at work are counted, not listed: the block must fit on the screen.
    package static let mostLines = 8

    package init(total: Int, style: TextStyle) {
        self.total = total
        self.style = style
    }

    /// Takes what happened; returns the lines that stay, to be written above the block.
    package mutating func handle(_ event: RunEvent, at milliseconds: Int) -> [String] {
        switch event {
        case .started(let address, let action):
            active.removeAll { $0.address == address }
            active.append(Active(address: address, started: milliseconds, text: action.gerund))
            return []
        case .step(let address, let step):
            set(address, step.words)
            return []
        case .waiting(let address, let text, _):
            set(address, text)
            return []
        case .finished(let outcome):
            active.removeAll { $0.address == outcome.address }
            counts[outcome.result, default: 0] += 1
            let tint: TextStyle.Tint =
                switch outcome.result {
                case .applied: .green
                case .skipped, .notStarted: .dim
                case .failed, .moved, .rolledBack: .red
                }
            return [style.paint(tint, runLine(event) ?? "")]
        case .notice(let diagnostic):
            return [style.paint(diagnostic.severity == .error ? .red : .yellow, runLine(event) ?? "")]
        }
    }

    private mutating func set(_ address: Address, _ text: String) {
        guard let index = active.firstIndex(where: { $0.address == address }) else { return }
        active[index].text = text
    }

    /// The block as it is now, each line without its end and no wider than the screen.
    package func lines(at milliseconds: Int) -> [String] {
        let shown = active.prefix(active.count > Self.mostLines ? Self.mostLines - 1 : Self.mostLines)
        var lines = shown.map { item in
            cut("  \(item.address)  \(item.text)  \(elapsedText(milliseconds - item.started))")
        }
        if active.count > shown.count { lines.append("  ... \(active.count - shown.count) more") }
        let done = counts.values.reduce(0, +)
        var parts = ["\(done) of \(total) done"]
        for result in Outcome.Result.allCases where result != .applied {
            if let count = counts[result] { parts.append("\(count) \(result.words)") }
        }
        lines.append(style.paint(.bold, cut(parts.joined(separator: " · ") + "  " + elapsedText(milliseconds))))
        return lines
    }

    private func cut(_ text: String) -> String { Reports.cut(printable(text), below: style.width) }
}
