import Diagnostics
import JSON
import TestSupport
import Testing
import YAML

@Suite struct YAMLReaderTests {
    @Test func `reads all documents and skips empty ones`() {
        let manifest = "---\n---\na: [1, two]\nb: {c: ~}\n---\n# nothing\n---\nlast\n..."
        let (documents, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
        #expect(text(diagnostics) == "")
        #expect(documents.map { $0.json().text() } == [#"{"a":[1,"two"],"b":{"c":null}}"#, #""last""#])
    }
}
