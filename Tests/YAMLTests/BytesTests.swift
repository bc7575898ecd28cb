import Diagnostics
import JSON
import TestSupport
import Testing
import YAML

/// What bytes that are no manifest give.
@Suite struct BytesTests {
    private let notUTF8 = """
        error: the file is not UTF-8 (byte 0xFF) [not-utf8]
          --> x.yaml:2:6
           |
         2 | é: ab� c
           |      ^
           = Save the file as text in UTF-8.

        """

    @Test(arguments: [[], [0xEF, 0xBB, 0xBF]] as [[UInt8]])
    func `the first byte that is not UTF-8 is shown`(mark: [UInt8]) {
        let bytes = mark + Array("a: 1\né: ab".utf8) + [0xFF] + Array(" c\n".utf8)
        let (documents, diagnostics) = readYAML(bytes, file: "x.yaml")
        #expect(documents.isEmpty)
        #expect(text(diagnostics) == notUTF8)
    }

    @Test(
        arguments: [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80], [0xC3]] as [[UInt8]])
    func `overlong, surrogate and cut sequences are not UTF-8`(sequence: [UInt8]) {
        for end in [[], Array("\"\n".utf8)] {
            let yaml = readYAML(Array("a: \"x".utf8) + sequence + end, file: "x.yaml")
            #expect(yaml.diagnostics.map(\.code) == ["not-utf8"])
            #expect(yaml.diagnostics.first?.mark?.column == 6)
        }
        let json = readJSON(Array("[\"é".utf8) + sequence + Array("\"]".utf8), file: "x.json")
        #expect(json.diagnostics.map(\.code) == ["not-utf8"])
        #expect(json.diagnostics.first?.mark?.column == 4)
    }

    @Test(arguments: [
        (
            "a: x\u{7}y", "the character U+0007 is not allowed in YAML", 5,
            #"Write it in double quotes, as "\u0007"."#
        ),
        ("é: x\0y", "the character U+0000 is not allowed in YAML", 5, "Save the file as text in UTF-8."),
        ("\0", "the character U+0000 is not allowed in YAML", 1, "Save the file as text in UTF-8."),
        (
            "é: \u{7F}", "the character U+007F is not allowed in YAML", 4,
            #"Write it in double quotes, as "\u007F"."#
        ),
    ])
    func `a control character is named`(manifest: String, message: String, column: Int, hint: String) {
        let (_, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
        #expect(diagnostics.map(\.message) == [message])
        #expect(diagnostics.map(\.code) == ["yaml-syntax"])
        #expect(diagnostics.first?.mark == SourceMark(file: "x.yaml", line: 1, column: column))
        #expect(diagnostics.first?.hint == hint)
    }

    @Test(arguments: [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61], [0xFF, 0xFE, 0x00, 0x00]] as [[UInt8]])
    func `UTF-16 is refused by name`(bytes: [UInt8]) {
        let expected = """
            error: the file is UTF-16 or UTF-32, not UTF-8 [not-utf8]
              --> x.yaml:1:1
               = Save it as UTF-8.

            """
        #expect(text(readYAML(bytes, file: "x.yaml").diagnostics) == expected)
        #expect(text(readJSON(bytes, file: "x.yaml").diagnostics) == expected)
    }

    @Test func `lines end as libyaml sees them, and each mark finds its line`() throws {
        let manifest = "a: 1\r\nb: 2\rc: 3\u{85}d: 4\u{2028}e: 5\u{2029}f: 6\n\ng: 7"
        let root = try #require(readYAML(Array(manifest.utf8), file: "x.yaml").documents.first)
        let lines = root.mapping?.map { root.source.line($0.key.line) }
        #expect(lines == ["a: 1", "b: 2", "c: 3", "d: 4", "e: 5", "f: 6", "g: 7"])
        #expect(root.source.line(7) == "")
        #expect(root.source.line(0) == nil)
        #expect(root.source.line(9) == nil)
    }

    /// How many changed manifests each kind of file gives the readers; split over the seeds.
    static let mutations = 20_000
    static let seeds: [UInt64] = [1, 2, 3, 4]

    @Test(arguments: seeds)
    func `changed manifests give documents or diagnostics, each in its file`(seed: UInt64) {
        var generator = ValueGenerator(seed: seed)
        for round in 0..<(Self.mutations / Self.seeds.count) {
            let bytes = generator.mutation(of: Self.manifests[round % Self.manifests.count])
            for read in [readYAML, readJSON] as [(_, _, _) -> (documents: [YAMLNode], diagnostics: [Diagnostic])] {
                let (documents, diagnostics) = read(bytes, "x.yaml", YAMLLimits())
                let isSound = diagnostics.allSatisfy { diagnostic in
                    guard let mark = diagnostic.mark else { return false }
                    return mark.line >= 1 && mark.column >= 1 && !diagnostic.text().isEmpty
                }
                let texts = documents.map { $0.json().text() }
                #expect(
                    isSound && (diagnostics.hasErrors || texts.allSatisfy { !$0.isEmpty }),
                    "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    /// Small manifests with one of everything that the readers tell apart.
    static let manifests = [
        "apiVersion: mooring/v1\nkind: Endpoint\nmetadata: {project: CHURN, name: é}\nspec:\n  code: |\n    def f(): 1\n",
        "a: &a {x: 1, y: [2, 3]}\nb: {<<: *a, x: \"\\u00e9\\n\"}\nc: [*a, 'it''s', !!str 12, ~]\n---\n? k\n: >-\n  v\n",
        "%YAML 1.2\n---\n- 0x1F\n- .inf\n- - 1e3\n  - \u{FEFF}😀\n...\n# end\n",
        #"{"a": [1, 2.50, -1e-3, true, null, "\ud83d\ude00\n"], "b": {"c": {}, "d": []}, "é": "\\\""}"#,
    ].map { Array($0.utf8) }
}
