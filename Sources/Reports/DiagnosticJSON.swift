package import Diagnostics
package import JSON

/// All diagnostics as one document: what `validate --json` prints.
package func diagnosticsJSON(_ diagnostics: [Diagnostic]) -> JSONValue {
    .array(diagnostics.map(diagnosticJSON))
}

/// One diagnostic; what it lacks is left out.
package func diagnosticJSON(_ diagnostic: Diagnostic) -> JSONValue {
    var object = JSONObject([
        ("severity", .string(diagnostic.severity.rawValue)), ("code", .string(diagnostic.code)),
        ("message", .string(diagnostic.message)),
    ])
    if let mark = diagnostic.mark { add(mark, to: &object) }
    if diagnostic.length != 1 { object["length"] = .number(JSONNumber(diagnostic.length)) }
    object["excerpt"] = diagnostic.excerpt.map(JSONValue.string)
    object["hint"] = diagnostic.hint.map(JSONValue.string)
    object["address"] = diagnostic.address.map(JSONValue.string)
    if !diagnostic.related.isEmpty {
        object["related"] = .array(
            diagnostic.related.map { place in
                var object = JSONObject([("message", .string(place.message))])
                add(place.mark, to: &object)
                return .object(object)
            })
    }
    return .object(object)
}

/// Adds a place as `file`, `line` and `column`.
func add(_ mark: SourceMark, to object: inout JSONObject) {
    object["file"] = .string(mark.file)
    object["line"] = .number(JSONNumber(mark.line))
    object["column"] = .number(JSONNumber(mark.column))
}
