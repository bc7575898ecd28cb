import Foundation
import JSON
import Reports
import Resources
import TestSupport
import Testing

@Suite struct SchemaTests {
    static let top = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func `the committed schemas are those of the code`() {
        var schemas: [(String, JSONValue)] = Kind.allCases.map { ($0.rawValue, schemaJSON(for: $0)) }
        schemas += [
            ("workspace", workspaceSchemaJSON), ("watch", watchSchemaJSON), ("manifest", manifestSchemaJSON),
            ("overlay", overlaySchemaJSON),
            ("plan", planSchemaJSON), ("run", runSchemaJSON), ("status", statusSchemaJSON),
            ("drift", driftSchemaJSON), ("history", historySchemaJSON), ("lock", lockSchemaJSON),
            ("watch-status", watchStatusSchemaJSON), ("watch-environment", watchEnvironmentSchemaJSON),
            ("watch-timeline", watchTimelineSchemaJSON),
        ]
        let folder = Self.top.appending(path: "schemas")
        for (name, schema) in schemas {
            assertFile(schema.text(.pretty) + "\n", folder.appending(path: "\(name).json").path)
        }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        #expect(files.sorted() == schemas.map { $0.0 + ".json" }.sorted())
    }

    @Test func `each field of each kind is in its schema, with its text`() {
        for kind in Kind.allCases {
            let properties = schemaJSON(for: kind)["properties"]?["spec"]?["properties"]
            for field in KindDefinition.of(kind).fields {
                let isDescribed = properties?[field.name]?["description"]?.string?.hasPrefix(field.text) == true
                #expect(isDescribed, "\(kind.rawValue).\(field.name)")
            }
            #expect(properties?.object?.count == KindDefinition.of(kind).fields.count)
        }
    }
}
