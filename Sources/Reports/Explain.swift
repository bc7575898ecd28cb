internal import DSS
package import Diagnostics
internal import JSON
internal import Resources

/// What there is to know about a kind, a field, the workspace's file, the metadata or the dialect.
///
/// `name` is as `Deployment`, `Deployment.rollout.timeout`, `workspace.environments.designer`, `metadata.lifecycle` or
/// `dialect`; `spec` may stand between. Nil, and why, for any other name.
package func explain(_ name: String, _ style: TextStyle) -> (text: String?, diagnostics: [Diagnostic]) {
    do throws(ExplainProblem) {
        return (try explanation(name, style).joined(separator: "\n") + "\n", [])
    } catch {
        return (nil, [error.diagnostic])
    }
}

/// A name that there is nothing under.
private struct ExplainProblem: Error {
    let diagnostic: Diagnostic

    init(_ code: String, _ message: String, word: String, known: [String]) {
        let close = closest(to: word, among: known)
        let all = known.isEmpty ? "It has no fields." : "Known: \(known.joined(separator: ", "))."
        diagnostic = Diagnostic(.error, code, message, hint: close.map { "Did you mean '\($0)'?" } ?? all)
    }
}

private func explanation(_ name: String, _ style: TextStyle) throws(ExplainProblem) -> [String] {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
    var path = Array(parts.dropFirst())
    guard let topic = ExplainTopic(parts[0]) else {
        throw ExplainProblem(
            "unknown-kind", "there is nothing to explain under '\(parts[0])'", word: parts[0],
            known: ExplainTopic.names)
    }
    if case .kind = topic, path.first == "metadata" {
        return try explanation((["metadata"] + path.dropFirst()).joined(separator: "."), style)
    }
    if path.first == "spec" { path.removeFirst() }
    let title = [style.paint(.bold, ([topic.name] + path).joined(separator: ".")), ""]
    if topic == .dialect { return title + (try dialectLines(path, style)) }
    var fields = topic.fields
    var found: Field?
    var isSent = topic.isSent
    for (index, part) in path.enumerated() {
        guard let field = fields.first(where: { $0.name == part }) else {
            let place = ([topic.name] + path.prefix(index)).joined(separator: ".")
            throw ExplainProblem(
                "unknown-field", "'\(place)' has no field '\(part)'", word: part, known: fields.map(\.name))
        }
        found = field
        isSent = isSent && field.wire != "-"
        fields = field.type.fields ?? []
    }
    let lines = title + wrapped(found?.text ?? topic.text, width: style.width)
    if let found {
        return lines + [""] + facts(found, isSent: topic.isSent ? isSent : nil, style) + table("fields:", fields, style)
    }
    guard case .kind(let kind) = topic else { return lines + table("fields:", fields, style) }
    return lines + table("metadata, the names:", KindDefinition.of(kind).identity, style)
        + table("spec:", fields, style) + ["", "See also: mooring explain metadata"]
}

/// `isSent` is nil where nothing goes to DSS anyway.
private func facts(_ field: Field, isSent: Bool?, _ style: TextStyle) -> [String] {
    var rows = [("type", field.type.name)]
    rows.append(("required", field.isRequired ? "yes" : "no"))
    if field.isImmutable { rows.append(("changes", "need the object to be replaced")) }
    if let value = field.defaultValue {
        let text = value.string ?? value.text(.python)
        rows.append(("default", isSent == true ? "\(text), when Mooring creates the object" : text))
    }
    if let isSent {
        let name = field.wire == "*" ? "merged into the document" : field.wire ?? field.name
        rows.append(("on the wire", isSent ? name : "never sent"))
    }
    rows.append(("origin", originText(field.origin)))
    if let example = field.example { rows.append(("example", "\(field.name): \(example)")) }
    let width = rows.map { columns($0.0) }.max() ?? 0
    return rows.map { "  " + style.paint(.dim, padded($0.0, to: width)) + "  " + $0.1 }
}

/// Where a fact comes from, in words.
func originText(_ origin: String) -> String {
    switch origin {
    case "mooring": "Mooring's own"
    case "inferred": "inferred: no source states it"
    case "docs": "DSS's documentation"
    case "sample": "seen in documents of live nodes"
    case _ where origin.hasPrefix("client "): "the official Python client, \(origin.dropFirst(7))"
    default: origin
    }
}

private func table(_ title: String, _ fields: [Field], _ style: TextStyle) -> [String] {
    guard !fields.isEmpty else { return [] }
    let width = fields.map { columns($0.name) }.max() ?? 0
    return ["", title]
        + fields.flatMap { field in
            let marks = (field.isRequired ? " (required)" : "") + (field.isImmutable ? " (immutable)" : "")
            // A secret's forms are told where the field itself is explained.
            let short = field.type.name.split(separator: ":").first.map { String($0) } ?? ""
            let rest = wrapped(
                "\(short)\(marks). \(field.text)", width: style.width - width - 4)
            return rest.enumerated().map { index, line in
                index == 0
                    ? "  " + style.paint(.bold, padded(field.name, to: width)) + "  " + line
                    : String(repeating: " ", count: width + 4) + line
            }
        }
}

/// The text in lines of at most `width` columns, broken at spaces.
func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
        if let last = lines.last, columns(last) + 1 + columns(String(word)) <= max(width, 30) {
            lines[lines.count - 1] = last + " " + word
        } else {
            lines.append(String(word))
        }
    }
    return lines
}

private func dialectLines(_ path: [String], _ style: TextStyle) throws(ExplainProblem) -> [String] {
    let entries = Dialect.entries.filter { path.isEmpty || path == [$0.name.rawValue] }
    guard !entries.isEmpty else {
        let word = path.joined(separator: ".")
        throw ExplainProblem(
            "unknown-field", "'dialect' has no field '\(word)'", word: word,
            known: Dialect.entries.map(\.name.rawValue))
    }
    var lines: [String] = []
    if path.isEmpty {
        lines += wrapped(
            ExplainTopic.dialect.text + " Each can be overridden under 'dialect' of an environment.", width: style.width
        )
        lines.append("")
    }
    for entry in entries {
        let isInferred = entry.origin.contains("inferred")
        lines.append(
            style.paint(.bold, entry.name.rawValue) + ": " + entry.value.joined(separator: ", ")
                + (isInferred ? style.paint(.yellow, "  [inferred]") : ""))
        lines += wrapped(entry.meaning, width: style.width - 4).map { "    " + $0 }
        lines.append("    " + style.paint(.dim, "origin: \(originText(entry.origin))"))
    }
    return lines
}
