internal import Planning

/// The changed fields of one resource: short values as a table, long ones line by line below it.
func fieldsHTML(_ fields: [FieldChange], rows: Int) -> HTML {
    guard !fields.isEmpty else { return .none }
    let differences = fields.map { FieldText.difference($0.before, $0.after) }
    let short = zip(fields, differences).compactMap { $1 == nil ? $0 : nil }
    var html: HTML = .none
    if !short.isEmpty {
        html += """
            <table class="fields"><thead><tr><th scope="col">Field</th><th scope="col">Before</th>\
            <th scope="col">After</th></tr></thead><tbody>

            """
        for field in short {
            html += """
                <tr><th scope="row">\(field.path)\(remarks(field))</th>\
                <td data-label="Before">\(shown(field.before))</td><td data-label="After">\(shown(field.after))</td></tr>

                """
        }
        html += "</tbody></table>\n"
    }
    for (field, texts) in zip(fields, differences) {
        guard let texts else { continue }
        html += """
            <figure><figcaption><code>\(field.path)</code>\(remarks(field)): <del>- before</del>, <ins>+ after</ins></figcaption>
            <pre tabindex="0">\(FieldText.diff(texts.before, texts.after, rows: rows).map(line))</pre></figure>

            """
    }
    return html
}

private func shown(_ value: ShownValue) -> HTML {
    value == .absent ? #"<span class="none">nothing</span>"# : "\(FieldText.inline(value))"
}

/// Why it differs, and what can't be done.
private func remarks(_ field: FieldChange) -> HTML {
    var words: [String] = []
    if field.origin != .manifest { words.append(field.origin.words) }
    if field.isImmutable, field.before != .absent { words.append("can't be changed in place") }
    return words.isEmpty ? .none : #" <span class="remark">\#(words.joined(separator: ", "))</span>"#
}

private func line(_ line: FieldText.Line) -> HTML {
    let text = "\(line.sign.rawValue) \(line.text.dropFirst(4))"
    return switch line.sign {
    case .removed: "<del>\(text)</del>\n"
    case .added: "<ins>\(text)</ins>\n"
    case .changed, .none: "\(text)\n"
    }
}
