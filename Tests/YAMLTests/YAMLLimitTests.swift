import Diagnostics
import JSON
import TestSupport
import Testing
import YAML

@Suite struct YAMLLimitTests {
    @Test func `a billion laughs are one short answer`() {
        var bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let (documents, diagnostics) = readYAML(Array(("ok: 1\n---\n" + bomb).utf8), file: "x.yaml")
        let expected = """
            error: the aliases up to here stand for more than 10000 values [alias-bomb]
              --> x.yaml:6:45
               |
             6 | a3: &a3 [*a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2]
               |                                             ^^^
               = Aliases inside aliases multiply; write less through them.

            """
        #expect(documents.count == 1)
        #expect(text(diagnostics) == expected)
    }

    @Test func `aliases of what is large count for its size`() {
        let members = (0..<1000).map { "k\($0): 1" }.joined(separator: ", ")
        let aliases = String(repeating: "*a, ", count: 1000)
        let long = "a: &a \(String(repeating: "x", count: 100_000))\nb: [\(aliases)]\n"
        for manifest in [long, "a: &a {\(members)}\nb: {<<: [\(aliases)]}\n"] {
            let (documents, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
            #expect(documents.isEmpty)
            #expect(diagnostics.map(\.code) == ["alias-bomb"])
        }
    }

    @Test func `a template that many use is no bomb`() {
        let manifest =
            "base: &base {a: 1, b: [2, 3]}\nall:\n"
            + (0..<2000).map { "  - {<<: *base, name: n\($0)}\n" }.joined()
        let (documents, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
        #expect(text(diagnostics) == "")
        #expect(documents.first?["all"]?.sequence?.last?.json() == ["a": 1, "b": [2, 3], "name": "n1999"])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func `ten thousand levels are refused`(level: String) {
        let (documents, diagnostics) = readYAML(
            Array(String(repeating: level, count: 10_000).utf8), file: "x.yaml")
        #expect(documents.isEmpty)
        #expect(diagnostics.map(\.message) == ["nested deeper than 256 levels"])
    }

    @Test func `ten thousand levels of JSON are refused`() {
        let (documents, diagnostics) = readJSON(Array(String(repeating: "[", count: 10_000).utf8), file: "x.json")
        #expect(documents.isEmpty)
        #expect(
            text(diagnostics).hasPrefix(
                "error: nested deeper than 256 levels [too-deep]\n  --> x.json:1:257\n"))
    }

    @Test func `the deepest that is allowed is read, and one more is not, by alias too`() {
        func nested(_ depth: Int, _ inside: String) -> String {
            String(repeating: "[", count: depth) + inside + String(repeating: "]", count: depth)
        }
        for read in [readYAML, readJSON] as [(_, _, _) -> (documents: [YAMLNode], diagnostics: [Diagnostic])] {
            #expect(read(Array(nested(256, "1").utf8), "x", YAMLLimits()).documents.count == 1)
            #expect(read(Array(nested(257, "1").utf8), "x", YAMLLimits()).diagnostics.map(\.code) == ["too-deep"])
        }
        let fits = "a: &a \(nested(100, "1"))\nb: \(nested(155, "*a"))"
        let tooDeep = "a: &a \(nested(100, "1"))\nb: \(nested(156, "*a"))"
        #expect(readYAML(Array(fits.utf8), file: "x").diagnostics.isEmpty)
        #expect(readYAML(Array(tooDeep.utf8), file: "x").diagnostics.map(\.code) == ["too-deep"])
    }

    @Test func `a file that is too large is not looked at`() {
        var limits = YAMLLimits()
        limits.bytes = 10
        let (documents, diagnostics) = readYAML(Array("a: 1234567890".utf8), file: "x.yaml", limits: limits)
        #expect(documents.isEmpty)
        let expected = """
            error: the file has 13 bytes; the most is 10 [file-too-large]
              --> x.yaml:1:1
               = Split it into several files.

            """
        #expect(text(diagnostics) == expected)
        #expect(text(readJSON(Array("a: 1234567890".utf8), file: "x.yaml", limits: limits).diagnostics) == expected)
        #expect(YAMLLimits().bytes < 100_000_000)
    }

    @Test func `a file of too many values is refused`() {
        var limits = YAMLLimits()
        limits.size = 1000
        let manifest = Array("[\(String(repeating: "1,", count: 999))1]".utf8)
        #expect(readYAML(manifest, file: "x", limits: limits).diagnostics.map(\.code) == ["too-large"])
        #expect(readJSON(manifest, file: "x", limits: limits).diagnostics.map(\.code) == ["too-large"])
        limits.size = 1001
        #expect(readYAML(manifest, file: "x", limits: limits).diagnostics.isEmpty)
        #expect(readJSON(manifest, file: "x", limits: limits).diagnostics.isEmpty)
    }

    @Test func `of a thousand problems a hundred are told`() {
        let manifest = String(repeating: "a: 1\n", count: 1001)
        let (_, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
        #expect(diagnostics.count == 101)
        #expect(diagnostics.last?.message == "900 more problems of 'x.yaml' are not shown")
    }

    @Test func `a line too long to show is not shown`() {
        let manifest = "a: [\(String(repeating: "x, ", count: 10_000))*a]"
        let (_, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
        #expect(diagnostics.map(\.excerpt) == [nil])
        #expect(diagnostics.first?.mark?.column == 30_005)
    }
}

extension YAMLLimitTests {
    @Test func `a hundred tag directives are enough`() {
        let manifest = (0..<101).map { "%TAG !a\($0)! tag:x\n" }.joined() + "---\na: 1\n"
        let (documents, diagnostics) = readYAML(Array(manifest.utf8), file: "x.yaml")
        #expect(documents.isEmpty)
        #expect(diagnostics.map(\.message) == ["too many lines that start with '%'"])
        #expect(diagnostics.first?.mark == SourceMark(file: "x.yaml", line: 101, column: 1))
        let text = "a: |\n" + String(repeating: "  %\n", count: 200)
        #expect(readYAML(Array(text.utf8), file: "x.yaml").diagnostics.isEmpty)
    }

    @Test func `a message names only the start of a long text`() {
        let (_, diagnostics) = readYAML(Array("a: 0x\(String(repeating: "f", count: 1000))".utf8), file: "x.yaml")
        let shown = "0x" + String(repeating: "f", count: 78) + "…"
        #expect(diagnostics.map(\.message) == ["the number '\(shown)' cannot be written in JSON"])
    }
}
