internal import Diagnostics
package import Planning
internal import Resources

/// The report as one page: no script, nothing from elsewhere. It is well-formed XML too.
package func driftHTML(_ report: DriftReport) -> String {
    var page = DriftPage(report: report)
    page.write()
    return page.text
}

/// The report as part of another page, below a title of its own: the counts, then a section for each verdict. What to do
/// about it is that page's to say.
package func driftSections(_ report: DriftReport) -> HTML {
    var page = DriftPage(report: report)
    page.writeFacts()
    page.writeSections()
    return HTML(markup: page.text)
}

private struct DriftPage {
    let report: DriftReport
    var text = ""

    /// In lines: of a value that is longer, the rest is left out.
    private static let mostLines = 400

    mutating func write() {
        let title = Markup.escaped("\(report.headline): \(report.summary)")
        text += """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta name="generator" content="Mooring"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>\(title)</title>
            <style>
            \(driftStyle)
            </style>
            </head>
            <body>

            """
        text += "<header>\n<h1>\(Markup.escaped(report.headline))</h1>\n"
        writeFacts()
        text += "</header>\n<main>\n"
        writeSections()
        writeNext()
        text += "</main>\n</body>\n</html>\n"
    }

    mutating func writeSections() {
        writeDiagnostics()
        for (verdict, rows) in report.groups { write(verdict, rows) }
    }

    mutating func writeFacts() {
        text += "<dl class=\"facts\">\n"
        var facts = [("Deployer", Optional(report.targets.deployer))]
        if report.targets.designer != report.targets.deployer {
            facts.insert(("Designer", report.targets.designer), at: 0)
        }
        for (name, value) in facts + [("Commit", report.commit)] {
            guard let value else { continue }
            text += "<dt>\(name)</dt><dd><code>\(Markup.escaped(value))</code></dd>\n"
        }
        text += "<dt>Made</dt><dd>\(time(report.made))</dd>\n"
        if !report.checkedHealth { text += "<dt>Running state</dt><dd>not checked</dd>\n" }
        text += "</dl>\n<ul class=\"counts\">\n"
        for (verdict, rows) in report.groups {
            text += "<li><a class=\"\(verdict.tone)\" href=\"#\(verdict.rawValue)\">"
            text += "\(verdict.mark) <b>\(rows.count)</b> \(verdict.words)</a></li>\n"
        }
        if report.rows.isEmpty { text += "<li>Nothing is declared.</li>\n" }
        text += "</ul>\n"
    }

    private mutating func writeDiagnostics() {
        let told = report.diagnostics.filter { $0.severity != .note }
        guard !told.isEmpty else { return }
        text += "<section class=\"iswarn\">\n<h2>Not all is well</h2>\n<ul class=\"notes\">\n"
        for diagnostic in told {
            let place = diagnostic.mark.flatMap(placeText).map { " (<code>\(Markup.escaped($0))</code>)" } ?? ""
            let hint = diagnostic.hint.map { " " + Markup.escaped($0) } ?? ""
            text +=
                "<li><b>\(diagnostic.severity.rawValue)</b>: \(Markup.escaped(diagnostic.message))\(place).\(hint)</li>\n"
        }
        text += "</ul>\n</section>\n"
    }

    private mutating func write(_ verdict: DriftReport.Verdict, _ rows: [DriftReport.Row]) {
        let title = "<h2 id=\"\(verdict.rawValue)\">\(verdict.mark) \(capitalized(verdict.words)) (\(rows.count))</h2>"
        if verdict == .clean {
            text += "<section>\n<details>\n<summary>\(title)</summary>\n<ul class=\"plain\">\n"
            for row in rows { text += "<li>\(Markup.escaped(row.address.description))</li>\n" }
            text += "</ul>\n</details>\n</section>\n"
            return
        }
        text += "<section class=\"is\(verdict.tone)\">\n\(title)\n<p>\(capitalized(verdict.meaning)).</p>\n"
        for row in rows { write(row) }
        text += "</section>\n"
    }

    private mutating func write(_ row: DriftReport.Row) {
        let name = row.address.description.dropFirst(row.address.kind.rawValue.count + 1)
        text += "<article>\n<h3><span class=\"kind\">\(row.address.kind.rawValue)/</span>\(Markup.escaped(name))</h3>\n"
        var facts: [String] = []
        if let login = row.author?.login { facts.append("\(row.authorPrefix) <b>\(Markup.escaped(login))</b>") }
        if let when = row.author?.when {
            facts.append((row.author?.login == nil ? "since " : "") + time(when, age: report.made - when))
        }
        if let place = row.mark.flatMap(placeText) {
            facts.append(
                (row.verdict == .orphaned ? "was declared in " : "declared in ")
                    + "<code>\(Markup.escaped(place))</code>")
        }
        if let mode = row.modeText { facts.append(mode) }
        if !facts.isEmpty { text += "<p class=\"meta\">\(facts.joined(separator: " · "))</p>\n" }
        if !row.layers.isEmpty { writeChain(row) }
        writeFields(row.fields)
        let notes = row.ignored.map { "ignored: \(ruleText($0))" } + row.details
        if !notes.isEmpty {
            text += "<ul class=\"notes\">\n"
            for note in notes { text += "<li>\(Markup.escaped(note))</li>\n" }
            text += "</ul>\n"
        }
        text += "</article>\n"
    }

    private mutating func writeChain(_ row: DriftReport.Row) {
        text += "<ol class=\"chain\" aria-label=\"Layers\">\n"
        for (index, link) in row.chain.enumerated() {
            if index > 0 {
                text +=
                    link.differs
                    ? "<li class=\"link differs\" aria-label=\"differs from\">≠</li>\n"
                    : "<li class=\"link\" aria-label=\"equals\">=</li>\n"
            }
            text += "<li>\(link.layer.rawValue)</li>\n"
        }
        text += "</ol>\n"
    }

    private mutating func writeFields(_ fields: [DriftReport.Field]) {
        let short = fields.filter { DriftFields.Difference($0) == nil }
        if !short.isEmpty {
            let names = ["git", "applied", "live"].filter { name in
                name != "applied" || short.contains { DriftFields.values($0).count == 3 }
            }
            text += "<table>\n<thead><tr><th scope=\"col\">Field</th>"
            for name in names { text += "<th scope=\"col\">\(DriftPage.heads[name] ?? name)</th>" }
            text += "<th scope=\"col\">Who moved</th></tr></thead>\n<tbody>\n"
            for field in short { write(field, names) }
            text += "</tbody>\n</table>\n"
        }
        for field in fields {
            guard let difference = DriftFields.Difference(field) else { continue }
            text += "<figure>\n<figcaption><code>\(Markup.escaped(field.path))</code>: \(field.origin.words); "
            text += "<del>- \(difference.before)</del>, <ins>+ \(difference.after)</ins></figcaption>\n<pre>"
            for line in difference.lines(DriftPage.mostLines) {
                let content = Markup.escaped(line.sign.rawValue + " " + line.text.dropFirst(4))
                switch line.sign {
                case .removed: text += "<del>\(content)</del>\n"
                case .added: text += "<ins>\(content)</ins>\n"
                case .changed, .none: text += "\(content)\n"
                }
            }
            text += "</pre>\n</figure>\n"
        }
    }

    private static let heads = ["git": "In git", "applied": "Last applied", "live": "Live"]

    private mutating func write(_ field: DriftReport.Field, _ names: [String]) {
        text += "<tr><th scope=\"row\">\(Markup.escaped(field.path))</th>"
        let values = [("git", field.desired), ("applied", field.applied), ("live", field.live)]
        for (name, value) in values where names.contains(name) {
            let shown =
                value == .absent ? "<span class=\"none\">nothing</span>" : Markup.escaped(FieldText.inline(value))
            text += "<td data-label=\"\(DriftPage.heads[name] ?? name)\">\(shown)</td>"
        }
        text += "<td class=\"who\" data-label=\"Moved\">\(field.origin.words)</td></tr>\n"
    }

    private mutating func writeNext() {
        let next = report.next
        guard !next.isEmpty else { return }
        text += "<section>\n<h2>What to do</h2>\n<dl class=\"next\">\n"
        for (what, command) in next {
            text += "<dt>\(capitalized(what))</dt><dd><code>\(Markup.escaped(command))</code></dd>\n"
        }
        text += "</dl>\n</section>\n"
    }

    private func time(_ milliseconds: Int, age: Int? = nil) -> String {
        let instant = Instant.short(milliseconds)
        let words = instant.replacing("T", with: " ").replacing("Z", with: " UTC")
        let ago = age.map { "\(Instant.age($0)), " } ?? ""
        return "\(ago)<time datetime=\"\(instant)\">\(words)</time>"
    }
}

extension DriftReport.Verdict {
    /// The class of its colours.
    fileprivate var tone: String {
        switch self {
        case .drifted, .conflict, .missing, .outOfSync, .unhealthy: "bad"
        case .pending, .orphaned, .unknown: "warn"
        case .clean: "good"
        case .unmanaged, .ignored: "calm"
        }
    }

    /// A sign beside the word.
    fileprivate var mark: String {
        switch self {
        case .conflict: "⚔\u{FE0E}"
        case .drifted: "≠"
        case .missing: "∅"
        case .outOfSync: "⇅"
        case .unhealthy: "✕"
        case .pending: "→"
        case .orphaned: "○"
        case .unknown: "?"
        case .unmanaged: "+"
        case .ignored: "–"
        case .clean: "✓"
        }
    }
}
