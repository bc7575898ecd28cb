package import Diagnostics
package import Planning
package import Resources

/// The plan as part of a page: what an apply will refuse, each change with its fields and steps, and what else to know.
///
/// `link` is where a resource has a page of its own.
package func planSections(_ plan: Plan, link: (Address) -> String?) -> HTML {
    var html: HTML = .none
    if !plan.refusals.isEmpty {
        html += """
            <section class="isbad" aria-labelledby="refused"><h2 id="refused">An apply will refuse</h2>
            \(diagnosticsHTML(plan.refusals))</section>

            """
    }
    let told = plan.diagnostics.filter { $0.severity != .note }
    if !told.isEmpty {
        html += """
            <section class="\(told.hasErrors ? "isbad" : "iswarn")" aria-labelledby="told"><h2 id="told">Not all is well</h2>
            \(diagnosticsHTML(told))</section>

            """
    }
    html += #"<section aria-labelledby="changes"><h2 id="changes">Changes</h2>"# + "\n"
    html += plan.isEmpty ? "<p>\(noChanges(plan, nil))</p>\n" : .none
    let isOpen = plan.changes.count <= mostOpenChanges
    for change in plan.changes { html += changeHTML(change, isOpen: isOpen, link) }
    html += "</section>\n"
    for (index, section) in plan.sections.enumerated() { html += sectionHTML(section, "more-\(index)") }
    if !plan.checkedHealth { html += "<p class=\"meta\">Running state: not checked.</p>\n" }
    return html
}

/// Of more changes than a reader looks through, only the heads are shown until one is opened.
private let mostOpenChanges = 40
/// In lines: of a value or a list that is longer, the rest is left out. `mooring show` prints it whole.
private let mostRows = 400

private func changeHTML(_ change: Change, isOpen: Bool, _ link: (Address) -> String?) -> HTML {
    let address = change.address.description
    let name: HTML = link(change.address).map { "<a href=\"\($0)\">\(address)</a>" } ?? "\(address)"
    let version: HTML? = change.versionText.map { " <code>\($0)</code>" }
    let adopts: HTML = change.adoptsExisting ? " <span class=\"remark\">adopts existing</span>" : .none
    let subject: HTML? = change.subjectText.map { "<p class=\"meta\">\($0)</p>\n" }
    return """
        <article class="change">
        <div class="head"><span class="sign \(change.action.rawValue)" aria-hidden="true">\(change.action.sign)</span> \
        <h3>\(name)</h3>\(version) <span class="verb">\(change.verb)</span>\(adopts)</div>
        <p class="meta">\(capitalized(change.causeSentence))</p>
        \(subject)\(contentHTML(change, isOpen: isOpen, link))</article>

        """
}

/// What an apply does: the fields, then the calls.
private func contentHTML(_ change: Change, isOpen: Bool, _ link: (Address) -> String?) -> HTML {
    var html: HTML = .none
    if !change.fields.isEmpty {
        html += """
            <details\(isOpen ? " open" as HTML : .none)><summary>\(counted(change.fields.count, "field"))</summary>
            \(fieldsHTML(change.fields, rows: mostRows))</details>

            """
    }
    if !change.notes.isEmpty {
        html += "<ul class=\"notes\">\(change.notes.map { "<li>\($0)</li>\n" as HTML })</ul>\n"
    }
    if !change.waitsFor.isEmpty {
        let names = change.waitsFor.prefix(mostRows).map { address -> HTML in
            link(address).map { "<a href=\"\($0)\">\(address.description)</a>" } ?? "\(address.description)"
        }
        html += "<p class=\"meta\">Waits for \(names.joined(", "))</p>\n"
    }
    if !change.steps.isEmpty {
        let steps = change.steps.map { step -> HTML in
            "<li>\(capitalized(step.words)) <code>\(step.call)</code> on the \(step.node.rawValue)</li>\n"
        }
        html += """
            <details class="steps"><summary>\(counted(change.steps.count, "step"))</summary>
            <ol>\(steps)</ol></details>

            """
    }
    return html
}

private func sectionHTML(_ section: PlanSection, _ id: String) -> HTML {
    let title = section.title.hasSuffix(":") ? String(section.title.dropLast()) : section.title
    let rows = section.rows.prefix(mostRows).map { "<li>\($0)</li>\n" as HTML }
    let rest = section.rows.count - rows.count
    return """
        <section aria-labelledby="\(id)"><h2 id="\(id)">\(title)</h2>
        <ul class="plain">\(rows)\(rest > 0 ? "<li>\(rest) more</li>\n" as HTML : .none)</ul></section>

        """
}

/// Diagnostics as a list: what, where, the line of the file, and what to do.
package func diagnosticsHTML(_ diagnostics: [Diagnostic]) -> HTML {
    "<ul class=\"diagnostics\">\n\(diagnostics.map(diagnosticHTML))</ul>\n"
}

private func diagnosticHTML(_ diagnostic: Diagnostic) -> HTML {
    let place: HTML? = diagnostic.mark.flatMap(placeText).map { " <code class=\"place\">\($0)</code>" }
    let address: HTML? = diagnostic.address.map { " <span class=\"about\">\($0)</span>" }
    let excerpt: HTML? = diagnostic.excerpt.map { "\n<pre tabindex=\"0\">\($0)</pre>" }
    let related = diagnostic.related.map { place -> HTML in
        "\n<p class=\"meta\">\(place.message): <code class=\"place\">\(placeText(place.mark) ?? "")</code></p>"
    }
    let hint: HTML? = diagnostic.hint.map { "\n<p class=\"meta\">\($0)</p>" }
    return """
        <li class="\(diagnostic.severity.rawValue)"><b>\(capitalized(diagnostic.severity.rawValue)):</b> \
        \(diagnostic.message)\(place)\(address)\(excerpt)\(related)\(hint)</li>

        """
}
