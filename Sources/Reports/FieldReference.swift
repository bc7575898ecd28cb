internal import DSS
internal import JSON
internal import Resources

/// The field reference of the documentation, in Markdown, made from the tables that the program itself follows.
package var fieldReference: String {
    var parts = [
        """
        # Fields

        Made from the program's own tables; `mooring explain NAME` tells the same on a terminal, `mooring schema` gives it to
        editors. A field that is omitted is not managed: a default of what is sent to DSS counts only when Mooring creates the
        object. Where the name on the wire is another, it is told. What no source of DSS states is marked as inferred.

        """
    ]
    for kind in Kind.allCases {
        let definition = KindDefinition.of(kind)
        parts.append("## \(kind.rawValue)\n\n\(definition.text)\n")
        let names = definition.identity.map { "`\($0.name)`" }.joined(separator: ", ")
        parts.append("Named by \(names) under `metadata`. Under `spec`:\n")
        parts.append(table(definition.fields, isSent: true))
    }
    parts.append("## metadata\n\nBesides the names, in each manifest:\n")
    parts.append(table(MetadataDefinition.fields, isSent: false))
    parts.append("## mooring.yaml\n\n\(WorkspaceDefinition.text) Under `spec`:\n")
    parts.append(table(WorkspaceDefinition.fields, isSent: false))
    parts.append("## Watch files\n\n\(WatchDefinition.text) Under `spec`:\n")
    parts.append(table(WatchDefinition.fields, isSent: false))
    parts.append("## dialect\n\nWords of DSS that an environment can override under `dialect`:\n")
    let rows = Dialect.entries.map { entry in
        row([
            "`\(entry.name.rawValue)`", entry.value.map { "`\($0)`" }.joined(separator: " "), cell(entry.meaning),
            cell(originText(entry.origin)),
        ])
    }
    parts.append(head(["name", "value", "meaning", "origin"]) + rows.joined())
    return parts.joined(separator: "\n")
}

private func table(_ fields: [Field], isSent: Bool) -> String {
    var rows: [String] = []
    append(fields, prefix: "", isSent: isSent, to: &rows)
    return head(["field", "type", "meaning", "origin"]) + rows.joined()
}

private func append(_ fields: [Field], prefix: String, isSent: Bool, to rows: inout [String]) {
    for field in fields {
        var text = field.text
        if field.isRequired { text += " Required." }
        if field.isImmutable { text += " Immutable." }
        if let value = field.defaultValue { text += " Default: `\(value.string ?? value.text(.python))`." }
        if let wire = field.wire, wire != "*", isSent {
            text += wire == "-" ? " Never sent." : " On the wire: `\(wire)`."
        }
        if let example = field.example { text += " Example: `\(example)`." }
        rows.append(
            row([
                "`\(prefix)\(field.name)`", cell(field.type.name), cell(text), cell(originText(field.origin)),
            ]))
        if let inner = field.type.fields {
            append(
                inner, prefix: prefix + field.name + field.type.suffix + ".", isSent: isSent && field.wire != "-",
                to: &rows)
        }
    }
}

extension FieldType {
    /// What follows a field's name in front of the names that its value holds.
    fileprivate var suffix: String {
        switch self {
        case .list(let type), .set(let type): "[]" + type.suffix
        case .keyedList: "[]"
        case .map(let type): ".NAME" + type.suffix
        case .either(let types): types.first { $0.fields != nil }?.suffix ?? ""
        default: ""
        }
    }
}

private func head(_ names: [String]) -> String { row(names) + row(names.map { _ in "---" }) }
private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
private func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
