internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

/// Replaces `version: auto` by the id that it stands for.
///
/// A package's is `a` and 12 hexadecimal digits of the SHA-256 of the service's canonical definition: its settings, its
/// endpoints by id (the contents of files are in them), secrets by their reference, and the package's `revision`. Twelve digits tell
/// 2^48 definitions apart, far more than a service has versions. A deployment's is the version of the only declared package that
/// publishes to its service.
struct AutoVersions {
    private let resources: [Resource]
    private let drafts: [Address: Draft]
    private let byAddress: [Address: Resource]
    private let endpoints: [Address: [Resource]]
    /// Whether all packages could be read.
    private let canCheck: Bool
    var reader = FieldReader()

    private static let auto = "auto"
    private static let digits = 12

    init(_ resources: [Resource], drafts: [Address: Draft], canCheck: Bool) {
        self.resources = resources
        self.drafts = drafts
        self.canCheck = canCheck
        byAddress = Dictionary(resources.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        endpoints = Dictionary(
            grouping: resources.filter { $0.kind == .endpoint && $0.address.service != nil },
            by: { $0.address.service ?? $0.address })
    }

    mutating func resolved() -> [Resource] {
        var versions: [Address: String] = [:]
        for package in resources where package.kind == .package && isAuto(package) {
            if let version = version(of: package) { versions[package.address] = version }
        }
        let packages = Dictionary(
            grouping: resources.filter { $0.kind == .package && !$0.isExternal && $0.publishedService != nil },
            by: { $0.publishedService ?? "" })
        return resources.map { resource in
            guard isAuto(resource) else { return resource }
            if resource.kind == .package {
                return versions[resource.address].map { resource.with(version: $0) } ?? resource
            }
            guard let package = package(for: resource, packages) else { return resource }
            let version = versions[package.address] ?? package.spec["version"]?.string
            return version.map { resource.with(version: $0) } ?? resource
        }
    }

    private func isAuto(_ resource: Resource) -> Bool {
        [.package, .deployment].contains(resource.kind) && resource.spec["version"]?.string == AutoVersions.auto
    }

    private mutating func version(of package: Resource) -> String? {
        guard package.spec["archive"] == nil, let address = package.address.service else { return nil }
        guard let service = byAddress[address], !service.isExternal else {
            // That a service is not declared at all has been told.
            if byAddress[address] != nil, let place = drafts[package.address]?.spec?["version"] {
                reader.error(
                    place, "auto-without-service", "'auto' needs the definition of '\(address)', which is external",
                    hint: "Name a version, or declare the service.")
            }
            return nil
        }
        let own = (endpoints[address] ?? []).sorted { $0.address < $1.address }
        var definition: JSONObject = [
            "service": service.spec.referenceJSON,
            "endpoints": .object(JSONObject(own.map { ($0.address.name, $0.spec.referenceJSON) })),
        ]
        if let revision = package.spec["revision"]?.string { definition["revision"] = .string(revision) }
        let digest = sha256(JSONValue.object(definition).canonical.bytes())
        return "a" + digest.prefix(AutoVersions.digits)
    }

    /// The package that a deployment follows.
    private mutating func package(for deployment: Resource, _ packages: [String: [Resource]]) -> Resource? {
        guard let service = deployment.spec["publishedServiceId"]?.string else { return nil }
        let candidates = packages[service] ?? []
        if candidates.count == 1 { return candidates[0] }
        guard canCheck, let place = drafts[deployment.address]?.spec?["version"] else { return nil }
        if candidates.isEmpty {
            reader.error(
                place, "auto-without-package",
                "no declared package publishes to '\(service)', so 'auto' stands for nothing",
                hint: "Name a version, or declare the Package.")
        } else {
            let names = candidates.map { "'\($0.address)'" }.sorted().joined(separator: ", ")
            reader.error(
                place, "ambiguous-auto", "several packages publish to '\(service)': \(names)",
                hint: "Name the version that this deployment runs.")
        }
        return nil
    }
}

extension Resource {
    fileprivate func with(version: String) -> Resource {
        var spec = spec
        let mark = spec["version"]?.mark ?? mark
        spec["version"] = DeclaredValue(DeclaredValue.Content.string(version), at: mark)
        return Resource(address: address, metadata: metadata, spec: spec, mark: self.mark, isAutoVersion: true)
    }
}
