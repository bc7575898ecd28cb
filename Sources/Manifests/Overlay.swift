internal import Diagnostics
internal import Resources
internal import YAML

/// The drafts of one environment, over which overlays are merged.
struct DraftSet {
    /// Nil where an overlay took one away.
    private var slots: [Draft?] = []
    private var index: [Address: Int] = [:]
    /// Where the inline resources of a service stand.
    private var inline: [Address: [Int]] = [:]
    private var suggestions = 0
    var reader = FieldReader()

    var drafts: [Draft] { slots.compactMap(\.self) }

    subscript(address: Address) -> Draft? { index[address].flatMap { slots[$0] } }

    /// Adds a draft; a second one of one address is an error.
    mutating func add(_ draft: Draft) {
        guard let first = self[draft.address] else {
            index[draft.address] = slots.count
            if draft.isInline, let service = draft.address.service { inline[service, default: []].append(slots.count) }
            slots.append(draft)
            return
        }
        let related = [Diagnostic.Related(first.place.mark, "first")]
        if first.isInline != draft.isInline {
            reader.error(
                draft.place, "inline-and-separate",
                "'\(draft.address)' is written inside its service and as a document of its own",
                hint: "Keep one of them.", related: related)
        } else {
            reader.error(
                draft.place, "duplicate-resource", "'\(draft.address)' is declared twice",
                hint:
                    "An overlay, which changes a declared object, lies in a folder under 'overlays' of an environment.",
                related: related)
        }
    }

    /// Merges the drafts of an overlay's document, of which the first is the document itself.
    mutating func merge(_ overlays: [Draft], canCheck: Bool) {
        guard let document = overlays.first else { return }
        guard index[document.address] != nil else {
            if canCheck { unmatched(document) }
            return
        }
        for overlay in overlays {
            if let found = index[overlay.address], let base = slots[found] {
                slots[found] = merged(base, overlay)
            } else {
                add(overlay)
            }
        }
    }

    /// Removes the inline resources of a kind of a service, as its overlay says by `null` or `$replace`.
    mutating func removeInline(_ kind: Kind, of service: Address) {
        let places = inline[service] ?? []
        for place in places where slots[place]?.address.kind == kind {
            if let address = slots[place]?.address { index[address] = nil }
            slots[place] = nil
        }
        inline[service] = places.filter { slots[$0] != nil }
    }

    private func merged(_ base: Draft, _ overlay: Draft) -> Draft {
        var result = base
        let definition = KindDefinition.of(base.address.kind)
        if !overlay.isInline {
            // Names and environments say which object the overlay is for and when; they are not merged.
            let names = definition.identity.map(\.name) + ["environments"]
            var metadata = overlay.metadata
            metadata.content = .mapping((metadata.mapping ?? []).filter { !names.contains($0.name) })
            result.metadata = Merge.maps(base.metadata, metadata, MetadataDefinition.fields)
        }
        guard let spec = overlay.spec else { return result }
        guard var old = base.spec else {
            result.spec = spec
            return result
        }
        if base.address.kind == .deployment {
            // Two ways to say the same thing: the overlay's way counts.
            let displaced = spec["generations"] != nil ? "version" : spec["version"] != nil ? "generations" : nil
            if let displaced, spec[displaced] == nil {
                old.content = .mapping((old.mapping ?? []).filter { $0.name != displaced })
            }
        }
        result.spec = Merge.maps(old, spec, definition.fields)
        return result
    }

    private mutating func unmatched(_ overlay: Draft) {
        suggestions += 1
        let known = suggestions > maximumSuggestions ? [] : drafts.filter { $0.address.kind == overlay.address.kind }
        let close = closest(to: overlay.address.description, among: known.map(\.address.description))
        reader.error(
            overlay.place, "unmatched-overlay", "the overlay matches nothing: there is no '\(overlay.address)'",
            hint: close.map { "Did you mean '\($0)'?" }
                ?? "An overlay has the kind and the names of a manifest; an object of this environment alone goes under its 'manifests'."
        )
    }
}
