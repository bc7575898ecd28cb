internal import Diagnostics
internal import Files
internal import JSON

/// What all reports in the Static Analysis Results Interchange Format, version 2.1.0, are made of.
enum SARIF {
    /// A document with one run of ours; `id` tells one kind of analysis from another.
    static func document(
        id: String, version: String, rules: [JSONValue], invocation: JSONObject, results: [JSONValue],
        properties: JSONObject? = nil
    ) -> JSONValue {
        var run: JSONObject = [
            "tool": ["driver": ["name": "Mooring", "version": .string(version), "rules": .array(rules)]],
            "automationDetails": ["id": .string(printable(id))], "columnKind": "unicodeCodePoints",
            "invocations": [.object(invocation)], "results": .array(results),
        ]
        run["properties"] = properties.map(JSONValue.object)
        return [
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0", "runs": [.object(run)],
        ]
    }

    static func location(_ mark: SourceMark) -> JSONObject {
        [
            "physicalLocation": [
                "artifactLocation": ["uri": .string(uriReference(mark.file)), "uriBaseId": "%SRCROOT%"],
                "region": [
                    "startLine": .number(JSONNumber(max(1, mark.line))),
                    "startColumn": .number(JSONNumber(max(1, mark.column))),
                ],
            ]
        ]
    }

    /// What is to be told of the analysis itself.
    static func notification(_ diagnostic: Diagnostic) -> JSONValue {
        var object: JSONObject = [
            "level": .string(diagnostic.severity.rawValue), "message": ["text": .string(printable(diagnostic.message))],
            "descriptor": ["id": .string(diagnostic.code)],
        ]
        if let mark = diagnostic.mark, !mark.file.isEmpty { object["locations"] = [.object(location(mark))] }
        return .object(object)
    }

    /// The workspace's own file, for what stands in no file: hosts show no result without a place.
    static let workspaceFile = SourceMark(file: "mooring.yaml")

    /// A relative path as a URI reference: what a URI would read otherwise is percent-encoded.
    private static func uriReference(_ path: String) -> String {
        var result = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + hexadecimal([byte]).uppercased()
            }
        }
        return result
    }
}
