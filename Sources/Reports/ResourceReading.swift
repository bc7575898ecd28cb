internal import Diagnostics
internal import JSON
internal import Resources

/// Reads what `resourceJSON` wrote.
func resource(_ reader: DocumentReader) throws(DocumentProblem) -> Resource {
    let mark = try reader.mark()
    let spec = try reader.member("spec")
    guard spec.value.object != nil else { throw spec.problem("is \(spec.value.typeName), not an object") }
    let places = try reader.member("places")
    let texts = try places.strings()
    var index = 0
    var last = mark
    let placed = try DeclaredValue(reference: spec.value, at: mark).placed { () throws(DocumentProblem) in
        guard index < texts.count else { throw places.problem("has fewer places than 'spec' has values") }
        last = try place(texts[index], after: last, file: mark.file, places)
        index += 1
        return last
    }
    guard index == texts.count else { throw places.problem("has more places than 'spec' has values") }
    return Resource(
        address: try reader.member("address").address(), metadata: try metadata(try reader.member("metadata")),
        spec: placed, mark: mark, isAutoVersion: try reader.optional("autoVersion")?.bool() ?? false)
}

/// Reads `FILE:LINE:COLUMN`, the file left out where it is the resource's own, all left out where nothing changed.
private func place(
    _ text: String, after last: SourceMark, file: String, _ reader: DocumentReader
) throws(DocumentProblem) -> SourceMark {
    if text.isEmpty { return last }
    // Unicode scalars: a file's name may end in something that a colon would make one character with.
    let parts = text.unicodeScalars.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 2, let line = Int32(String(parts[parts.count - 2])), line >= 0,
        let column = Int32(String(parts[parts.count - 1])), column >= 0
    else { throw reader.problem("has a place that is not 'line:column'") }
    let name = parts.dropLast(2).map { String($0) }.joined(separator: ":")
    return SourceMark(file: parts.count == 2 ? file : name, line: Int(line), column: Int(column))
}

private func metadata(_ reader: DocumentReader) throws(DocumentProblem) -> Metadata {
    var metadata = Metadata()
    metadata.isExternal = try reader.optional("external")?.bool() ?? false
    for (key, label) in try reader.optional("labels")?.members() ?? [] { metadata.labels[key] = try label.string() }
    metadata.replaces = try reader.optional("replaces")?.addresses() ?? []
    guard let rules = try reader.optional("lifecycle") else { return metadata }
    metadata.lifecycle.protect = try rules.optional("protect")?.bool() ?? false
    metadata.lifecycle.prune = try rules.optional("prune")?.bool() ?? false
    metadata.lifecycle.replace = try rules.optional("replace")?.bool() ?? false
    metadata.lifecycle.drift = try rules.optional("drift")?.word(Lifecycle.DriftMode.self)
    metadata.lifecycle.ignore =
        try rules.optional("ignore")?.array { (rule) throws(DocumentProblem) in
            IgnoreRule(
                pointers: try rule.member("fields").strings(), reason: try rule.optional("reason")?.string(),
                until: try rule.optional("until")?.string(), mark: try rule.mark())
        } ?? []
    return metadata
}
