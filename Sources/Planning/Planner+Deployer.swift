internal import DSS
internal import Diagnostics
internal import JSON
internal import Resources

/// The API Deployer's services and infrastructures.
extension Planner {
    mutating func addPublishedService(_ resource: Resource) {
        let id = resource.address.name
        let document = live.documents[resource.address]
        let fields = differences(resource, with: document, creating: document == nil)
        let save = Step(.savePublishedService, Call.saveServiceSettings(id, [:]).line, on: .deployer)
        if document == nil {
            let create = Step(.createPublishedService, Call.createService(id).line, on: .deployer, subject: id)
            append(
                Change(
                    resource, .create, fields: fields, cause: creationCause(resource),
                    steps: fields.isEmpty ? [create] : [create, save], notes: secretNotes(resource)))
        } else if fields.isEmpty {
            keep(resource)
        } else {
            append(
                Change(
                    resource, .update, fields: fields, cause: cause(resource, fields), steps: [save],
                    notes: secretNotes(resource)))
        }
    }

    mutating func addInfra(_ resource: Resource) {
        let id = resource.address.name
        let document = live.documents[resource.address]
        let fields = differences(resource, with: document, creating: document == nil)
        let save = Step(.saveInfra, Call.saveInfraSettings(id, [:]).line, on: .deployer)
        let create = Step(
            .createInfra, Call.createInfra(id, stage: "", type: "").line, on: .deployer)
        let isNew = document == nil || fields.contains(where: \.isImmutable)
        if isNew, resource.spec["stage"] == nil {
            plan.diagnostics.append(
                Diagnostic(
                    .error, "stage-missing", "'\(resource.address)' is to be made, and its manifest names no stage",
                    at: resource.spec.mark, hint: "Add 'stage' to its spec: DSS makes no infrastructure without.",
                    address: resource.address.description))
            return
        }
        if document == nil {
            append(
                Change(
                    resource, .create, fields: fields, cause: creationCause(resource), steps: [create, save],
                    notes: secretNotes(resource)))
        } else if fields.isEmpty {
            keep(resource)
        } else if fields.contains(where: \.isImmutable) {
            let delete = Step(.deleteInfra, Call.deleteInfra(id).line, on: .deployer)
            replace(resource, fields, steps: [delete, create, save])
        } else {
            append(
                Change(
                    resource, .update, fields: fields, cause: cause(resource, fields), steps: [save],
                    notes: secretNotes(resource)))
        }
    }

    /// An immutable field changed: only a new object can hold it, and that must be allowed.
    mutating func replace(_ resource: Resource, _ fields: [FieldChange], steps: [Step]) {
        let lifecycle = resource.metadata.lifecycle
        let names = fields.filter(\.isImmutable).map { "'\($0.path)'" }.joined(separator: ", ")
        if lifecycle.protect || !lifecycle.replace {
            plan.refusals.append(
                Diagnostic(
                    .error, lifecycle.protect ? "protected" : "replace-not-allowed",
                    "\(names) of '\(resource.address)' can't be changed in place",
                    at: fields.first(where: \.isImmutable)?.mark ?? resource.mark,
                    hint: lifecycle.protect
                        ? "metadata.lifecycle.protect is set: it is never replaced."
                        : "Set metadata.lifecycle.replace: true to delete it and make it anew, or change the field back."
                ))
        }
        append(
            Change(
                resource, .replace, fields: fields, cause: cause(resource, fields), steps: steps,
                notes: secretNotes(resource) + ["\(names) can't be changed in place: it is deleted and made anew"]))
    }

    /// Live objects beside the declared ones that no manifest names: they stay as they are.
    mutating func listUnmanaged() {
        var found: Set<Address> = []
        for (address, document) in live.documents where address.kind == .apiService && desired[address] != nil {
            for endpoint in document["endpoints"]?.array ?? [] {
                guard let id = endpoint["id"]?.string, !id.isEmpty else { continue }
                found.insert(Address(.endpoint, address.path[0], address.path[1], id))
            }
        }
        plan.unmanaged = found.filter { desired[$0] == nil && state[$0] == nil }.sorted()
    }
}
