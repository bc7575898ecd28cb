internal import Files
internal import JSON
internal import Reports
internal import Resources

/// The JSON Schemas of all that Mooring reads and writes, by name.
enum SchemaFiles {
    /// What each document is told by; kinds first.
    static let names =
        Kind.allCases.map(\.rawValue) + [
            "manifest", "overlay", "workspace", "watch", "plan", "run", "status", "drift", "history", "lock",
            "watch-status", "watch-environment", "watch-timeline",
        ]

    /// Letter case does not count; nil for a name that is none.
    static func schema(_ name: String) -> JSONValue? {
        let lowered = name.lowercased()
        if let kind = Kind.allCases.first(where: { $0.rawValue.lowercased() == lowered }) {
            return schemaJSON(for: kind)
        }
        return switch lowered {
        case "manifest": manifestSchemaJSON
        case "overlay": overlaySchemaJSON
        case "workspace": workspaceSchemaJSON
        case "watch": watchSchemaJSON
        case "plan": planSchemaJSON
        case "run": runSchemaJSON
        case "status": statusSchemaJSON
        case "drift": driftSchemaJSON
        case "history": historySchemaJSON
        case "lock": lockSchemaJSON
        case "watch-status": watchStatusSchemaJSON
        case "watch-environment": watchEnvironmentSchemaJSON
        case "watch-timeline": watchTimelineSchemaJSON
        default: nil
        }
    }

    /// Writes all of them into a folder, for editors.
    static func write(to folder: String) throws(FileError) {
        try makeFolder(folder)
        for name in names {
            guard let schema = schema(name) else { preconditionFailure("each name has a schema") }
            try writeFile("\(folder)/\(name).json", schema.bytes(.pretty) + [UInt8(ascii: "\n")])
        }
    }
}
