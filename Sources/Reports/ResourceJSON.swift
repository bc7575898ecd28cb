internal import Diagnostics
internal import JSON
internal import Resources

/// A declared resource as a saved plan holds it.
///
/// `spec` has secrets by their reference. `places` tells where each of its values was written, in the order of the document:
/// `line:column`, with the file in front where it is not the resource's own, and empty where the place is that of the value
/// before. An apply needs them to say where a field that went wrong is declared.
func resourceJSON(_ resource: Resource) -> JSONValue {
    var object = JSONObject([("address", .string(resource.address.description))])
    object["metadata"] = metadataJSON(resource.metadata, file: resource.mark.file)
    object["spec"] = resource.spec.referenceJSON
    var places: [JSONValue] = []
    var last = resource.mark
    resource.spec.forEachValue { value in
        places.append(.string(placeText(value.mark, after: last, file: resource.mark.file)))
        last = value.mark
    }
    object["places"] = .array(places)
    add(resource.mark, to: &object)
    if resource.isAutoVersion { object["autoVersion"] = true }
    return .object(object)
}

private func placeText(_ mark: SourceMark, after last: SourceMark, file: String) -> String {
    if mark == last { return "" }
    let place = "\(mark.line):\(mark.column)"
    return mark.file == file ? place : "\(mark.file):\(place)"
}

/// Only what is not the default.
private func metadataJSON(_ metadata: Metadata, file: String) -> JSONValue {
    var object = JSONObject()
    if metadata.isExternal { object["external"] = true }
    if !metadata.labels.isEmpty {
        object["labels"] = .object(
            JSONObject(metadata.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    if !metadata.replaces.isEmpty {
        object["replaces"] = .array(metadata.replaces.map { .string($0.description) })
    }
    let lifecycle = metadata.lifecycle
    var rules = JSONObject()
    for (key, flag) in [("protect", lifecycle.protect), ("prune", lifecycle.prune), ("replace", lifecycle.replace)]
    where flag { rules[key] = true }
    if !lifecycle.ignore.isEmpty {
        rules["ignore"] = .array(
            lifecycle.ignore.map { rule in
                var object = JSONObject([("fields", .array(rule.pointers.map(JSONValue.string)))])
                object["reason"] = rule.reason.map(JSONValue.string)
                object["until"] = rule.until.map(JSONValue.string)
                add(rule.mark, to: &object)
                return .object(object)
            })
    }
    rules["drift"] = lifecycle.drift.map { .string($0.rawValue) }
    if !rules.isEmpty { object["lifecycle"] = .object(rules) }
    return .object(object)
}

extension DeclaredValue {
    /// Calls `body` with the value and all below it, each before what it holds.
    func forEachValue(_ body: (DeclaredValue) -> Void) {
        body(self)
        for element in elements ?? [] { element.forEachValue(body) }
        for member in members ?? [] { member.value.forEachValue(body) }
    }

    /// The same value with the places that `next` gives, in the order of `forEachValue`.
    func placed<E: Error>(_ next: () throws(E) -> SourceMark) throws(E) -> DeclaredValue {
        var result = self
        result.mark = try next()
        switch content {
        case .list(let elements):
            var placed: [DeclaredValue] = []
            for element in elements { placed.append(try element.placed(next)) }
            result.content = .list(placed)
        case .map(let members):
            var placed: [Member] = []
            for member in members { placed.append(Member(member.key, try member.value.placed(next))) }
            result.content = .map(placed)
        default: break
        }
        return result
    }
}
