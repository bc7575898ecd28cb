internal import Diagnostics
internal import Resources
internal import YAML

/// How many names are compared with all others for "did you mean": who has more wrong has another problem.
let maximumSuggestions = 100

/// Checks that what resources refer to is declared.
struct ReferenceChecks {
    private let resources: [Resource]
    /// The drafts of the resources, each at the place of its own.
    private let drafts: [Draft]
    private let declared: Set<Address>
    /// Kinds of which a file that could not be read may declare more.
    private let unknown: Set<Kind>
    /// The published services that packages go to, and where these stand.
    private var published: [String: [Int]] = [:]
    /// Where an object is named that another takes the place of.
    private var replaced: [Address: YAMLNode] = [:]
    private var suggestions = 0
    var reader = FieldReader()

    init(_ loaded: Loaded, unknown: Set<Kind>) {
        resources = loaded.resources
        drafts = loaded.drafts
        declared = Set(loaded.resources.map(\.address))
        self.unknown = unknown
        for (index, resource) in resources.enumerated() where resource.kind == .package {
            if let service = resource.publishedService { published[service, default: []].append(index) }
        }
    }

    mutating func run() {
        for (resource, draft) in zip(resources, drafts) where !resource.isExternal {
            checkReplaced(resource, draft)
            switch resource.kind {
            case .apiService, .publishedService, .infra: break
            case .endpoint: checkService(resource, draft)
            case .package:
                if resource.spec["archive"] == nil { checkService(resource, draft) }
                checkVersion(resource, draft)
            case .deployment: checkDeployment(resource, draft)
            }
        }
    }

    /// An endpoint and a package belong to a service; an inline one always has it.
    private mutating func checkService(_ resource: Resource, _ draft: Draft) {
        guard !draft.isInline, let service = resource.address.service else { return }
        check(service, at: draft.metadata["service"] ?? draft.node)
    }

    private mutating func checkDeployment(_ resource: Resource, _ draft: Draft) {
        if let id = resource.spec["publishedServiceId"]?.string, let place = draft.spec?["publishedServiceId"],
            published[id] == nil
        {
            let published = published
            check(
                Address(.publishedService, id), at: place, also: published.keys.map { Address(.publishedService, $0) })
        }
        if let id = resource.spec["infraId"]?.string, let place = draft.spec?["infraId"] {
            check(Address(.infra, id), at: place)
        }
    }

    /// What is replaced is of the same kind, is declared no more, and has one that takes its place.
    private mutating func checkReplaced(_ resource: Resource, _ draft: Draft) {
        guard !resource.metadata.replaces.isEmpty else { return }
        for place in draft.metadata["replaces"]?.sequence ?? [] {
            guard let other = place.scalar.flatMap({ Address($0.text) }), other.version == nil else { continue }
            if other == resource.address {
                reader.error(place, "bad-replacement", "'\(other)' cannot take its own place")
            } else if other.kind != resource.kind {
                reader.error(
                    place, "bad-replacement", "'\(resource.address)' cannot take the place of '\(other)'",
                    hint: "An object takes the place of one of the same kind.")
            } else if let index = resources.firstIndex(where: { $0.address == other }) {
                reader.error(
                    place, "bad-replacement", "'\(other)' is still declared",
                    hint: "What another takes the place of is deleted: remove its document, or this line.",
                    related: [Diagnostic.Related(drafts[index].place.mark, "declared here")])
            } else if let first = replaced[other] {
                reader.error(
                    place, "bad-replacement", "two objects take the place of '\(other)'",
                    related: [Diagnostic.Related(first.mark, "first")])
            } else {
                replaced[other] = place
            }
        }
    }

    private mutating func check(_ address: Address, at place: YAMLNode, also others: @autoclosure () -> [Address] = [])
    {
        guard !declared.contains(address), !unknown.contains(address.kind) else { return }
        if address.kind == .publishedService, unknown.contains(.package) { return }
        // A variable that is not there has been told.
        if address.path.contains(where: { $0.contains("${var.") }) { return }
        suggestions += 1
        let known = suggestions > maximumSuggestions ? [] : declared.filter { $0.kind == address.kind } + others()
        let close = closest(to: address, among: known)
        let existing =
            address.kind == .publishedService
            ? "Declare it, or a Package that publishes to it; or, if it exists already, declare it with 'external: true'."
            : "Declare it; or, if it exists already, declare it with 'external: true'."
        reader.error(
            place, "unknown-reference", "there is no '\(address)'",
            hint: close.map { "Did you mean '\($0)'?" } ?? existing)
    }

    /// Two packages may publish to one service, but not one version twice: the second would not be the first.
    private mutating func checkVersion(_ resource: Resource, _ draft: Draft) {
        guard let service = resource.publishedService, let version = resource.spec["version"]?.string,
            version != "auto"
        else { return }
        let twin = published[service]?.first {
            resources[$0].address < resource.address && resources[$0].spec["version"]?.string == version
        }
        guard let twin, let place = draft.spec?["version"] else { return }
        let other = drafts[twin]
        reader.error(
            place, "duplicate-version", "'\(other.address)' publishes version '\(version)' to '\(service)' too",
            related: [Diagnostic.Related(other.spec?["version"]?.mark ?? other.node.mark, "first")])
    }
}

extension Resource {
    /// The published service that a package goes to; of an external one, that of its service's id.
    var publishedService: String? {
        guard kind == .package else { return nil }
        return isExternal ? address.path[1] : PackageSpec(self).publishedService
    }
}
