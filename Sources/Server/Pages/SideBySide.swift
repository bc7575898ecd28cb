import Reports

/// Two texts beside each other, line by line; below each other where the screen is narrow.
struct SideBySide {
    private struct Row {
        var left: (number: Int, text: String)?
        var right: (number: Int, text: String)?
        var skipped = 0
    }

    private let rows: [Row]

    /// More lines than anybody reads; the rest is counted.
    private static let mostRows = 4000
    /// In characters: a line of minified code says nothing beyond this.
    private static let longestLine = 1000

    init(_ before: String, _ after: String, context: Int) {
        var rows: [Row] = []
        // Removed lines and the added ones that follow stand beside each other.
        var open = 0
        var (left, right) = (0, 0)
        for line in LineDiff(before, after, context: context).lines {
            switch line {
            case .same(let text):
                (left, right) = (left + 1, right + 1)
                rows.append(Row(left: (left, text), right: (right, text)))
                open = rows.count
            case .removed(let text):
                left += 1
                // After added lines a new block begins.
                if let last = rows.last, last.left == nil || open < rows.count && last.right != nil {
                    open = rows.count
                }
                rows.append(Row(left: (left, text)))
            case .added(let text):
                right += 1
                if open < rows.count {
                    rows[open].right = (right, text)
                    open += 1
                } else {
                    rows.append(Row(right: (right, text)))
                    open = rows.count
                }
            case .skipped(let count):
                (left, right) = (left + count, right + count)
                rows.append(Row(skipped: count))
                open = rows.count
            }
        }
        self.rows = rows
    }

    var html: HTML {
        let shown = rows.prefix(SideBySide.mostRows)
        let rest: HTML =
            rows.count > shown.count
            ? "<p class=\"meta\">\(rows.count - shown.count) more lines are not shown.</p>\n" : .none
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="Line by line">
            <table class="diff" role="table"><colgroup><col class="n"><col><col class="n"><col></colgroup>
            <thead role="rowgroup"><tr role="row">\
            <th scope="col" colspan="2" role="columnheader">Live</th>\
            <th scope="col" colspan="2" role="columnheader">Declared</th></tr></thead>
            <tbody role="rowgroup">
            \(shown.map(row))</tbody></table></div>
            \(rest)
            """
    }

    private func row(_ row: Row) -> HTML {
        if row.skipped > 0 {
            return """
                <tr class="skipped" role="row"><td role="cell" colspan="4">\(counted(row.skipped, "equal line"))</td></tr>

                """
        }
        if let left = row.left, let right = row.right, left.text == right.text {
            return """
                <tr role="row"><td role="cell" class="n">\(left.number)</td><td role="cell" class="t">\(text(left.text))</td>\
                <td role="cell" class="n twice">\(right.number)</td><td role="cell" class="t twice">\(text(right.text))</td></tr>

                """
        }
        let before: HTML =
            row.left.map {
                """
                <td role="cell" class="n out">\($0.number)</td><td role="cell" class="t out"><del>\(text($0.text))</del></td>
                """
            } ?? "<td role=\"cell\" class=\"n gone\"></td><td role=\"cell\" class=\"t gone\"></td>"
        let after: HTML =
            row.right.map {
                """
                <td role="cell" class="n in">\($0.number)</td><td role="cell" class="t in"><ins>\(text($0.text))</ins></td>
                """
            } ?? "<td role=\"cell\" class=\"n gone\"></td><td role=\"cell\" class=\"t gone\"></td>"
        return "<tr role=\"row\">\(before)\(after)</tr>\n"
    }

    private func text(_ line: String) -> String {
        line.count > SideBySide.longestLine
            ? line.prefix(SideBySide.longestLine) + " … (\(line.count) characters)" : line
    }
}
