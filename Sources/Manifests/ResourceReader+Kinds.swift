internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

extension ResourceReader {
    mutating func checkService(_ spec: YAMLNode) {
        guard let method = spec["authMethod"], method.scalar?.text == "API_KEYS" else { return }
        if spec["authRealm"]?["queryKeys"]?.sequence?.isEmpty ?? true {
            fields.warning(
                method, "no-query-keys", "no key may query the service",
                hint: "Name the keys under authRealm.queryKeys, or make them in DSS.")
        }
    }

    /// Fields of an endpoint that mean something for some types only.
    static let endpointFieldTypes: [(field: String, types: [String])] = [
        ("modelRef", modelEndpointTypes), ("computePropensity", ["STD_CAUSAL_PREDICTION"]),
        ("userFunctionName", codeEndpointTypes), ("code", codeEndpointTypes),
    ]

    mutating func checkEndpoint(_ spec: YAMLNode) {
        guard let type = spec["type"]?.scalar?.text, let place = spec["type"] else { return }
        if modelEndpointTypes.contains(type), spec["modelRef"] == nil {
            fields.error(
                place, "missing-field", "an endpoint of the type '\(type)' lacks 'modelRef'",
                hint: "'modelRef' is the id of the saved model that the endpoint scores.")
        }
        guard KindDefinition.of(.endpoint).field("type")?.type.allows(type) == true else { return }
        for (field, types) in ResourceReader.endpointFieldTypes where !types.contains(type) {
            guard let member = spec.mapping?.first(where: { $0.name == field }) else { continue }
            fields.warning(
                member.key, "unused-field", "'\(field)' means nothing for the type '\(type)'",
                hint: "It is for \(types.joined(separator: ", ")).")
        }
    }

    mutating func checkPackage(_ spec: YAMLNode, _ declared: DeclaredValue) {
        let isAuto = declared["version"]?.string == "auto"
        if let archive = spec["archive"] {
            checkArchive(archive, declared)
            if isAuto, let place = spec["version"] {
                fields.error(
                    place, "auto-with-archive", "the version of an archive cannot be 'auto'",
                    hint: "'auto' is derived from the declared service; an archive has a version of its own.")
            }
            if declared["publish"]?.bool == false, let place = spec["publish"] {
                fields.error(place, "archive-not-published", "an archive that is not published goes nowhere")
            }
        }
        if !isAuto, let member = spec.mapping?.first(where: { $0.name == "revision" }) {
            fields.warning(
                member.key, "unused-field", "'revision' means nothing without 'version: auto'")
        }
    }

    private mutating func checkArchive(_ archive: YAMLNode, _ declared: DeclaredValue) {
        if let file = declared["archive"]?["file"]?.string, let place = archive["file"] { checkExists(file, place) }
        if let digest = declared["archive"]?["sha256"]?.string, let place = archive["sha256"],
            digest.utf8.count != 64 || !digest.allSatisfy({ $0.isASCII && $0.isHexDigit })
        {
            fields.error(place, "bad-digest", "'sha256' must be 64 hexadecimal digits")
        }
    }

    private mutating func checkExists(_ file: String, _ place: YAMLNode) {
        do throws(FileError) {
            switch try fields.tree?.entry(at: file) {
            case .file?: break
            case .folder?: throw FileError.notAFile(file)
            case nil: throw FileError.missing(file)
            }
        } catch {
            fields.tell(error, at: place)
        }
    }

    mutating func checkInfra(_ draft: Draft, _ spec: YAMLNode) {
        let type = spec["type"] ?? spec["raw"]?["type"]
        guard let type else {
            fields.error(
                draft.isInline ? draft.node : spec, "missing-field", "'spec' lacks 'type'",
                hint: "'type' is one of STATIC, K8S and so on; others are named by 'raw.type'.")
            return
        }
        if let text = type.scalar?.text, text != "STATIC",
            let nodes = spec.mapping?.first(where: { $0.name == "apiNodes" })
        {
            fields.error(
                nodes.key, "nodes-not-static", "an infrastructure of the type '\(text)' has no API nodes",
                hint: "Only STATIC has: the others make their own.")
        }
    }

    mutating func checkDeployment(_ spec: YAMLNode, _ declared: DeclaredValue) {
        if spec["version"] != nil, let member = spec.mapping?.first(where: { $0.name == "generations" }) {
            fields.error(
                member.key, "version-and-generations", "a deployment has 'version' or 'generations', not both",
                hint: "'generations' names several versions by weight.")
        }
        checkGenerations(spec, declared)
        if let health = spec["rollout"]?["health"], health.sequence?.isEmpty == true {
            fields.error(health, "no-health", "'health' is empty: no roll-out could succeed", hint: "Write [HEALTHY].")
        }
        if let until = spec["rollout"]?["ignoreWarnings"]?["until"] { checkExpiry(until, "'ignoreWarnings'") }
    }

    /// How far the sum of probabilities may be from 1: sums of decimals in binary are not exact.
    private static let tolerance = 1e-9

    private mutating func checkGenerations(_ spec: YAMLNode, _ declared: DeclaredValue) {
        guard let node = spec["generations"], let elements = node.sequence else { return }
        if elements.isEmpty {
            fields.error(
                node, "bad-generations", "'generations' is empty", hint: "To deploy one version, write 'version'.")
            return
        }
        var isWhole = true
        var sum = 0.0
        for element in elements {
            if let version = element["generation"], version.scalar?.text == "auto" {
                fields.error(
                    version, "auto-in-generations", "'auto' stands for a version under 'version' only",
                    hint: "Name the versions that share the queries.")
            }
            guard let share = element["proba"], let number = share.scalar?.value.number?.double else {
                isWhole = false
                continue
            }
            if !(0...1).contains(number) {
                fields.error(share, "out-of-range", "'proba' must be from 0 to 1, not \(share.scalar?.text ?? "")")
                isWhole = false
            }
            sum += number
        }
        if isWhole, abs(sum - 1) > ResourceReader.tolerance {
            fields.error(
                node, "bad-generations", "the probabilities add up to \(ResourceReader.text(sum)), not to 1")
        }
    }

    /// A sum as a person would write it, without the last digits that binary fractions leave.
    private static func text(_ sum: Double) -> String { JSONNumber((sum * 1e9).rounded() / 1e9).text }
}

extension FieldType {
    /// Whether an enumeration has a value.
    func allows(_ value: String) -> Bool {
        if case .enumeration(let values) = self { values.contains(value) } else { true }
    }
}
