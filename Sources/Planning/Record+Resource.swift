internal import Diagnostics
internal import Resources

extension Record {
    /// The resource as it was last applied, every part of it at the record's place.
    ///
    /// A version of a package names that version; one of which nothing was applied yet is made and not published.
    func lastApplied(at fallback: SourceMark) -> Resource {
        let place = mark ?? fallback
        var metadata = Metadata()
        metadata.lifecycle.protect = protect
        metadata.lifecycle.prune = prune
        var spec = applied.value(at: place)
        if let version = address.version {
            if applied.isNone { spec["publish"] = DeclaredValue(.bool(false), at: place) }
            spec["version"] = DeclaredValue(.string(version), at: place)
        }
        return Resource(address: address, metadata: metadata, spec: spec, mark: place)
    }

    /// Whether its object lies on the design node, and the environment has none: another environment looks after it.
    func isOutOfReach(in environment: Environment) -> Bool {
        guard environment.designer == nil, address.kind.isDesignSide else { return false }
        return address.kind != .package || PackageSpec(lastApplied(at: environment.mark)).archive == nil
    }
}
