import JSON
import TestSupport

/// The manifests of a story, and how they change.
struct SoakModel {
    /// The documents by a name of their own, as `Deployment/service-0-on-infra-1`.
    private(set) var documents: [String: JSONValue] = [:]
    /// What was taken out, and may come back.
    private var dropped: [String: JSONValue] = [:]
    private var bumps = 0
    /// What keeps its name.
    private var fixed: Set<String> = []
    private var areSplit = false

    init(seed: UInt64) {
        var generator = WorkspaceGenerator(seed: seed)
        for text in generator.files()["all.yaml", default: ""].split(separator: "\n---\n") {
            guard let document = try? JSONValue(parsing: Array(text.utf8)) else { continue }
            documents[SoakModel.name(document)] = document
        }
    }

    private static func name(_ document: JSONValue) -> String {
        let metadata = document["metadata"]
        let names = ["project", "service", "name"].compactMap { metadata?[$0]?.string }
        return ([document["kind"]?.string ?? ""] + names).joined(separator: "/")
    }

    /// The workspace's files: all in one, or one each.
    var files: [String: String] {
        let sorted = documents.sorted { $0.key < $1.key }
        guard areSplit else {
            return ["all.yaml": sorted.map { $0.value.text() }.joined(separator: "\n---\n") + "\n"]
        }
        return Dictionary(
            sorted.enumerated().map { ("parts/part-\($0.offset).yaml", $0.element.value.text() + "\n") },
            uniquingKeysWith: { first, _ in first })
    }

    func names(of kind: String) -> [String] { documents.keys.filter { $0.hasPrefix(kind + "/") }.sorted() }

    private func chosen(_ kind: String, _ number: Int) -> String? {
        let names = names(of: kind)
        return names.isEmpty ? nil : names[number % names.count]
    }

    private mutating func edit(_ name: String?, _ change: (inout JSONObject) -> Void) {
        guard let name, case .object(var document)? = documents[name], case .object(var spec)? = document["spec"] else {
            return
        }
        change(&spec)
        document["spec"] = .object(spec)
        documents[name] = .object(document)
    }

    mutating func apply(_ move: SoakStory.Move) {
        let number = move.number
        switch move.kind {
        case .bump: bump(number)
        case .retag:
            edit(chosen("APIService", number)) { $0["tags"] = [.string("tag-\(number % 5)"), "b"] }
        case .editCode: editCode(number)
        case .editInfra:
            edit(chosen("Infra", number)) { spec in
                spec["governCheckPolicy"] = .string(["NO_CHECK", "WARN", "PREVENT"][number % 3])
            }
        case .toggle:
            edit(chosen("Deployment", number)) { $0["enabled"] = .bool(number.isMultiple(of: 2)) }
        case .dropDeployment: drop(chosen("Deployment", number))
        case .dropEndpoint: dropEndpoint(number)
        case .dropService: dropService(number)
        case .bringBack:
            documents.merge(dropped) { present, _ in present }
            dropped = [:]
            // What was away meanwhile may name a version that was never made.
            for service in names(of: "APIService").compactMap({ documents[$0]?["metadata"]?["name"]?.string }) {
                if let version = version(of: service), version != "auto" { map(service, to: version) }
            }
        case .moveFiles: areSplit.toggle()
        case .rename: rename(number)
        case .protect:
            guard let name = chosen("Deployment", number) else { return }
            fixed.insert(name)
            set("protect", .bool(number.isMultiple(of: 2)), in: name)
        case .prune:
            let name = chosen(number.isMultiple(of: 3) ? "Endpoint" : "Package", number)
            if let name { set("prune", .bool(!number.isMultiple(of: 4)), in: name) }
        default: break
        }
    }

    private mutating func set(_ key: String, _ value: JSONValue, in name: String) {
        guard case .object(var document)? = documents[name], case .object(var metadata)? = document["metadata"] else {
            return
        }
        var lifecycle = metadata["lifecycle"]?.object ?? JSONObject()
        lifecycle[key] = value
        metadata["lifecycle"] = .object(lifecycle)
        document["metadata"] = .object(metadata)
        documents[name] = .object(document)
    }

    /// What was protected once keeps its name: until the protection's end is applied, its old name may not go.
    private mutating func rename(_ number: Int) {
        guard let name = chosen("Deployment", number), !fixed.contains(name),
            case .object(var document)? = documents.removeValue(forKey: name),
            case .object(var metadata)? = document["metadata"]
        else { return }
        metadata["replaces"] = [.string(name)]
        metadata["name"] = .string("renamed-\(number)")
        document["metadata"] = .object(metadata)
        documents[SoakModel.name(.object(document))] = .object(document)
    }

    private mutating func drop(_ name: String?) {
        guard let name, let document = documents.removeValue(forKey: name) else { return }
        dropped[name] = document
    }

    /// A new version of a service's package, and its deployments follow.
    private mutating func bump(_ number: Int) {
        guard let name = chosen("APIService", number), let service = documents[name]?["metadata"]?["name"]?.string
        else { return }
        bumps += 1
        let isSeparate = documents["Package/P/\(service)"] != nil
        let old = version(of: service)
        guard old != "auto" else {
            editCode(number)
            return
        }
        let version = "v\(bumps)-\(number % 100)"
        if isSeparate {
            edit("Package/P/\(service)") { $0["version"] = .string(version) }
        } else {
            edit(name) { spec in
                guard case .object(var package)? = spec["package"] else { return }
                package["version"] = .string(version)
                spec["package"] = .object(package)
            }
        }
        map(service, to: version)
    }

    /// The version that a service's package declares.
    private func version(of service: String) -> String? {
        let package =
            documents["Package/P/\(service)"]?["spec"] ?? documents["APIService/P/\(service)"]?["spec"]?["package"]
        return package?["version"]?.string
    }

    private mutating func map(_ service: String, to version: String) {
        for deployment in names(of: "Deployment")
        where documents[deployment]?["spec"]?["publishedServiceId"]?.string == service {
            edit(deployment) { spec in
                spec["generations"] = nil
                spec["version"] = .string(version)
            }
        }
    }

    private mutating func editCode(_ number: Int) {
        let code = JSONValue.string("def f(x):\n    return \(number)\n")
        if let name = chosen("Endpoint", number) {
            edit(name) { if $0["type"] == "PY_FUNCTION" { $0["code"] = code } }
            return
        }
        edit(chosen("APIService", number)) { spec in
            spec["endpoints"] = .array(
                (spec["endpoints"]?.array ?? []).map { endpoint in
                    guard case .object(var endpoint) = endpoint, endpoint["type"] == "PY_FUNCTION" else {
                        return endpoint
                    }
                    endpoint["code"] = code
                    return .object(endpoint)
                })
        }
    }

    private mutating func dropEndpoint(_ number: Int) {
        if let name = chosen("Endpoint", number) {
            drop(name)
            return
        }
        edit(chosen("APIService", number)) { spec in
            guard let endpoints = spec["endpoints"]?.array, endpoints.count > 1 else { return }
            spec["endpoints"] = .array(Array(endpoints.dropLast()))
        }
    }

    private mutating func dropService(_ number: Int) {
        guard let name = chosen("APIService", number), let service = documents[name]?["metadata"]?["name"]?.string
        else { return }
        let parts = documents.keys.filter { key in
            key == name || key == "Package/P/\(service)" || key == "PublishedService/\(service)"
                || key.hasPrefix("Endpoint/P/\(service)/")
                || key.hasPrefix("Deployment/") && documents[key]?["spec"]?["publishedServiceId"]?.string == service
        }
        // Something stays declared: a set of nothing is a story of its own.
        guard parts.count < documents.count else { return }
        for part in parts { drop(part) }
    }
}
