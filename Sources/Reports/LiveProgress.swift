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

    /// The block as it is now, each line without its end and narrower than the screen, all of them lower.
    package func lines(at milliseconds: Int, on screen: Screen) -> [String] {
        // The line of the sum and the one that the cursor stands on have to fit too.
        let most = min(Self.mostLines, max(screen.rows - 2, 0))
        let shown = active.prefix(active.count > most ? max(most - 1, 0) : most)
        let cut = { (text: String) in Reports.cut(printable(text), below: screen.columns) }
        var lines = shown.map { item in
            cut("  \(item.address)  \(item.text)  \(elapsedText(milliseconds - item.started))")
        }
        if active.count > shown.count, most > 0 { lines.append(cut("  ... \(active.count - shown.count) more")) }
        let done = counts.values.reduce(0, +)
        var parts = ["\(done) of \(total) done"]
        for result in Outcome.Result.allCases where result != .applied {
            if let count = counts[result] { parts.append("\(count) \(result.words)") }
        }
        lines.append(style.paint(.bold, cut(parts.joined(separator: " · ") + "  " + elapsedText(milliseconds))))
        return lines
    }
}

/// The size of a terminal, in characters.
package struct Screen: Sendable, Equatable {
    package let columns: Int
    package let rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// How many rows lines take here that were written on whatever screen; colours take none.
    ///
    /// A terminal that was made narrower breaks what it shows anew.
    package func rows(of lines: [String]) -> Int {
        lines.reduce(0) { sum, line in
            let plain = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
            return sum + max(1, (Reports.columns(plain) + columns - 1) / max(columns, 1))
        }
    }
}
