internal import JSON
internal import Planning
package import Resources

/// What one run did, as part of a page: each change with its fields and messages.
package func runSections(_ changes: [RunChange], link: (Address) -> String?) -> HTML {
    guard !changes.isEmpty else { return "<p>Nothing was written to the nodes.</p>\n" }
    return "\(changes.map { changeHTML($0, link) })"
}

/// In lines: of a value that is longer, the rest is left out. `mooring history` prints it whole.
private let mostRows = 400

private func changeHTML(_ change: RunChange, _ link: (Address) -> String?) -> HTML {
    let result = Outcome.Result(rawValue: change.result)
    let words = result == .applied ? change.action.past : result?.words ?? change.result
    let address = change.address.description
    let name: HTML = link(change.address).map { "<a href=\"\($0)\">\(address)</a>" } ?? "\(address)"
    let time: HTML = change.milliseconds > 0 ? " after \(elapsedText(change.milliseconds))" : .none
    let health: HTML? = change.health.map { ", <code>\($0)</code>" }
    let tone =
        switch result {
        case .applied: "good"
        case .failed, .rolledBack: "bad"
        case .moved, .skipped, .notStarted, nil: "warn"
        }
    let messages = change.messages.map { "<li>\($0)</li>\n" as HTML }
    return """
        <article class="change is\(tone)">
        <p class="head"><span class="sign \(change.action.rawValue)" aria-hidden="true">\(change.action.sign)</span> \
        <b>\(name)</b> <span class="verb \(tone)">\(words)</span>\(time)\(health)</p>
        \(fieldsHTML(historyFields(change.fields), rows: mostRows))\
        \(messages.isEmpty ? .none : "<ul class=\"notes\">\(messages)</ul>\n")</article>

        """
}
