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

    @Test(arguments: ["", "\n", "# only a comment", "---", "--- # x\n...\n", "\u{FEFF}"])
    func `a file with nothing in it has no documents and no problems`(text: String) {
        let (documents, diagnostics) = readYAML(Array(text.utf8), file: "x.yaml")
        #expect(documents.isEmpty)
        #expect(diagnostics.isEmpty)
    }

    /// Each scalar with the JSON that it stands for.
    @Test(arguments: [
        ("~", "null"), ("null", "null"), ("Null", "null"), ("NULL", "null"), ("nULL", #""nULL""#), ("", "null"),
        ("true", "true"), ("True", "true"), ("TRUE", "true"), ("tRUE", #""tRUE""#), ("false", "false"),
        ("False", "false"), ("FALSE", "false"), ("no", #""no""#), ("on", #""on""#), ("yes", #""yes""#),
        ("0", "0"), ("12", "12"), ("012", "12"), ("-012", "-12"), ("+5", "5"), ("-0", "-0"), ("00", "0"),
        ("0o17", "15"), ("0o18", #""0o18""#), ("-0o17", #""-0o17""#), ("0x1F", "31"), ("0xfg", #""0xfg""#),
        ("0x", #""0x""#), ("0xFFFFFFFFFFFFFFFFFF", "4722366482869645213695"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1.10", "1.10"), (".5", "0.5"), ("-.5", "-0.5"), ("+.5", "0.5"), ("1.", "1.0"), ("1.e3", "1.0e3"),
        ("1e3", "1e3"), ("1E+3", "1E+3"), ("01.50", "1.50"), (".", #"".""#), ("+", #""+""#),
        ("1e", #""1e""#), ("e3", #""e3""#), ("1_000", #""1_000""#), ("1:20", #""1:20""#), ("1.2.3", #""1.2.3""#),
        ("2024-01-01", #""2024-01-01""#), ("-.nan", #""-.nan""#), ("inf", #""inf""#),
        ("'12'", #""12""#), (#""true""#, #""true""#), ("'it''s'", #""it's""#),
        (#""\0\x41\u00e9\U0001F600""#, #""\u0000Aé😀""#),
        ("!!str 12", #""12""#), ("!!str", #""""#), ("! 12", #""12""#), ("!!int '12'", "12"), ("!!float 1", "1"),
        ("!!bool 'true'", "true"), ("!!null ''", "null"), ("!!seq []", "[]"), ("!!map {}", "{}"),
        ("|\n  a\n  b\n", #""a\nb\n""#), (">-\n  a\n  b\n", #""a b""#),
    ])
    func `a scalar stands for what the core schema says`(scalar: String, json: String) {
        let (documents, diagnostics) = readYAML(Array("key: \(scalar)\n".utf8), file: "x.yaml")
        #expect(text(diagnostics) == "")
        #expect(documents.first?["key"]?.json().text() == json)
    }

    @Test func `a number keeps its source text`() throws {
        let node = try #require(readYAML(Array("version: 1.10".utf8), file: "x.yaml").documents.first?["version"])
        #expect(node.scalar == YAMLScalar(text: "1.10", isPlain: true))
        #expect(node.typeName == "a number")
    }

    @Test func `every node knows its place in characters`() throws {
        let manifest = """
            é: "Ünï" # x
            liste: [größe, {ключ: 'v'}]
            block:
              - |
                text
            # comment
              - sub: 1
            """
        for bytes in [Array(manifest.utf8), [0xEF, 0xBB, 0xBF] + Array(manifest.utf8)] {
            let root = try #require(readYAML(bytes, file: "x.yaml").documents.first)
            #expect(
                places(of: root) == [
                    "a map 1:1+1", "é 1:1+1", "a string 1:4+5", "liste 2:1+5", "a list 2:8+1", "a string 2:9+5",
                    "a map 2:16+1", "ключ 2:17+4", "a string 2:23+3", "block 3:1+5", "a list 4:3+1",
                    "a string 4:5+11", "a map 7:5+3", "sub 7:5+3", "a number 7:10+1",
                ])
        }
    }

    private func places(of node: YAMLNode) -> [String] {
        let own = "\(node.line):\(node.column)+\(node.length)"
        switch node.content {
        case .scalar: return ["\(node.typeName) \(own)"]
        case .sequence(let elements): return ["\(node.typeName) \(own)"] + elements.flatMap(places)
        case .mapping(let members):
            return ["\(node.typeName) \(own)"]
                + members.flatMap { member in
                    ["\(member.name) \(member.key.line):\(member.key.column)+\(member.key.length)"]
                        + places(of: member.value)
                }
        }
    }

    @Test func `an alias has its own place, and below it those of the original`() throws {
        let root = try #require(readYAML(Array("a: &x [1]\nb: *x\n".utf8), file: "x.yaml").documents.first)
        let alias = try #require(root["b"])
        #expect(alias.mark == SourceMark(file: "x.yaml", line: 2, column: 4))
        #expect(alias.length == 2)
        #expect(alias.sequence?.first?.mark == SourceMark(file: "x.yaml", line: 1, column: 8))
    }

    @Test func `a diagnostic of a node shows its line`() throws {
        let root = try #require(readYAML(Array("kind: X\nsize: [größer]\n".utf8), file: "m/x.yaml").documents.first)
        let node = try #require(root["size"]?.sequence?.first)
        let place = try #require(root["kind"]).mark
        let expected = """
            warning: too big [big]
              --> m/x.yaml:2:8
               |
             2 | size: [größer]
               |        ^^^^^^
               = kind: m/x.yaml:1:7
               = Make it smaller.

            """
        let diagnostic = node.diagnostic(
            .warning, "big", "too big", hint: "Make it smaller.", related: [Diagnostic.Related(place, "kind")])
        #expect(text([diagnostic]) == expected)
    }

    @Test(arguments: [
        ("a: &b {x: 1, y: 2}\nc: {<<: *b, x: 3}", #"{"y":2,"x":3}"#),
        ("a: &b {x: 1, y: 2}\nc: {x: 3, <<: *b, z: 4}", #"{"x":3,"y":2,"z":4}"#),
        ("a: [&b {x: 1}, &d {x: 2, y: 2}]\nc: {<<: [*b, *d]}", #"{"x":1,"y":2}"#),
        ("c: {<<: {x: 1}}", #"{"x":1}"#),
        ("a: &b {x: 1}\ne: &f {<<: *b, y: 2}\nc: {<<: *f}", #"{"x":1,"y":2}"#),
        ("c: {'<<': 1}", #"{"<<":1}"#),
    ])
    func `merge keys give way to what is written`(manifest: String, json: String) {
        let (documents, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
        #expect(text(diagnostics) == "")
        #expect(documents.first?["c"]?.json().text() == json)
    }

    @Test func `a key is its text, whatever it looks like, unless it is a boolean or null`() {
        let manifest = "1: a\n1.10: b\nno: c\n'true': d\n!!str null: e\n\"\": f\n? g\n: h\ni:\n"
        let (documents, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
        #expect(text(diagnostics) == "")
        #expect(documents.first?.keys == ["1", "1.10", "no", "true", "null", "", "g", "i"])
        #expect(documents.first?["1.10"]?.scalar?.text == "b")
        #expect(documents.first?["missing"] == nil)
    }

    @Test(arguments: [20, 2000])
    func `a repeated key is found among few and many`(count: Int) {
        let keys = (0..<count).map { "key-number-\($0): 1\n" }.joined()
        let (documents, diagnostics) = readYAML(Array((keys + "key-number-7: 2\n").utf8), file: "x.yaml")
        #expect(documents.first?.keys.count == count)
        #expect(diagnostics.map(\.message) == ["the key 'key-number-7' is there twice"])
        #expect(diagnostics.first?.mark?.line == count + 1)
        #expect(diagnostics.first?.related.map(\.mark.line) == [8])
    }
}
