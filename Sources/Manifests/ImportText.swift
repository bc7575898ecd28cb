internal import Files
internal import JSON
internal import Resources
internal import YAML

/// Writes imported documents as a person would lay them out.
struct ImportText {
    let environments: [String]
    let schemaPath: String?
    let path: String

    /// Characters up to which a list of words or a small map stands on one line.
    private static let longestLine = 80

    /// The file's text; nil when it would not read back as it should.
    func text(_ documents: [ImportedDocument]) -> String? {
        let values = documents.map(json)
        var text = ""
        if let schemaPath {
            let up = String(repeating: "../", count: path.utf8.count { $0 == UInt8(ascii: "/") })
            text += "# yaml-language-server: $schema=\(up)\(schemaPath)\n"
        }
        text += values.map { writeYAML($0, isFlow: ImportText.isFlow) }.joined(separator: "---\n")
        let bytes = Array(text.utf8)
        let (nodes, problems) = readYAML(bytes, file: path)
        guard problems.isEmpty, bytes.count <= TreeLimits.fileBytes,
            nodes.map({ $0.json().text() }) == values.map({ $0.text() })
        else { return nil }
        return text
    }

    private func json(_ document: ImportedDocument) -> JSONValue {
        var metadata = document.metadata
        if !environments.isEmpty { metadata["environments"] = .array(environments.map(JSONValue.string)) }
        if document.isExternal { metadata["external"] = true }
        var result: JSONObject = [
            "apiVersion": .string(apiVersion), "kind": .string(document.address.kind.rawValue),
            "metadata": .object(metadata),
        ]
        if !document.isExternal, !document.spec.isEmpty { result["spec"] = .object(document.spec) }
        return .object(result)
    }

    /// References to secrets and short lists of words stand on one line.
    private static func isFlow(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let elements):
            guard elements.allSatisfy({ $0.array == nil && $0.object == nil }) else { return false }
            return fits(value)
        case .object(let object):
            guard object.count == 1, let member = object.first else { return false }
            return member.key == "env" && member.value.string != nil && fits(value)
                || member.key == "secret" && member.value.object != nil && isFlow(member.value)
        default: return false
        }
    }

    private static func fits(_ value: JSONValue) -> Bool {
        let text = writeFlowYAML(value)
        return text.utf8.count <= longestLine && !text.contains("\\n")
    }

    /// What a document declares, with what stands inside of it.
    static func addresses(of document: ImportedDocument) -> [Address] {
        guard document.address.kind == .apiService else { return [document.address] }
        let path = document.address.path
        let endpoints = (document.spec["endpoints"]?.array ?? []).compactMap { $0["id"]?.string }
        return [document.address] + endpoints.map { Address(.endpoint, path: path + [$0]) }
            + (document.spec["package"] == nil ? [] : [Address(.package, path: path)])
    }
}
