internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

/// Replaces `version: auto` by the id that it stands for.
///
/// A package's is `a` and 12 hexadecimal digits of the SHA-256 of the service's canonical definition: its settings,
/// its endpoints by id (the contents of files are in them), secrets by their reference, and the package's `revision`.
/// Twelve digits tell 2^48 definitions apart, far more than a service has versions. A deployment's is the version of
/// the only declared package that publishes to its service.
///
/// An environment without a design node makes no packages: there, the id is that of the environment which its versions
/// come from, whatever its own variables and overlays would make of the definition.
struct AutoVersions {
    private let resources: [Resource]
    /// The drafts of the resources, each at the place of its own.
    private let drafts: [Draft]
    private var services: [Address: Int] = [:]
    /// The endpoints of each service.
    private var endpoints: [Address: [Int]] = [:]
    /// The packages that go to each published service.
    private var packages: [String: [Int]] = [:]
    /// Whether all packages could be read.
    private let canCheck: Bool
    /// The versions of packages that another environment makes for this one.
    private let made: [Address: String]
    var reader = FieldReader()

    private static let auto = "auto"
    private static let digits = 12

    init(_ resources: [Resource], drafts: [Draft], canCheck: Bool, made: [Address: String] = [:]) {
        self.made = made
        self.resources = resources
        self.drafts = drafts
        self.canCheck = canCheck
        // Most workspaces name their versions: then there is nothing to look up.
        guard resources.contains(where: AutoVersions.isAuto) else { return }
        for (index, resource) in resources.enumerated() {
            switch resource.kind {
            case .apiService: services[resource.address] = index
            case .endpoint: if let service = resource.address.service { endpoints[service, default: []].append(index) }
            case .package:
                guard !resource.isExternal, let service = resource.publishedService else { continue }
                packages[service, default: []].append(index)
            default: break
            }
        }
    }

    mutating func resolved() -> [Resource] {
        var result = resources
        for (index, package) in resources.enumerated() where package.kind == .package && AutoVersions.isAuto(package) {
            if let version = version(of: package, drafts[index]) { result[index] = package.with(version: version) }
        }
        for (index, deployment) in resources.enumerated()
        where deployment.kind == .deployment && AutoVersions.isAuto(deployment) {
            guard let package = package(for: deployment, drafts[index]),
                let version = result[package].spec["version"]?.string
            else { continue }
            result[index] = deployment.with(version: version)
        }
        return result
    }

    static func isAuto(_ resource: Resource) -> Bool {
        [.package, .deployment].contains(resource.kind) && resource.spec["version"]?.string == auto
    }

    private mutating func version(of package: Resource, _ draft: Draft) -> String? {
        guard package.spec["archive"] == nil, let address = package.address.service else { return nil }
        if let version = made[package.address] { return version }
        // That a service is not declared at all has been told.
        guard let index = services[address] else { return nil }
        let service = resources[index]
        if service.isExternal {
            if let place = draft.spec?["version"] {
                reader.error(
                    place, "auto-without-service", "'auto' needs the definition of '\(address)', which is external",
                    hint: "Name a version, or declare the service.")
            }
            return nil
        }
        let own = (endpoints[address] ?? []).map { resources[$0] }.sorted { $0.address < $1.address }
        var definition: JSONObject = [
            "service": service.canonicalSpec,
            "endpoints": .object(JSONObject(own.map { ($0.address.name, $0.canonicalSpec) })),
        ]
        if let revision = package.spec["revision"]?.string { definition["revision"] = .string(revision) }
        let digest = sha256(JSONValue.object(definition).canonicalBytes)
        return "a" + digest.prefix(AutoVersions.digits)
    }

    /// The package that a deployment follows.
    private mutating func package(for deployment: Resource, _ draft: Draft) -> Int? {
        guard let service = deployment.spec["publishedServiceId"]?.string else { return nil }
        let candidates = packages[service] ?? []
        if candidates.count == 1 { return candidates[0] }
        guard canCheck, let place = draft.spec?["version"] else { return nil }
        if candidates.isEmpty {
            reader.error(
                place, "auto-without-package",
                "no declared package publishes to '\(service)', so 'auto' stands for nothing",
                hint: "Name a version, or declare the Package.")
        } else {
            let names = candidates.map { "'\(resources[$0].address)'" }.sorted().joined(separator: ", ")
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
