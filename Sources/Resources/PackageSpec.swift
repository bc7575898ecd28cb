/// What a `Package` declares, read from its checked `spec`.
package struct PackageSpec: Hashable, Sendable {
    package let version: String
    package let releaseNotes: String?
    /// The published service that it goes to; nil for nowhere.
    package let publishedService: String?
    package let archive: Archive?

    package struct Archive: Hashable, Sendable {
        /// Relative to the workspace.
        package let file: String
        package let sha256: String?
    }

    /// `resource` is a package that is not external.
    package init(_ resource: Resource) {
        precondition(resource.kind == .package, "only a package has a package's fields")
        let spec = resource.spec
        version = spec["version"]?.string ?? ""
        releaseNotes = spec["releaseNotes"]?.string
        let service = resource.address.path[1]
        publishedService =
            switch spec["publish"]?.content {
            case .bool(false): nil
            case .map: spec["publish"]?["service"]?.string
            default: service
            }
        archive = spec["archive"].flatMap { archive in
            archive["file"]?.string.map { Archive(file: $0, sha256: archive["sha256"]?.string) }
        }
    }
}
