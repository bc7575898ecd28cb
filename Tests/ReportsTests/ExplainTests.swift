import DSS
import Foundation
import Diagnostics
import Reports
import Resources
import TestSupport
import Testing

@Suite struct ExplainTests {
    @Test(arguments: [
        "Deployment", "deployment.rollout.timeout", "Infra.spec.apiNodes.adminAPIKey", "Package.publish",
        "Deployment.infraId", "APIService.raw", "metadata", "Infra.metadata.lifecycle", "workspace",
        "workspace.environments.designer", "Watch", "Watch.spec.repositories.credentials", "dialect",
        "dialect.multiGenerationMode",
    ])
    func `explains`(name: String) {
        let (text, diagnostics) = explain(name, TextStyle(width: 90))
        #expect(diagnostics == [])
        assertSnapshot(text ?? "", "explain-\(name.lowercased()).txt")
    }

    @Test(arguments: [
        ("Deploymnt", "there is nothing to explain under 'Deploymnt'", "Did you mean 'Deployment'?"),
        (
            "", "there is nothing to explain under ''",
            "Known: APIService, Endpoint, Package, PublishedService, Infra, Deployment, workspace, watch, metadata, dialect."
        ),
        ("Deployment.rollout.timeuot", "'Deployment.rollout' has no field 'timeuot'", "Did you mean 'timeout'?"),
        ("Deployment.version.x", "'Deployment.version' has no field 'x'", "It has no fields."),
        (
            "dialect.multiGeneratonMode", "'dialect' has no field 'multiGeneratonMode'",
            "Did you mean 'multiGenerationMode'?"
        ),
        ("Deployment..", "'Deployment' has no field ''", "Known: publishedServiceId"),
    ])
    func `says what else there is`(name: String, message: String, hint: String) {
        let (text, diagnostics) = explain(name, TextStyle())
        #expect(text == nil)
        #expect(diagnostics.map(\.message) == [message])
        #expect(diagnostics.first?.hint?.hasPrefix(hint) == true)
    }

    @Test func `explains every field`() {
        func walk(_ fields: [Field], _ path: String) {
            for field in fields {
                let name = "\(path).\(field.name)"
                let (text, diagnostics) = explain(name, TextStyle(width: 1000))
                #expect(diagnostics == [])
                let isTold = text?.contains(field.text) == true
                #expect(isTold, "\(name)")
                walk(field.type.fields ?? [], name)
            }
        }
        for kind in Kind.allCases { walk(KindDefinition.of(kind).fields, kind.rawValue) }
        walk(MetadataDefinition.fields, "metadata")
        walk(WorkspaceDefinition.fields, "workspace")
        walk(WatchDefinition.fields, "watch")
        for entry in Dialect.entries {
            #expect(explain("dialect.\(entry.name.rawValue)", TextStyle()).diagnostics == [])
        }
    }

    @Test func `the committed field reference is that of the code`() {
        assertFile(fieldReference, SchemaTests.top.appending(path: "docs/reference.md").path)
    }
}
