import DSS
import JSON
import Testing

@Suite struct DialectTests {
    @Test func `each word is explained once and says where it comes from`() {
        #expect(Dialect.entries.map(\.name) == Dialect.Entry.Name.allCases)
        #expect(Dialect.entries.allSatisfy { !$0.value.isEmpty && !$0.origin.isEmpty && $0.meaning.hasSuffix(".") })
        #expect(Dialect.standard.multiGenerationMode == "MULTI_GENERATION")
        #expect(Dialect.standard.singleGenerationMode == "SINGLE_GENERATION")
        #expect(Dialect.entries.first { $0.name == .multiGenerationMode }?.origin == "inferred")
    }

    @Test func `a user's word wins, and a wrong one is told`() {
        let (dialect, problems) = Dialect.overridden(by: [
            "multiGenerationMode": "SEVERAL", "redactionPlaceholders": ["XX", "YY"], "ciphertextPrefixes": "enc!",
            "multigenerationMode": "x", "entriesKey": ["a"], "updateFailures": [], "generationKey": "",
        ])
        #expect(dialect.multiGenerationMode == "SEVERAL")
        #expect(dialect.singleGenerationMode == "SINGLE_GENERATION")
        #expect(dialect.isRedacted("YY"))
        #expect(!dialect.isRedacted("REDACTED"))
        #expect(dialect.isCiphertext("enc!abc"))
        #expect(dialect.entriesKey == "entries")
        #expect(
            problems.map(\.message) == [
                "unknown word of the dialect 'multigenerationMode'", "'entriesKey' takes a text, none of them empty",
                "'updateFailures' takes a text or a list of texts, none of them empty",
                "'generationKey' takes a text, none of them empty",
            ])
    }

    @Test(arguments: [
        ("******", true), ("***", true), ("**", false), ("*a*", false), ("", false), ("•••••", true),
        ("(hidden)", true), ("e:AES:abc", false), ("key", false),
    ])
    func `a hidden secret is recognised`(text: String, isRedacted: Bool) {
        #expect(Dialect.standard.isRedacted(text) == isRedacted)
    }

    @Test func `the status of an update tells how it ended`() {
        let ends = ["SUCCESS", "WARNING", "ERROR", "RUNNING"].map {
            Dialect.standard.hasSucceeded(updateStatus: $0)
        }
        #expect(ends == [true, true, false, nil])
        #expect(Dialect.standard.isCiphertext("e:AES:x"))
        #expect(!Dialect.standard.isCiphertext("e:AES:"))
        #expect(Dialect.standard.isServerKept("versionTag"))
    }
}
